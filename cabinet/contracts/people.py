"""Who has access to a contract, for the page «Управление доступом»: few statements, however many people."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page
from django.db.models import Case, Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from cabinet.common.lists import page_of
from cabinet.contracts.audit import ContractLogEntry
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract, ContractAccess, Facility
from cabinet.contracts.wording import NAMES_SHOWN

PAGE_SIZE = 50
BY_INVITATION = "contracts.invitation_accepted"
GIVEN_BY = {
    "contracts.bind": "привязка договора",
    "contracts.access_grant": "выдача",
    "contracts.request_granted": "по запросу",
    BY_INVITATION: "по приглашению",
}


@dataclass(frozen=True)
class PersonRow:
    """An access as the page shows it; ``how`` it was given, empty where the trail does not say."""

    access: ContractAccess
    ended: bool
    own: bool
    how: str

    @property
    def facilities(self) -> str:
        """The chosen facilities by name, or how many there are beyond those."""
        names = ", ".join(one.name for one in self.access.first_facilities)  # type: ignore[attr-defined]
        rest = self.access.facility_count - NAMES_SHOWN  # type: ignore[attr-defined]
        return f"{names} и ещё {rest}" if rest > 0 else names


def people_of(contract: Contract, user: object, query: str, page: str | None) -> Page:
    """A page of the people with access: those who have it now by name, then those whose access has ended."""
    found = page_of(_accesses(contract, query), page, PAGE_SIZE)
    accesses = list(found.object_list)
    how = _how_given(contract, accesses)
    found.object_list = [
        PersonRow(access, bool(access.ended), access.user_id == user.pk, how.get(access.pk, ""))  # type: ignore[attr-defined]
        for access in accesses
    ]
    return found


def _accesses(contract: Contract, query: str) -> QuerySet[ContractAccess]:
    rows = ContractAccess.objects.filter(contract=contract).select_related("user")
    for word in query.split()[:4]:
        rows = rows.filter(
            Q(user__last_name__icontains=word) | Q(user__first_name__icontains=word) | Q(user__email__icontains=word)
        )
    ended = Case(When(until__lt=timezone.localdate(), then=Value(1)), default=Value(0), output_field=IntegerField())
    chosen = ContractAccess.facilities.through.objects.filter(contractaccess=OuterRef("pk")).order_by()
    number = Subquery(chosen.values("contractaccess").annotate(n=Count("pk")).values("n"))
    first = Facility.objects.order_by("name", "pk")[:NAMES_SHOWN]
    return (
        rows.annotate(ended=ended, facility_count=Coalesce(number, 0))
        .prefetch_related(Prefetch("facilities", queryset=first, to_attr="first_facilities"))
        .order_by("ended", "user__last_name", "user__first_name", "pk")
    )


def _how_given(contract: Contract, accesses: Iterable[ContractAccess]) -> dict[int, str]:
    """How each access was given last, as the trail tells."""
    by_id = {str(access.pk): access.pk for access in accesses}
    by_person = {access.user_id: access.pk for access in accesses}
    about = Q(
        content_type=ContentType.objects.get_for_model(ContractAccess),
        object_id__in=by_id,
        action__in=[action for action in GIVEN_BY if action != BY_INVITATION],
    )
    entries = ContractLogEntry.objects.filter(
        about | Q(action=BY_INVITATION, user__in=by_person), contract=contract
    ).select_related("user")
    given = {}
    for entry in entries.order_by("timestamp", "pk"):
        invited = entry.action == BY_INVITATION
        given[by_person[entry.user_id] if invited else by_id[entry.object_id]] = _words(entry)
    return given


def _words(entry: ContractLogEntry) -> str:
    how = GIVEN_BY[entry.action]
    if entry.action in ("contracts.bind", BY_INVITATION):
        return how
    by = "сотрудник поставщика" if entry.door == Door.OFFICE else entry.user.get_short_name() if entry.user else ""
    return f"{how}: {by}" if by else how
