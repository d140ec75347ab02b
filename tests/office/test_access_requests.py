"""Requests for access in the back office: a curator decides those of his departments, in time."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from cabinet.contracts.actions.requesting import ask_for_access
from cabinet.contracts.doors import Door
from cabinet.contracts.models import AccessRequest, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.trail.recording import ContractLogEntry

pytestmark = pytest.mark.django_db
State = AccessRequest.State
LIST = "/admin/access-requests/"


@pytest.fixture
def asked(cast) -> AccessRequest:
    """The newcomer asks for the client's first contract."""
    return ask_for_access(user=cast.newcomer, contract=cast.contract)


@pytest.fixture
def in_time(asked) -> AccessRequest:
    """The same after the time of the administrator alone."""
    AccessRequest.objects.update(curator_from=timezone.now() - dt.timedelta(minutes=1))
    asked.refresh_from_db()
    return asked


def page_of(asked: AccessRequest) -> str:
    return f"{LIST}{asked.pk}/"


def test_the_list_has_what_waits_for_a_curator_and_on_demand_the_rest(cast, as_user, asked) -> None:
    client = as_user(cast.curator)
    assert cast.newcomer.email not in client.get(LIST).text
    assert cast.newcomer.email in client.get(LIST, {"state": "waiting"}).text
    AccessRequest.objects.update(curator_from=timezone.now())
    assert cast.newcomer.email in client.get(LIST).text
    assert cast.newcomer.email not in client.get(LIST, {"state": "open", "contract": "нет такого"}).text
    assert client.get(LIST, {"state": "%27"}).status_code == 200


def test_before_its_time_it_says_who_decides_and_till_when(cast, as_user, asked) -> None:
    page = as_user(cast.curator).get(page_of(asked)).text
    assert f"До {timezone.localtime(asked.curator_from):%d.%m.%Y %H:%M} запрос решает администратор договора." in page
    assert cast.client.email in page and 'value="grant"' not in page
    response = as_user(cast.curator).post(page_of(asked), {"verdict": "grant", "role": "accountant"})
    assert response.status_code == 422
    asked.refresh_from_db()
    assert asked.state == State.WAITING


def test_without_an_administrator_it_is_decided_at_once(cast, as_user, asked) -> None:
    cast.contract.accesses.filter(user=cast.client).delete()
    assert 'value="grant"' in as_user(cast.curator).get(page_of(asked)).text


def test_a_curator_gives_access_on_terms(cast, as_user, in_time, letters: Callable) -> None:
    data = {
        "verdict": "grant",
        "role": "engineer",
        "scope": "chosen",
        "facilities": [cast.facility.pk],
        "until": "31.12.2099",
    }
    response = as_user(cast.curator).post(page_of(in_time), data, follow=True)
    assert "Доступ выдан" in response.text
    access = cast.newcomer.accesses.get()
    assert (access.role, access.scope, access.until) == (Role.ENGINEER, Scope.CHOSEN, dt.date(2099, 12, 31))
    assert list(access.facilities.all()) == [cast.facility]
    entry = ContractLogEntry.objects.get(action="contracts.request_granted")
    assert (entry.user, entry.door) == (cast.curator, Door.OFFICE)
    assert letters()[-1].to == [cast.newcomer.email]


def test_a_curator_refuses_with_a_reason(cast, as_user, in_time, letters: Callable) -> None:
    client = as_user(cast.curator)
    empty = client.post(page_of(in_time), {"verdict": "refuse", "reason": ""})
    assert empty.status_code == 422 and "Напишите причину отказа" in empty.text
    client.post(page_of(in_time), {"verdict": "refuse", "reason": "Нет доверенности"})
    in_time.refresh_from_db()
    assert (in_time.state, in_time.reason) == (State.REFUSED, "Нет доверенности")
    assert "Нет доверенности" in letters()[-1].body
    page = client.get(page_of(in_time)).text
    assert "Нет доверенности" in page and 'value="grant"' not in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Выберите роль."),
        ({"role": "engineer", "scope": "chosen"}, "Выберите хотя бы один объект."),
        ({"role": "accountant", "until": "31.02.2099"}, "Такого дня нет в календаре."),
        ({"role": "accountant", "until": "01.01.2020"}, "Этот день уже прошёл."),
    ],
)
def test_wrong_terms_are_named(cast, as_user, in_time, data: dict, said: str) -> None:
    response = as_user(cast.curator).post(page_of(in_time), {"verdict": "grant"} | data)
    assert response.status_code == 422 and said in response.text
    assert not cast.newcomer.accesses.exists()


def test_a_facility_of_another_contract_is_none_of_these(cast, as_user, in_time) -> None:
    data = {"verdict": "grant", "role": "engineer", "scope": "chosen", "facilities": [cast.other_facility.pk]}
    response = as_user(cast.admin).post(page_of(in_time), data)
    assert response.status_code == 422 and cast.other_facility.name not in response.text


def test_what_an_administrator_decided_meanwhile_is_said(cast, as_user, in_time) -> None:
    AccessRequest.objects.update(
        state=State.REFUSED, decided_at=timezone.now(), decided_by=cast.client, reason="Не знаем вас"
    )
    response = as_user(cast.curator).post(page_of(in_time), {"verdict": "grant", "role": "accountant"})
    assert response.status_code == 422
    assert "Этот запрос уже решён." in response.text and "Не знаем вас" in response.text
    assert not cast.newcomer.accesses.exists()


def test_a_forged_verdict_is_404(cast, as_user, in_time) -> None:
    assert as_user(cast.curator).post(page_of(in_time), {"verdict": "own"}).status_code == 404


def test_a_curator_of_another_department_finds_nothing(cast, as_user, in_time) -> None:
    client = as_user(cast.curator2)
    assert cast.newcomer.email not in client.get(LIST, {"state": "all"}).text
    assert client.get(page_of(in_time)).status_code == 404
    assert client.post(page_of(in_time), {"verdict": "grant", "role": "administrator"}).status_code == 404
    assert not cast.newcomer.accesses.exists()


@pytest.mark.parametrize("who", ["editor", "client"])
def test_nobody_but_curators_comes_in(cast, as_user, in_time, who: str) -> None:
    client = as_user(getattr(cast, who))
    for url in (LIST, page_of(in_time)):
        assert client.get(url).status_code in (302, 403)
    client.post(page_of(in_time), {"verdict": "grant", "role": "administrator"})
    assert not cast.newcomer.accesses.exists()


def test_the_start_page_counts_them_and_the_menu_leads_there(cast, as_user, in_time) -> None:
    page = as_user(cast.curator).get("/admin/").text
    assert "Ждут куратора" in page and f"{reverse('access_requests')}?state=open" in page
    assert "Запросы доступа" in page
    assert "Ждут куратора" not in as_user(cast.editor).get("/admin/").text
