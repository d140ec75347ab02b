"""«Управление доступом»: who has access, who had it, who asks, who is invited."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cabinet.accounts.models import User
from cabinet.contracts.actions.binding import bind_contract
from cabinet.contracts.actions.leaving import hand_over
from cabinet.contracts.models import ContractAccess, Invitation, InvitedAccess
from cabinet.contracts.roles import Role
from portal.demo import builders
from tests.cast import Cast
from tests.contracts.inviting import Inviter, accept

HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(cast: Cast, as_user: Callable) -> Client:
    return as_user(cast.client)


@pytest.fixture
def url(cast: Cast) -> str:
    return reverse("contract-access", args=[cast.contract.pk])


def test_everybody_with_access_stands_there_with_login_role_scope_and_last_day(
    cast: Cast, client: Client, url: str
) -> None:
    cast.accountant.accesses.filter(contract=cast.contract).update(until=dt.date(2099, 12, 31))
    for headers in ({}, HTMX):
        page = client.get(url, headers=headers).text
        for words in (
            cast.client.get_short_name(),
            cast.energetik.email,
            "Энергетик",
            f"К выбранным объектам: {cast.facility.name}",
            "31.12.2099",
            "бессрочно",
            "Добавить пользователя",
            "Журнал действий",
        ):
            assert words in page
    assert cast.other.email not in page


def test_many_chosen_facilities_are_counted(cast: Cast, client: Client, url: str) -> None:
    facilities = [builders.facility(cast.contract, name=f"Цех {number}") for number in range(5)]
    builders.access(builders.user("many@example.com"), cast.contract, role=Role.ENGINEER, facilities=facilities)
    assert "Цех 0; Цех 1; Цех 2 и ещё 2" in client.get(url).text


def test_each_has_his_window_and_oneself_the_way_out(cast: Cast, client: Client, url: str) -> None:
    page = client.get(url).text
    own, colleague = (who.accesses.get(contract=cast.contract) for who in (cast.client, cast.accountant))
    assert reverse("access-edit", args=[cast.contract.pk, colleague.pk]) in page
    assert reverse("access-edit", args=[cast.contract.pk, own.pk]) not in page
    assert reverse("contract-unbind", args=[cast.contract.pk]) in page


def test_ended_accesses_stand_apart_and_can_be_prolonged(cast: Cast, client: Client, url: str) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    cast.accountant.accesses.filter(contract=cast.contract).update(until=yesterday)
    page = client.get(url).text
    assert page.index("Доступ закончился") < page.index(cast.accountant.email)
    assert page.index(cast.energetik.email) < page.index("Доступ закончился")
    assert "Продлить" in page and f"{yesterday:%d.%m.%Y}" in page


def test_it_tells_how_an_access_was_given(cast: Cast, as_user: Callable) -> None:
    data = {"email": cast.unbound_contract.organisation.email, "inn": cast.unbound_contract.organisation.inn}
    bind_contract(user=cast.newcomer, number=cast.unbound_contract.number, address=None, **data)
    page = as_user(cast.newcomer).get(reverse("contract-access", args=[cast.unbound_contract.pk]))
    assert "привязка договора" in page.text


def test_who_asks_and_who_is_invited_stand_there(cast: Cast, client: Client, url: str) -> None:
    data = {"email": cast.organisation.email, "inn": cast.organisation.inn, "number": cast.contract.number}
    asked = bind_contract(user=cast.newcomer, address=None, **data)
    invitation = Invitation.objects.create(
        email="invited@example.com", invited_by=cast.client, expires_at=timezone.now() + dt.timedelta(hours=1)
    )
    InvitedAccess.objects.create(invitation=invitation, contract=cast.contract, role=Role.ACCOUNTANT)
    page = client.get(url).text
    assert cast.newcomer.get_full_name() in page
    assert reverse("access-request", args=[cast.contract.pk, asked.request.pk]) in page
    assert "invited@example.com" in page


def test_two_hundred_people_come_in_pages_and_are_found(cast: Cast, client: Client, url: str) -> None:
    people = User.objects.bulk_create(
        User(email=f"p{number}@example.com", last_name=f"Петров{number:03d}", first_name="Иван")
        for number in range(200)
    )
    ContractAccess.objects.bulk_create(
        ContractAccess(user=person, contract=cast.contract, role=Role.ENGINEER) for person in people
    )
    first = client.get(url)
    assert first.text.count('data-label="Логин"') == 50 and "1–50 из 203" in first.text
    assert "Петров199" in client.get(url, {"page": 5}).text
    found = client.get(url, {"q": "петров123"}).text
    assert found.count('data-label="Логин"') == 1 and "p123@example.com" in found
    assert "Никого не найдено" in client.get(url, {"q": "%_' OR 1=1 \x00"}).text


def test_it_fetches_itself_when_access_has_changed(client: Client, url: str) -> None:
    assert 'hx-trigger="accessChanged from:body"' in client.get(url).text


@pytest.mark.parametrize("who", ["accountant", "energetik"])
def test_another_role_reads_why_not_and_who_may(cast: Cast, as_user: Callable, url: str, who: str) -> None:
    response = as_user(getattr(cast, who)).get(url)
    assert response.status_code == 403
    assert "не позволяет управлять доступом" in response.text
    assert cast.client.get_short_name() in response.text and cast.client.email not in response.text


def test_the_list_of_contracts_names_the_administrators_in_place_of_a_dead_link(cast: Cast, as_user: Callable) -> None:
    page = as_user(cast.accountant).get(reverse("contracts")).text
    assert f"Доступом управляет: {cast.client.get_short_name()}<" in page
    assert reverse("contract-access", args=[cast.contract.pk]) not in page


def test_a_stranger_and_one_whose_access_has_ended_find_nothing(cast: Cast, as_user: Callable, url: str) -> None:
    assert as_user(cast.other).get(url).status_code == 404
    cast.client.accesses.update(until=timezone.localdate() - dt.timedelta(days=1))
    assert as_user(cast.client).get(url).status_code == 404


def test_it_tells_who_came_by_an_invitation_and_to_whom_the_contract_was_handed_over(
    cast: Cast, client: Client, as_user: Callable, url: str, inviter: Inviter
) -> None:
    inviter.invite(cast.contract)
    accept(inviter.link, inviter.code)
    assert "по приглашению" in client.get(url).text
    colleague = cast.accountant.accesses.get(contract=cast.contract)
    hand_over(actor=cast.client, contract=cast.contract, access_id=colleague.pk, stay_as=None)
    page = as_user(cast.accountant).get(url).text
    assert "по приглашению" in page and f"передача администрирования: {cast.client.get_short_name()}" in page
