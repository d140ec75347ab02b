"""«Глазами клиента»: an administrator sees a client's cabinet as he does, changes nothing, and leaves his reason."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cabinet.accounts.models import User
from cabinet.contracts.doors import Door
from cabinet.contracts.models import ContractAccess
from cabinet.contracts.trail.recording import ContractLogEntry
from tests.cast import Cast

pytestmark = pytest.mark.django_db
WHY = "Клиент не находит платёж, звонок 14:20"
BAR = "Вы смотрите кабинет глазами клиента"


def begin(person: User) -> str:
    return reverse("seeing_begin", args=[person.pk])


@pytest.fixture
def looking(cast: Cast, as_user) -> Client:
    """The administrator, who looks at the client's cabinet."""
    browser = as_user(cast.admin)
    assert browser.post(begin(cast.client), {"reason": WHY}).url == reverse("home")
    return browser


def test_the_cabinet_is_the_clients_and_says_so_on_every_page(cast: Cast, looking: Client) -> None:
    for name in ("home", "contracts", "contacts", "profile"):
        page = looking.get(reverse(name)).text
        assert BAR in page and cast.client.get_full_name() in page
    contracts = looking.get(reverse("contracts")).text
    assert cast.contract.number in contracts and cast.other_contract.number not in contracts
    assert looking.get(reverse("contract-info", args=[cast.other_contract.pk])).status_code == 404


def test_the_reason_stands_in_every_trail_of_the_client_and_in_his_history(cast: Cast, looking: Client) -> None:
    entries = ContractLogEntry.objects.filter(action="contracts.seen")
    assert {one.contract for one in entries} == {one.contract for one in cast.client.accesses.all()}
    assert {(one.user, one.door, one.comment) for one in entries} == {(cast.admin, Door.OFFICE, WHY)}
    assert ModelLogEntry.objects.get(action="accounts.seen").data == {"reason": WHY}
    trail = looking.get(reverse("contract-trail", args=[cast.contract.pk])).text
    assert "Кабинет открыт сотрудником поставщика для просмотра" in trail and WHY in trail
    assert cast.admin.last_name not in trail


@pytest.mark.parametrize(
    ("name", "arguments"), [("contract-bind", []), ("home-order", []), ("contract-unbind", ["contract"])]
)
def test_nothing_can_be_changed(cast: Cast, looking: Client, name: str, arguments: list) -> None:
    response = looking.post(reverse(name, args=[getattr(cast, one).pk for one in arguments]), {"knows": "on"})
    assert response.status_code == 403 and "изменить в нём ничего нельзя" in response.text
    assert ContractAccess.objects.filter(user=cast.client, contract=cast.contract).exists()


@pytest.mark.parametrize("name", ["mfa_index", "mfa_view_recovery_codes", "account_login"])
def test_the_clients_security_is_not_shown(looking: Client, name: str) -> None:
    assert looking.get(reverse(name)).status_code in (403, 404)


def test_the_back_office_stays_the_administrators_and_ends_it(cast: Cast, looking: Client) -> None:
    assert looking.get("/admin/users/").status_code == 200
    assert looking.post(reverse("seeing_end")).url == reverse("wagtailusers_users:edit", args=[cast.client.pk])
    assert BAR not in looking.get(reverse("home")).text
    assert looking.post(reverse("seeing_end")).url == "/admin/"


def test_it_ends_by_itself(cast: Cast, looking: Client) -> None:
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=29)):
        assert BAR in looking.get(reverse("home")).text
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=31)):
        assert BAR not in looking.get(reverse("home")).text


@pytest.mark.parametrize("who", ["client", "admin"])
def test_it_ends_when_either_may_not_any_more(cast: Cast, looking: Client, who: str) -> None:
    if who == "client":
        User.objects.filter(pk=cast.client.pk).update(is_active=False)
    else:
        User.objects.filter(pk=cast.admin.pk).update(is_superuser=False)
        cast.admin.groups.clear()
    assert BAR not in looking.get(reverse("home")).text


def test_signing_out_signs_the_administrator_out(cast: Cast, looking: Client) -> None:
    looking.post(reverse("account_logout"))
    assert looking.get(reverse("contracts")).status_code == 302


@pytest.mark.parametrize("reason", ["", "   ", "я" * 301])
def test_without_a_readable_reason_nothing_opens(cast: Cast, as_user, reason: str) -> None:
    browser = as_user(cast.admin)
    assert browser.post(begin(cast.client), {"reason": reason}).status_code == 422
    assert BAR not in browser.get(reverse("home")).text and not ContractLogEntry.objects.exists()


@pytest.mark.parametrize("who", ["curator", "editor", "client"])
def test_nobody_but_an_administrator_looks(cast: Cast, as_user, who: str) -> None:
    browser = as_user(getattr(cast, who))
    assert browser.post(begin(cast.other), {"reason": WHY}).status_code == 302
    assert BAR not in browser.get(reverse("home")).text and not ContractLogEntry.objects.exists()


@pytest.mark.parametrize("who", ["curator", "admin"])
def test_staff_are_not_looked_at(cast: Cast, as_user, who: str) -> None:
    browser = as_user(cast.admin)
    page = browser.post(begin(getattr(cast, who)), {"reason": WHY})
    assert page.status_code == 422 and "Кабинет можно открыть только как клиент" in page.text
    assert "Открыть кабинет как клиент" not in browser.get(f"/admin/users/edit/{cast.curator.pk}/").text
    assert "Открыть кабинет как клиент" in browser.get(f"/admin/users/edit/{cast.client.pk}/").text
