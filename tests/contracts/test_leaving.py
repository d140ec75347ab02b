"""«Отвязать договор», and handing the administration over."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cabinet.common.errors import DomainError, NotAllowed
from cabinet.contracts.actions.binding import bind_contract
from cabinet.contracts.actions.changing import remove_access
from cabinet.contracts.actions.leaving import LastAdministrator, hand_over, unbind_contract
from cabinet.contracts.models import ContractAccess, Facility, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.readings.models import Reading
from portal.demo import builders
from tests.at_once import at_once, errors
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(cast: Cast, as_user: Callable) -> Client:
    return as_user(cast.client)


@pytest.fixture
def unbind(cast: Cast) -> str:
    return reverse("contract-unbind", args=[cast.contract.pk])


@pytest.fixture
def over(cast: Cast) -> str:
    return reverse("contract-hand-over", args=[cast.contract.pk])


def accountants(cast: Cast) -> ContractAccess:
    return cast.accountant.accesses.get(contract=cast.contract)


def test_it_asks_first_and_only_then_unbinds(cast: Cast, as_user: Callable, unbind: str) -> None:
    mine = as_user(cast.accountant)
    asked = mine.get(unbind)
    assert "Данные организации" in asked.text and "последний администратор" not in asked.text
    assert accountants(cast)
    response = mine.post(unbind, headers=HTMX)
    assert response.status_code == 204
    assert set(json.loads(response["HX-Trigger"])) == {"closeDialog", "contractsChanged", "toast"}
    assert not cast.contract.accesses.filter(user=cast.accountant).exists()
    assert mine.get(unbind).status_code == 404
    entry = ContractLogEntry.objects.get()
    assert (entry.action, entry.user, entry.contract) == ("contracts.unbind", cast.accountant, cast.contract)


def test_without_a_script_it_leads_to_the_contracts(cast: Cast, as_user: Callable, unbind: str) -> None:
    response = as_user(cast.energetik).post(unbind, follow=True)
    assert response.redirect_chain == [(reverse("contracts"), 302)]
    assert f"Договор № {cast.contract.number} отвязан от вашей учётной записи." in response.text


def test_a_page_of_the_contract_itself_gives_way_to_the_contracts(cast: Cast, as_user: Callable, unbind: str) -> None:
    page = f"http://testserver{reverse('contract-info', args=[cast.contract.pk])}"
    response = as_user(cast.accountant).post(unbind, headers=HTMX | {"HX-Current-URL": page})
    assert response["HX-Redirect"] == reverse("contracts")


def test_an_address_that_is_none_is_taken_for_another_page(cast: Cast, as_user: Callable, unbind: str) -> None:
    response = as_user(cast.accountant).post(unbind, headers=HTMX | {"HX-Current-URL": "http://["})
    assert response.status_code == 204 and "contractsChanged" in response["HX-Trigger"]


def test_the_organisations_data_stay(cast: Cast, client: Client, unbind: str) -> None:
    builders.sent_reading(cast.register, timezone.localdate().replace(day=1), 111)
    client.post(unbind, {"last": "1"})
    assert Reading.objects.filter(register=cast.register).exists()
    assert Facility.objects.filter(contract=cast.contract).count() == 2
    assert accountants(cast)


def test_the_last_administrator_is_told_what_it_means_and_offered_to_hand_over(
    cast: Cast, client: Client, unbind: str, over: str
) -> None:
    page = client.get(unbind).text
    assert "Вы последний администратор договора." in page and over in page
    assert "Ваши коллеги (2 пользователя) продолжат работать" in page
    assert 'type="checkbox" name="last"' in page and "Понимаю: управлять доступом будет некому" in page
    unticked = client.post(unbind)
    assert unticked.status_code == 422 and "поставьте отметку" in unticked.text
    assert client.post(unbind, {"last": "1"}).status_code == 302
    assert not cast.client.accesses.filter(contract=cast.contract).exists()


def test_colleagues_and_curator_are_told_that_nobody_manages_access_any_more(
    cast: Cast, client: Client, unbind: str, letters: Callable
) -> None:
    client.post(unbind, {"last": "1"})
    told = letters()
    assert {one.to[0] for one in told} == {cast.energetik.email, cast.accountant.email, cast.curator.email}
    for one in told:
        assert one.subject.startswith("Управлять доступом некому") and cast.client.get_full_name() in one.body
        assert (reverse("contracts") in one.body) == (one.to != [cast.curator.email])


def test_nobody_is_told_while_somebody_still_manages_access(
    cast: Cast, client: Client, as_user: Callable, unbind: str, letters: Callable
) -> None:
    builders.access(builders.user("helper@example.com"), cast.contract)
    client.post(unbind)
    as_user(cast.accountant).post(unbind)
    cast.contract.accesses.filter(role=Role.ADMINISTRATOR).delete()
    as_user(cast.energetik).post(unbind)
    assert not letters() and not cast.contract.accesses.exists()


def test_who_became_the_last_while_the_window_was_open_is_asked_once_more(
    cast: Cast, client: Client, unbind: str
) -> None:
    helper = builders.access(builders.user("helper@example.com"), cast.contract)
    assert "последний администратор" not in client.get(unbind).text
    helper.delete()
    response = client.post(unbind, headers=HTMX)
    assert response.status_code == 422 and 'name="last"' in response.text
    assert cast.client.accesses.filter(contract=cast.contract).exists()
    with pytest.raises(LastAdministrator):
        unbind_contract(user=cast.client, contract=cast.contract, knows_to_be_last=False)


def test_the_next_to_bind_becomes_the_administrator(cast: Cast, client: Client, unbind: str) -> None:
    client.post(unbind, {"last": "1"})
    data = {"email": cast.organisation.email, "inn": cast.organisation.inn, "number": cast.contract.number}
    assert bind_contract(user=cast.newcomer, address=None, **data) == cast.contract
    assert cast.newcomer.accesses.get().role == Role.ADMINISTRATOR


@pytest.mark.parametrize(
    ("stay", "role"), [("leave", None), ("accountant", Role.ACCOUNTANT), ("engineer", Role.ENGINEER)]
)
def test_the_administration_goes_to_a_colleague_and_oneself_stays_or_leaves(
    cast: Cast, client: Client, over: str, letters: Callable, stay: str, role: Role | None
) -> None:
    chosen = cast.energetik.accesses.get()
    assert cast.energetik.email in client.get(over).text
    response = client.post(over, {"colleague": chosen.pk, "stay": stay}, headers=HTMX)
    assert response.status_code == 204 and "contractsChanged" in response["HX-Trigger"]
    chosen.refresh_from_db()
    assert (chosen.role, chosen.scope, chosen.until) == (Role.ADMINISTRATOR, Scope.WHOLE, None)
    assert not chosen.facilities.exists()
    own = cast.client.accesses.filter(contract=cast.contract).first()
    assert (own and own.role) == role
    (letter,) = letters()
    assert letter.to == [cast.energetik.email] and letter.subject.startswith("Вам передано администрирование")
    assert ContractLogEntry.objects.filter(action="contracts.hand_over").count() == 1
    assert ContractLogEntry.objects.count() == 2


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, {"colleague", "stay"}),
        ({"colleague": "9" * 30, "stay": "leave"}, {"colleague"}),
        ({"colleague": "x", "stay": "administrator"}, {"colleague", "stay"}),
    ],
)
def test_wrong_choices_are_named(client: Client, over: str, data: dict, field: set) -> None:
    response = client.post(over, data, headers=HTMX)
    assert response.status_code == 422 and set(response.context["form"].errors) == field


def test_only_a_colleague_with_access_today_can_be_chosen(cast: Cast, client: Client, over: str) -> None:
    ended = builders.access(
        builders.user("old@example.com"), cast.contract, until=timezone.localdate() - dt.timedelta(days=1)
    )
    off = builders.access(builders.user("off@example.com", is_active=False), cast.contract)
    own, foreign = cast.client.accesses.get(contract=cast.contract), cast.other.accesses.get()
    for access in (ended, off, own, foreign):
        response = client.post(over, {"colleague": access.pk, "stay": "leave"})
        assert response.status_code == 422 and foreign.user.email not in response.text
        with pytest.raises(DomainError, match="больше нет доступа"):
            hand_over(actor=cast.client, contract=cast.contract, access_id=access.pk, stay_as=None)
    own.refresh_from_db()
    assert own.role == Role.ADMINISTRATOR


def test_with_nobody_else_there_is_the_way_to_add_somebody(cast: Cast, client: Client, over: str) -> None:
    cast.contract.accesses.exclude(user=cast.client).delete()
    page = client.get(over).text
    assert "пока некому" in page and reverse("access-add", args=[cast.contract.pk]) in page


@pytest.mark.parametrize("who", ["accountant", "energetik"])
def test_another_role_hands_nothing_over(cast: Cast, as_user: Callable, over: str, who: str) -> None:
    person = getattr(cast, who)
    own = person.accesses.get(contract=cast.contract)
    assert as_user(person).post(over, {"colleague": own.pk, "stay": "leave"}).status_code == 403
    with pytest.raises(NotAllowed):
        hand_over(actor=person, contract=cast.contract, access_id=accountants(cast).pk, stay_as=None)


def test_a_stranger_finds_neither_window(cast: Cast, as_user: Callable, unbind: str, over: str) -> None:
    for url in (unbind, over):
        assert as_user(cast.other).get(url).status_code == 404
        assert as_user(cast.other).post(url, {"last": "1"}).status_code == 404
    with pytest.raises(NotAllowed, match="уже не привязан"):
        unbind_contract(user=cast.other, contract=cast.contract, knows_to_be_last=True)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_leave_at_once_one_is_warned() -> None:
    contract = builders.contract()
    people = [builders.user(f"{name}@example.com") for name in ("first", "second")]
    for person in people:
        builders.access(person, contract)
    answers = at_once(
        *[
            lambda person=person: unbind_contract(user=person, contract=contract, knows_to_be_last=False)
            for person in people
        ]
    )
    (warned,) = errors(answers)
    assert isinstance(warned, LastAdministrator)
    assert contract.accesses.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_handing_over_and_being_removed_at_once_leave_an_administrator() -> None:
    contract = builders.contract()
    first, second, third = (builders.user(f"{name}@example.com") for name in ("first", "second", "third"))
    own, _ = builders.access(first, contract), builders.access(second, contract)
    colleague = builders.access(third, contract, role=Role.ACCOUNTANT)
    at_once(
        lambda: hand_over(actor=first, contract=contract, access_id=colleague.pk, stay_as=None),
        lambda: remove_access(actor=second, contract=contract, access_id=own.pk),
    )
    assert contract.accesses.filter(role=Role.ADMINISTRATOR).exists()
    assert not contract.accesses.filter(user=first).exists()
