"""Accesses changed in the back office at the same time: no contract loses its administrator unasked."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.urls import reverse

from cabinet.accounts.models import User
from cabinet.contracts.administrators import administrators_of
from cabinet.contracts.models import ContractAccess
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders
from tests.at_once import at_once, errors
from tests.cast import Cast

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def administrators(cast: Cast) -> list[ContractAccess]:
    """The contract's only two."""
    second = builders.access(builders.user("second@example.com"), cast.contract)
    return [cast.client.accesses.get(contract=cast.contract), second]


def office(as_user: Callable, user: User, url: str, **sent: object) -> Callable[[], int]:
    """A post of a form of the back office, from a browser of its own."""
    client = as_user(user)
    return lambda: client.post(url, sent).status_code


def demoting(as_user: Callable, user: User, access: ContractAccess) -> Callable[[], int]:
    sent = {"contract": access.contract_id, "email": access.user.email, "role": "accountant", "scope": "whole"}
    return office(as_user, user, f"/admin/contractaccess/edit/{access.pk}/", **sent)


def deleting(as_user: Callable, user: User, access: ContractAccess) -> Callable[[], int]:
    return office(as_user, user, f"/admin/contractaccess/delete/{access.pk}/")


def test_two_administrators_made_accountants_at_once_leave_one(cast, as_user, administrators) -> None:
    first, second = administrators
    calls = demoting(as_user, cast.curator, first), demoting(as_user, cast.admin, second)
    assert Counter(at_once(*calls)) == {302: 1, 200: 1}
    assert administrators_of(cast.contract).count() == 1
    assert ContractLogEntry.objects.filter(action="contracts.access_changed").count() == 1


def test_two_administrators_deleted_at_once_leave_one(cast, as_user, administrators) -> None:
    first, second = administrators
    calls = deleting(as_user, cast.curator, first), deleting(as_user, cast.admin, second)
    assert Counter(at_once(*calls)) == {302: 1, 422: 1}
    assert administrators_of(cast.contract).count() == 1


def test_a_curator_and_an_administrator_who_remove_one_another_leave_one(cast, as_user, administrators) -> None:
    first, second = administrators
    cabinet = reverse("access-remove", args=[cast.contract.pk, second.pk])
    answers = at_once(deleting(as_user, cast.curator, first), office(as_user, cast.client, cabinet))
    assert not errors(answers)
    assert administrators_of(cast.contract).count() == 1


def test_the_same_access_added_many_times_at_once_is_one(cast, as_user) -> None:
    sent = {"contract": cast.contract.pk, "email": cast.newcomer.email, "role": "accountant", "scope": "whole"}
    answers = at_once(*[office(as_user, cast.curator, "/admin/contractaccess/new/", **sent) for _ in range(8)])
    assert Counter(answers) == {302: 1, 200: 7}
    assert cast.newcomer.accesses.count() == 1
    assert ContractLogEntry.objects.filter(action="contracts.access_grant").count() == 1
