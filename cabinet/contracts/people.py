"""Who has access to a contract, for the page «Управление доступом»: few statements, however many people."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page
from django.db.models import Case, Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from cabinet.common.lists import page_of
from cabinet.contracts.doors import BY_STAFF, Door
from cabinet.contracts.models import Contract, ContractAccess, Facility, Invitation
from cabinet.contracts.querysets import ended
from cabinet.contracts.roles import Role
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.contracts.wording import NAMES_SHOWN, some_of

PAGE_SIZE = 50
GIVEN_BY = {
    "contracts.bind": "привязка договора",
    "contracts.access_grant": "выдача",
    "contracts.request_granted": "по запросу",
    "contracts.invitation_accepted": "по приглашению",
    "contracts.hand_over": "передача администрирования",
}
BY_THEMSELVES = {"contracts.bind", "contracts.invitation_accepted"}


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
        names = [one.name for one in self.access.first_facilities]  # type: ignore[attr-defined]
        return some_of(names, total=self.access.facility_count)  # type: ignore[attr-defined]


def people_of(contract: Contract, user: object, query: str, page: str | None) -> Page:
    """A page of the people with access: those who have it now by name, then those whose access has ended."""
    found = page_of(_accesses(contract, query), page, PAGE_SIZE)
    accesses = list(found.object_list)
    how = _how_given(contract, accesses)
    found.object_list = [
        PersonRow(access, access.has_ended, access.user_id == user.pk, how.get(access.pk, "")) for access in accesses
    ]
    return found


def invited_to(contract: Contract) -> list[Invitation]:
    """Who is invited and has not come yet, each with his ``role_label``."""
    invitations = list(Invitation.objects.for_contract(contract))
    for each in invitations:
        each.role_label = Role(each.role).label
    return invitations


def _accesses(contract: Contract, query: str) -> QuerySet[ContractAccess]:
    rows = ContractAccess.objects.filter(contract=contract).select_related("user")
    for word in query.split()[:4]:
        rows = rows.filter(
            Q(user__last_name__icontains=word) | Q(user__first_name__icontains=word) | Q(user__email__icontains=word)
        )
    last = Case(When(ended(), then=Value(1)), default=Value(0), output_field=IntegerField())
    chosen = ContractAccess.facilities.through.objects.filter(contractaccess=OuterRef("pk")).order_by()
    number = Subquery(chosen.values("contractaccess").annotate(n=Count("pk")).values("n"))
    first = Facility.objects.order_by("name", "pk")[:NAMES_SHOWN]
    return (
        rows.annotate(facility_count=Coalesce(number, 0))
        .prefetch_related(Prefetch("facilities", queryset=first, to_attr="first_facilities"))
        .order_by(last, "user__last_name", "user__first_name", "pk")
    )


def _how_given(contract: Contract, accesses: Iterable[ContractAccess]) -> dict[int, str]:
    """How each access was given last, as the trail tells."""
    entries = ContractLogEntry.objects.filter(
        contract=contract,
        content_type=ContentType.objects.get_for_model(ContractAccess),
        object_id__in=[str(access.pk) for access in accesses],
        action__in=list(GIVEN_BY),
    )
    given = entries.select_related("user").order_by("timestamp", "pk")
    return {int(entry.object_id): _words(entry) for entry in given}


def _words(entry: ContractLogEntry) -> str:
    how = GIVEN_BY[entry.action]
    if entry.action in BY_THEMSELVES:
        return how
    by = BY_STAFF if Door(entry.door).is_suppliers else entry.user.get_short_name() if entry.user else ""
    return f"{how}: {by}" if by else how
