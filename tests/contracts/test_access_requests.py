"""Who binds a contract second asks its administrators; they, and in time a curator, decide."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cabinet.accounts.models import User
from cabinet.common.errors import DomainError, NotAllowed, TooManyAttempts
from cabinet.contracts.actions.administering import give_access
from cabinet.contracts.actions.binding import Asked, bind_contract
from cabinet.contracts.actions.granting import grant_access
from cabinet.contracts.actions.requesting import (
    REQUESTS,
    AlreadyDecided,
    grant_request,
    refuse_request,
    withdraw_request,
)
from cabinet.contracts.doors import Door
from cabinet.contracts.models import AccessRequest, BindingAttempt, Contract, ContractAccess, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.terms import Terms
from cabinet.contracts.todo import access_requests_todo
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders
from tests.at_once import at_once, errors
from tests.cast import Cast

HTMX = {"HX-Request": "true"}
State = AccessRequest.State


def ask(person: User, contract: Contract) -> AccessRequest:
    """The person binds the contract that has an administrator."""
    organisation = contract.organisation
    data = {"email": organisation.email, "inn": organisation.inn, "number": contract.number}
    asked = bind_contract(user=person, address="192.0.2.7", **data)
    assert isinstance(asked, Asked)
    return asked.request


@pytest.fixture
def asked(cast: Cast) -> AccessRequest:
    """The newcomer asks for the client's first contract."""
    return ask(cast.newcomer, cast.contract)


@pytest.fixture
def client(cast: Cast, as_user: Callable) -> Client:
    return as_user(cast.client)


def address(asked: AccessRequest) -> str:
    return reverse("access-request", args=[asked.contract_id, asked.pk])


def grant(actor: User, asked: AccessRequest, role: Role = Role.ACCOUNTANT, door: Door = Door.PAGE) -> AccessRequest:
    return grant_request(actor=actor, contract=asked.contract, request_id=asked.pk, terms=Terms(role), door=door)


def refuse(actor: User, asked: AccessRequest, door: Door = Door.PAGE) -> AccessRequest:
    return refuse_request(actor=actor, contract=asked.contract, request_id=asked.pk, reason="Не знаем вас", door=door)


def test_every_administrator_is_asked_by_letter_once(cast: Cast, settings, letters: Callable) -> None:
    settings.ACCESS_REQUEST_DAYS = 5
    helper = builders.user("helper@example.com")
    builders.access(helper, cast.contract)
    builders.access(builders.user("off@example.com", is_active=False), cast.contract)
    first, second = ask(cast.newcomer, cast.contract), ask(cast.newcomer, cast.contract)
    assert first == second
    entry = ContractLogEntry.objects.get(action="contracts.request")
    assert (entry.contract, entry.user) == (cast.contract, cast.newcomer)
    sent = letters()
    assert sorted(letter.to[0] for letter in sent) == [cast.client.email, helper.email]
    assert cast.newcomer.get_full_name() in sent[0].body and address(first) in sent[0].body
    assert f"{timezone.localtime(first.curator_from):%d.%m.%Y %H:%M}" in sent[0].body
    assert first.curator_from - first.created_at > dt.timedelta(days=4, hours=23)


def test_the_administrator_finds_it_among_what_is_to_do_and_nobody_else_does(
    cast: Cast, client: Client, asked: AccessRequest
) -> None:
    (item,) = access_requests_todo(cast.client)
    assert (item.url, item.window) == (address(asked), True)
    assert cast.newcomer.get_short_name() in item.title and cast.contract.number in item.detail
    for person in (cast.accountant, cast.energetik, cast.other, cast.newcomer):
        assert access_requests_todo(person) == []
    assert address(asked) in client.get(reverse("home")).text


def test_it_is_granted_on_the_terms_that_were_chosen(
    cast: Cast, client: Client, asked: AccessRequest, letters: Callable
) -> None:
    window = client.get(address(asked), headers=HTMX)
    assert cast.newcomer.get_full_name() in window.text and "checked" not in str(window.context["form"]["role"])
    letters()
    data = {
        "role": "engineer",
        "scope": "chosen",
        "facility": [cast.facility.pk],
        "until": "31.12.2099",
        "step": "save",
    }
    response = client.post(address(asked), data, headers=HTMX)
    assert response.status_code == 204
    assert set(json.loads(response["HX-Trigger"])) == {"closeDialog", "accessChanged", "toast"}
    access = cast.newcomer.accesses.get()
    assert (access.role, access.scope, access.until) == (Role.ENGINEER, Scope.CHOSEN, dt.date(2099, 12, 31))
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == (State.GRANTED, cast.client)
    letter = letters()[-1]
    assert letter.to == [cast.newcomer.email] and cast.facility.name in letter.body
    entry = ContractLogEntry.objects.filter(action="contracts.request_granted").get()
    assert (entry.user, entry.door, entry.contract) == (cast.client, Door.PAGE, cast.contract)
    assert access_requests_todo(cast.client) == []


def test_it_is_refused_with_a_reason_that_the_person_reads(
    cast: Cast, client: Client, as_user: Callable, asked: AccessRequest, letters: Callable
) -> None:
    url = f"{address(asked)}?refuse=1"
    assert "Отказать в доступе?" in client.get(url).text
    empty = client.post(url, {"reason": "  "}, headers=HTMX)
    assert empty.status_code == 422 and "Напишите причину отказа" in empty.text
    long = client.post(url, {"reason": "я" * 301}, headers=HTMX)
    assert "maxlength" not in long.text.partition("<textarea")[2].partition(">")[0]  # the browser cuts nothing
    assert long.status_code == 422 and long.context["form"]["reason"].value() == "я" * 301
    letters()
    assert client.post(url, {"reason": "Вы у нас <b>не</b> работаете"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (State.REFUSED, "Вы у нас <b>не</b> работаете")
    assert not cast.newcomer.accesses.exists()
    entry = ContractLogEntry.objects.get(action="contracts.request_refused")
    assert (entry.user, entry.contract, entry.data["reason"]) == (cast.client, cast.contract, asked.reason)
    assert "Вы у нас <b>не</b> работаете" in letters()[-1].body
    mine = as_user(cast.newcomer).get(reverse("contracts")).text
    assert "Отказано" in mine and "Вы у нас &lt;b&gt;не&lt;/b&gt; работаете" in mine


@pytest.mark.parametrize(
    "data",
    [{}, {"role": "owner"}, {"role": "engineer", "scope": "chosen"}, {"role": "accountant", "until": "31.02.2099"}],
)
def test_wrong_terms_give_nothing(cast: Cast, client: Client, asked: AccessRequest, data: dict) -> None:
    response = client.post(address(asked), data | {"step": "save"}, headers=HTMX)
    assert response.status_code == 422
    asked.refresh_from_db()
    assert asked.state == State.WAITING and not cast.newcomer.accesses.exists()


def test_a_decided_request_cannot_be_decided_again(cast: Cast, client: Client, asked: AccessRequest) -> None:
    refuse(cast.client, asked)
    for response in (client.get(address(asked)), client.post(address(asked), {"role": "accountant", "step": "save"})):
        assert "Запрос уже решён" in response.text and "Не знаем вас" in response.text
    with pytest.raises(AlreadyDecided, match="Отказано"):
        grant(cast.client, asked)
    assert not cast.newcomer.accesses.exists()


def test_only_who_manages_access_decides(cast: Cast, as_user: Callable, asked: AccessRequest) -> None:
    for person in (cast.accountant, cast.energetik):
        assert as_user(person).post(address(asked), {"role": "administrator"}).status_code == 403
        with pytest.raises(NotAllowed):
            grant(person, asked)
    for person in (cast.other, cast.newcomer):
        assert as_user(person).post(address(asked), {"role": "administrator"}).status_code == 404
        with pytest.raises(NotAllowed):
            grant(person, asked, Role.ADMINISTRATOR)
    assert not cast.newcomer.accesses.exists()


def test_a_request_of_another_contract_under_ones_own_address_does_not_exist(cast: Cast, client: Client) -> None:
    foreign = ask(cast.newcomer, cast.other_contract)
    for contract in (cast.contract.pk, cast.other_contract.pk):
        url = reverse("access-request", args=[contract, foreign.pk])
        assert client.get(url).status_code == 404
        assert client.post(url, {"role": "administrator", "step": "save"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == State.WAITING


def test_the_person_sees_it_and_withdraws_it(
    cast: Cast, as_user: Callable, asked: AccessRequest, client: Client
) -> None:
    mine = as_user(cast.newcomer)
    url = reverse("access-request-withdraw", args=[asked.pk])
    assert url in mine.get(reverse("contracts")).text
    assert "Отозвать запрос доступа?" in mine.get(url).text
    response = mine.post(url, headers=HTMX)
    assert response.status_code == 204 and "contractsChanged" in response["HX-Trigger"]
    asked.refresh_from_db()
    assert asked.state == State.WITHDRAWN
    again = mine.post(url, headers=HTMX)
    assert again.status_code == 422 and "уже решён" in again.text
    assert "Запрос уже решён" in client.get(address(asked)).text
    assert client.post(url).status_code == 404
    with pytest.raises(DomainError):
        withdraw_request(user=cast.other, request=ask(cast.newcomer, cast.contract))


@pytest.mark.parametrize("name", ["contracts-widget", "contracts-card"])
def test_who_waits_sees_his_request_where_his_contracts_will_stand(
    cast: Cast, as_user: Callable, asked: AccessRequest, name: str
) -> None:
    shown = as_user(cast.newcomer).get(reverse(name)).text
    assert cast.contract.number in shown and "Ждёт решения" in shown and "Договоров пока нет" not in shown
    refuse(cast.client, asked)
    shown = as_user(cast.newcomer).get(reverse(name)).text
    assert "Отказано" in shown and "Не знаем вас" in shown
    assert "Мои запросы доступа" not in as_user(cast.other).get(reverse(name)).text


def test_whoever_was_refused_may_ask_again_but_not_for_ever(cast: Cast, letters: Callable, settings) -> None:
    for _ in range(REQUESTS):
        refuse(cast.client, ask(cast.newcomer, cast.contract))
    with pytest.raises(TooManyAttempts, match="просили доступ"):
        ask(cast.newcomer, cast.contract)
    assert AccessRequest.objects.count() == REQUESTS
    AccessRequest.objects.update(created_at=timezone.now() - dt.timedelta(days=31))
    assert ask(cast.newcomer, cast.contract).state == State.WAITING


def test_withdrawing_again_and_again_counts_too(cast: Cast, as_user: Callable) -> None:
    for _ in range(REQUESTS):
        withdraw_request(user=cast.newcomer, request=ask(cast.newcomer, cast.contract))
    data = {"email": cast.organisation.email, "inn": cast.organisation.inn, "number": cast.contract.number}
    response = as_user(cast.newcomer).post(reverse("contract-bind"), data, headers=HTMX)
    assert response.status_code == 429 and "просили доступ" in response.text


def test_asking_leaves_the_limit_of_guesses_as_it_is(cast: Cast, settings) -> None:
    settings.BINDING_TRIES = 1
    ask(cast.newcomer, cast.contract)
    ask(cast.newcomer, cast.contract)
    assert set(BindingAttempt.objects.values_list("outcome", flat=True)) == {BindingAttempt.Outcome.REQUESTED}


def test_access_given_in_any_other_way_answers_the_request(cast: Cast, asked: AccessRequest) -> None:
    give_access(cast.contract, cast.newcomer, Terms(Role.ACCOUNTANT), by=cast.client)
    asked.refresh_from_db()
    assert asked.state == State.GRANTED
    assert access_requests_todo(cast.client) == []


def test_an_ended_access_is_replaced_by_what_is_granted(cast: Cast) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    builders.access(cast.newcomer, cast.contract, role=Role.ENGINEER, facilities=[cast.facility], until=yesterday)
    grant(cast.client, ask(cast.newcomer, cast.contract))
    access = cast.newcomer.accesses.get()
    assert (access.role, access.scope, access.until) == (Role.ACCOUNTANT, Scope.WHOLE, None)
    assert not access.facilities.exists()


def test_a_curator_decides_in_time_or_when_nobody_else_is_left(cast: Cast, asked: AccessRequest) -> None:
    until = f"{timezone.localtime(asked.curator_from):%d.%m.%Y %H:%M}"
    with pytest.raises(NotAllowed, match=f"До {until} запрос решает администратор договора."):
        grant(cast.curator, asked, door=Door.OFFICE)
    assert not AccessRequest.objects.open_to_curators().exists()
    cast.contract.accesses.filter(user=cast.client).update(until=timezone.localdate() - dt.timedelta(days=1))
    assert AccessRequest.objects.open_to_curators().get() == asked
    grant(cast.curator, asked, Role.ADMINISTRATOR, door=Door.OFFICE)
    assert cast.newcomer.accesses.get().role == Role.ADMINISTRATOR
    entry = ContractLogEntry.objects.filter(action="contracts.request_granted").get()
    assert (entry.user, entry.door) == (cast.curator, Door.OFFICE)


def test_who_has_joined_the_staff_meanwhile_is_given_nothing_and_does_not_decide_of_himself(
    cast: Cast, asked: AccessRequest
) -> None:
    AccessRequest.objects.update(user=cast.curator, curator_from=timezone.now())
    with pytest.raises(NotAllowed, match="не учётная запись клиента"):
        grant(cast.client, asked)
    with pytest.raises(NotAllowed, match="собственный запрос"):
        refuse(cast.curator, asked, Door.OFFICE)
    assert not cast.curator.accesses.exists()
    assert refuse(cast.client, asked).state == State.REFUSED


def test_only_a_curator_of_the_department_decides_even_in_time(cast: Cast, asked: AccessRequest) -> None:
    AccessRequest.objects.update(curator_from=timezone.now())
    for person in (cast.curator2, cast.editor, cast.client, cast.newcomer):
        with pytest.raises(NotAllowed, match="решает куратор отделения"):
            grant(person, asked, door=Door.OFFICE)
    refuse(cast.curator, asked, door=Door.OFFICE)
    asked.refresh_from_db()
    assert asked.state == State.REFUSED


def waiting_request() -> tuple[User, User, AccessRequest]:
    """A contract's administrator, its curator, and who asks for it; the curator may decide."""
    curator = builders.user("curator@example.com", is_staff=True, is_superuser=True)
    administrator, newcomer = builders.user("first@example.com"), builders.user("second@example.com")
    contract = builders.contract(department=builders.department(curators=[curator]))
    builders.access(administrator, contract)
    asked = ask(newcomer, contract)
    AccessRequest.objects.update(curator_from=timezone.now())
    return administrator, curator, AccessRequest.objects.select_related("contract").get(pk=asked.pk)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_administrator_and_a_curator_at_once_decide_once() -> None:
    administrator, curator, asked = waiting_request()
    answers = at_once(lambda: grant(administrator, asked), lambda: refuse(curator, asked, door=Door.OFFICE))
    (late,) = errors(answers)
    assert isinstance(late, AlreadyDecided)
    asked.refresh_from_db()
    given = ContractAccess.objects.filter(user=asked.user).count()
    assert given == (asked.state == State.GRANTED)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_press_twice_grants_once() -> None:
    administrator, _, asked = waiting_request()
    answers = at_once(lambda: grant(administrator, asked), lambda: grant(administrator, asked))
    assert len(errors(answers)) == 1
    assert ContractAccess.objects.filter(user=asked.user).count() == 1
    assert ContractLogEntry.objects.filter(action="contracts.request_granted").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_binding_many_times_at_once_asks_once() -> None:
    contract, person = builders.contract(), builders.user("second@example.com")
    builders.access(builders.user("first@example.com"), contract)
    answers = at_once(*[lambda: ask(person, contract) for _ in range(4)])
    assert not errors(answers)
    assert AccessRequest.objects.count() == 1


def test_adding_the_person_by_his_login_answers_the_request_too(cast: Cast, asked: AccessRequest) -> None:
    terms = Terms(Role.ACCOUNTANT)
    asking = {"email": cast.newcomer.email, "person": cast.newcomer.pk, "contracts": [cast.contract]}
    grant_access(actor=cast.client, terms=terms, **asking)
    asked.refresh_from_db()
    assert asked.state == State.GRANTED
