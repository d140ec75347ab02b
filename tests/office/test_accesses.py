"""Accesses in the back office keep the cabinet's rules; what staff do stands in the trail, the person is told."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from cabinet.accounts.models import User
from cabinet.contracts.actions.requesting import ask_for_access
from cabinet.contracts.doors import Door
from cabinet.contracts.models import AccessRequest, ContractAccess
from cabinet.contracts.roles import Role
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders

pytestmark = pytest.mark.django_db


def address(access: ContractAccess, what: str = "edit") -> str:
    return f"/admin/contractaccess/{what}/{access.pk}/"


def fields(access: ContractAccess, **changes: Any) -> dict[str, Any]:
    data = {"contract": access.contract_id, "email": access.user.email, "role": access.role, "scope": access.scope}
    return data | changes


def entry() -> ContractLogEntry:
    """The only entry: Wagtail's own would say the same twice."""
    return ContractLogEntry.objects.get()


def test_a_change_tells_the_person_and_stands_in_the_trail_once(cast, as_user, letters: Callable) -> None:
    access = cast.accountant.accesses.get(contract=cast.contract)
    as_user(cast.curator).post(address(access), fields(access, role="engineer"))
    access.refresh_from_db()
    assert access.role == Role.ENGINEER
    assert (entry().action, entry().user, entry().door) == ("contracts.access_changed", cast.curator, Door.OFFICE)
    assert "Бухгалтер, ко всему договору → Энергетик, ко всему договору" in entry().message
    (letter,) = letters()
    assert letter.to == [cast.accountant.email] and "сотрудник поставщика" in letter.body
    assert cast.curator.last_name not in letter.body


def test_a_facility_beyond_those_named_that_was_exchanged_is_told(cast, as_user, letters: Callable) -> None:
    *kept, went, came = [builders.facility(cast.contract, name=f"Объект {n}") for n in range(5)]
    terms = {"role": Role.ENGINEER, "facilities": [*kept, went]}
    access = builders.access(cast.newcomer, cast.contract, **terms)
    data = fields(access, facilities=[one.pk for one in (*kept, came)])
    as_user(cast.curator).post(address(access), data)
    assert came in access.facilities.all() and went not in access.facilities.all()
    assert "и ещё 1 (добавлены: Объект 4 · убраны: Объект 3)" in entry().message
    assert "добавлены: Объект 4 · убраны: Объект 3" in letters()[0].body


def test_saving_without_a_change_says_nothing(cast, as_user, letters: Callable) -> None:
    access = cast.accountant.accesses.get(contract=cast.contract)
    as_user(cast.curator).post(address(access), fields(access))
    assert not ContractLogEntry.objects.exists() and not letters()


def test_a_new_access_tells_the_person_and_answers_his_request(cast, as_user, letters: Callable) -> None:
    asked = ask_for_access(user=cast.newcomer, contract=cast.contract)
    ContractLogEntry.objects.all().delete()
    letters().clear()
    data = {"contract": cast.contract.pk, "email": cast.newcomer.email, "role": "accountant", "scope": "whole"}
    as_user(cast.curator).post("/admin/contractaccess/new/", data)
    assert cast.newcomer.accesses.get().role == Role.ACCOUNTANT
    assert (entry().action, entry().door) == ("contracts.access_grant", Door.OFFICE)
    (letter,) = letters()
    assert letter.to == [cast.newcomer.email] and "Бухгалтер" in letter.body
    asked.refresh_from_db()
    assert asked.state == AccessRequest.State.GRANTED


@pytest.mark.parametrize("who", ["unconfirmed", "switched_off", "curator", "nobody"])
def test_access_is_given_only_to_a_client_who_has_confirmed_his_address(cast, as_user, letters, who: str) -> None:
    EmailAddress.objects.filter(user=builders.user("unconfirmed@example.com")).update(verified=False)
    builders.user("switched_off@example.com", is_active=False)
    data = {"contract": cast.contract.pk, "email": f"{who}@example.com", "role": "accountant", "scope": "whole"}
    page = as_user(cast.curator).post("/admin/contractaccess/new/", data)
    assert "Пользователя с таким логином нет. Сначала он должен зарегистрироваться." in page.text
    assert not ContractAccess.objects.filter(user__email=data["email"]).exists()
    assert not ContractLogEntry.objects.exists() and not letters()


def test_the_access_of_a_person_who_is_switched_off_can_still_be_changed(cast, as_user) -> None:
    User.objects.filter(pk=cast.accountant.pk).update(is_active=False)
    access = cast.accountant.accesses.get(contract=cast.contract)
    as_user(cast.curator).post(address(access), fields(access, role="engineer"))
    access.refresh_from_db()
    assert access.role == Role.ENGINEER


def test_a_removal_tells_the_person(cast, as_user, letters: Callable) -> None:
    access = cast.accountant.accesses.get(contract=cast.contract)
    as_user(cast.curator).post(address(access, "delete"))
    assert not ContractAccess.objects.filter(pk=access.pk).exists()
    assert (entry().action, entry().door) == ("contracts.access_removed", Door.OFFICE)
    assert letters()[0].to == [cast.accountant.email]


def test_the_last_administrator_goes_only_when_it_is_meant_and_the_trail_says_so(cast, as_user) -> None:
    access = cast.client.accesses.get(contract=cast.contract)
    client = as_user(cast.curator)
    assert "Оставить договор без администратора" in client.get(address(access)).text
    refused = client.post(address(access), fields(access, role="accountant"))
    assert "Это последний администратор договора." in refused.text
    access.refresh_from_db()
    assert access.role == Role.ADMINISTRATOR
    client.post(address(access), fields(access, role="accountant", without_administrator="on"))
    access.refresh_from_db()
    assert access.role == Role.ACCOUNTANT
    assert entry().comment == "Договор остался без администратора."


def test_deleting_the_last_administrator_warns_and_the_trail_and_letters_say_so(cast, as_user, letters) -> None:
    access = cast.client.accesses.get(contract=cast.contract)
    client = as_user(cast.curator)
    page = client.get(address(access, "delete")).text
    assert "Это последний администратор договора" in page
    (answer,) = re.findall(r'<form action="([^"]*contractaccess/delete[^"]*)"', page)
    client.post(answer)
    assert entry().comment == "Договор остался без администратора."
    told = {one.to[0] for one in letters() if one.subject.startswith("Управлять доступом некому")}
    assert told == {cast.energetik.email, cast.accountant.email, cast.curator.email}


def test_whoever_was_not_warned_of_the_last_administrator_does_not_delete_him(cast, as_user, letters) -> None:
    access = cast.client.accesses.get(contract=cast.contract)
    response = as_user(cast.curator).post(address(access, "delete"))
    assert response.status_code == 422 and "Это последний администратор договора" in response.text
    assert ContractAccess.objects.filter(pk=access.pk).exists()
    assert not ContractLogEntry.objects.exists() and not letters()


def test_who_is_not_the_last_is_not_asked(cast, as_user) -> None:
    access = cast.accountant.accesses.get(contract=cast.contract)
    assert "Оставить договор без администратора" not in as_user(cast.curator).get(address(access)).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"role": "accountant", "scope": "chosen"}, "бывает только у роли «Энергетик»"),
        ({"role": "engineer", "scope": "chosen"}, "Выберите хотя бы один объект."),
    ],
)
def test_terms_that_cannot_be_are_refused(cast, as_user, changes: dict, said: str) -> None:
    access = cast.accountant.accesses.get(contract=cast.contract)
    assert said in as_user(cast.curator).post(address(access), fields(access, **changes)).text
    access.refresh_from_db()
    assert access.role == Role.ACCOUNTANT


def test_facilities_without_their_scope_are_refused(cast, as_user) -> None:
    access = cast.energetik.accesses.get()
    data = fields(access, scope="whole", facilities=[cast.facility.pk])
    page = as_user(cast.curator).post(address(access), data).text
    assert "Объекты выбирают только для доступа" in page
