"""An access is written in one way, whichever door gives it: its terms checked, what was asked for answered."""

import datetime as dt

import pytest
from django.utils import timezone

from cabinet.common.errors import DomainError
from cabinet.contracts.actions.administering import give_access, give_each
from cabinet.contracts.actions.requesting import ask_for_access
from cabinet.contracts.models import AccessRequest, ContractAccess, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.terms import Terms
from portal.demo import builders
from tests.cast import Cast

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def dated(access: ContractAccess) -> ContractAccess:
    """The access as if given long ago."""
    ContractAccess.objects.filter(pk=access.pk).update(created_at=LONG_AGO)
    return access


def test_an_access_that_has_ended_is_given_anew_as_of_today(cast: Cast) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    dated(builders.access(cast.newcomer, cast.contract, role=Role.ACCOUNTANT, until=yesterday))
    give_access(cast.contract, cast.newcomer, Terms(Role.ACCOUNTANT), by=cast.client)
    assert cast.newcomer.accesses.get().created_at.date() == timezone.now().date()


def test_an_access_that_is_changed_keeps_the_day_it_was_given(cast: Cast) -> None:
    kept = dated(cast.accountant.accesses.get(contract=cast.contract))
    given = give_access(cast.contract, cast.accountant, Terms(Role.ENGINEER), by=cast.client)
    kept.refresh_from_db()
    assert (given.pk, kept.created_at, kept.role) == (kept.pk, LONG_AGO, Role.ENGINEER)


def test_what_was_asked_for_is_granted_by_whoever_gives(cast: Cast) -> None:
    asked = ask_for_access(user=cast.newcomer, contract=cast.contract)
    give_each(cast.newcomer, {cast.contract: Terms(Role.ACCOUNTANT)}, by=cast.client)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == (AccessRequest.State.GRANTED, cast.client)


def test_facilities_given_before_go_with_the_new_terms(cast: Cast) -> None:
    terms = Terms(Role.ENGINEER, Scope.CHOSEN, frozenset({cast.second_facility.pk}))
    give_access(cast.contract, cast.energetik, terms, by=cast.client)
    assert list(cast.energetik.accesses.get().facilities.all()) == [cast.second_facility]


@pytest.mark.parametrize(
    ("role", "scope", "facility", "said"),
    [
        (Role.ENGINEER, Scope.CHOSEN, "other_facility", "нет таких объектов"),
        (Role.ENGINEER, Scope.CHOSEN, None, "Выберите хотя бы один объект."),
        (Role.ACCOUNTANT, Scope.CHOSEN, "facility", "бывает только у роли «Энергетик»"),
        (Role.ENGINEER, Scope.WHOLE, "facility", "Объекты выбирают только для доступа"),
    ],
)
def test_one_contract_with_wrong_terms_is_enough_to_give_nothing(
    cast: Cast, role: Role, scope: Scope, facility: str | None, said: str
) -> None:
    chosen = frozenset({getattr(cast, facility).pk} if facility else ())
    terms = {cast.signed_contract: Terms(Role.ACCOUNTANT), cast.contract: Terms(role, scope, chosen)}
    with pytest.raises(DomainError, match=said):
        give_each(cast.newcomer, terms, by=cast.client)
    assert not cast.newcomer.accesses.exists()
