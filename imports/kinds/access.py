"""Who works with which contract: accesses to whole contracts; chosen facilities are given by hand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from cabinet.common.errors import DomainError
from cabinet.common.verdict import Verdict
from cabinet.contracts.actions.administering import grant_waiting, lock
from cabinet.contracts.actions.telling import note, tell_of_access, tell_of_change, tell_of_removal
from cabinet.contracts.administrators import may_become, may_go
from cabinet.contracts.doors import BY_STAFF, Door
from cabinet.contracts.models import ContractAccess, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.rules import last_day_problem
from cabinet.contracts.wording import access_in_words
from imports.references import CONTRACT, to_contract
from imports.resource import Column, LoadResource
from imports.widgets import ChoiceWidget, DateWidget, EmailWidget, Reference

LOGIN, ROLE, UNTIL = "Логин (e-mail)", "Роль", "Действует по"
UNKNOWN = "Пользователя {} нет: сначала он регистрируется и подтверждает адрес."


class AccessResource(LoadResource):
    """Accesses: as when they are given one by one, the person is told and the trail says so."""

    code = "accesses"
    title = "Доступ пользователей"
    about = (
        "Доступ ко всему договору. Пользователь уже зарегистрирован; он получит письмо. "
        "Доступ к выбранным объектам выдают в разделе «Доступы клиентов»."
    )
    key = ("user_id", "contract_id")
    constants = {"scope": Scope.WHOLE}

    user_login = Column(
        "user_id",
        LOGIN,
        Reference(get_user_model(), {LOGIN: EmailWidget()}, ["email"], UNKNOWN),
        example="accountant@example.com",
        help="Адрес, с которым пользователь входит в личный кабинет.",
    )
    contract = Column("contract_id", CONTRACT, to_contract(), example="99884021", help="Как в договоре.")
    role = Column("role", ROLE, ChoiceWidget(Role), example="Бухгалтер", help=", ".join(Role.labels) + ".")
    until = Column(
        "until", UNTIL, DateWidget(), example="31.12.2026", help="Последний день; пусто — бессрочно.", required=False
    )

    class Meta:
        model = ContractAccess
        fields = ("user_login", "contract", "role", "until")

    def reach_of(self, reference: Reference) -> QuerySet:
        """Clients who have confirmed their addresses; contracts within reach."""
        if reference.model is get_user_model():
            return get_user_model().objects.filter(
                is_active=True, is_staff=False, emailaddress__verified=True, emailaddress__primary=True
            )
        return super().reach_of(reference)

    def problem(self, instance: models.Model) -> tuple[str, str]:
        """The last day has not passed, and the contract keeps an administrator."""
        access: Any = instance
        if passed := last_day_problem(access.until, timezone.localdate()):
            return UNTIL, passed
        if access.pk:
            saved = ContractAccess.objects.select_related("user", "contract").get(pk=access.pk)
            if saved.scope == Scope.CHOSEN:
                return ROLE, "У пользователя доступ к выбранным объектам: измените его в разделе «Доступы клиентов»."
            verdict = may_become(saved, access.role, access.until)
            if not verdict:
                return ROLE, verdict.reason
        return "", ""

    def create(self, instances: Sequence[models.Model]) -> None:
        """Gives the accesses; a person is told of all that he gets on the same terms in one letter."""
        lock({one.contract_id for one in instances})  # type: ignore[attr-defined]
        super().create(instances)
        given: dict[tuple[int, str], list[ContractAccess]] = defaultdict(list)
        for access in _accesses([one.pk for one in instances]):
            terms = access_in_words(access)
            note(action="contracts.access_grant", row=access, actor=self.user, door=Door.SUPPLIER, terms=terms)
            grant_waiting(access.user, [access.contract], by=self.user)
            given[access.user_id, terms].append(access)
        for (_, terms), accesses in given.items():
            contracts = [one.contract for one in accesses]
            tell_of_access(accesses[0].user, contracts, by=BY_STAFF.capitalize(), terms=terms)

    def update(self, instances: Sequence[models.Model], attributes: Iterable[str]) -> None:
        """Changes the accesses; each person is told what was and what is."""
        lock({one.contract_id for one in instances})  # type: ignore[attr-defined]
        wanted: dict[int, Any] = {one.pk: one for one in instances}
        before = {}
        for saved in _accesses(wanted):
            _refuse(saved, may_become(saved, wanted[saved.pk].role, wanted[saved.pk].until))
            before[saved.pk] = access_in_words(saved)
        administered = _administered(instances)
        super().update(instances, attributes)
        if left := administered - _administered(instances):
            raise DomainError(f"Договор № {min(left)[0]} остался бы без администратора. Ничего не изменилось.")
        for access in _accesses(wanted):
            words = {"before": before[access.pk], "after": access_in_words(access)}
            tell_of_change(access=access, actor=self.user, door=Door.SUPPLIER, **words)

    def remove(self, keys: Collection[int]) -> None:
        """Takes the accesses away again; the people are told, and who stays without an administrator."""
        gone = list(_accesses(keys))
        lock({one.contract_id for one in gone})
        for access in gone:
            _refuse(access, may_go(access))
            tell_of_removal(access=access, actor=self.user, door=Door.SUPPLIER)
        super().remove(keys)


def _administered(accesses: Iterable[models.Model]) -> set[tuple[str, bool]]:
    """Numbers of the contracts that have an administrator, and of those that have one for good."""
    contracts = {one.contract_id for one in accesses}  # type: ignore[attr-defined]
    rows = ContractAccess.objects.administrators().filter(contract__in=contracts)
    found = rows.values_list("contract__number", "until")
    return {(number, False) for number, _ in found} | {(number, True) for number, until in found if until is None}


def _refuse(access: ContractAccess, verdict: Verdict) -> None:
    if not verdict:
        raise DomainError(f"Договор № {access.contract.number}: {verdict.reason}")


def _accesses(keys: Collection[int]) -> QuerySet[ContractAccess]:
    """As the database has them now, with what letters and the trail name."""
    rows = ContractAccess.objects.filter(pk__in=keys).order_by("pk")
    return rows.select_related("user", "contract__organisation", "contract__curator").prefetch_related("facilities")
