"""An access past its last day is gone everywhere at once, also for pages that are open."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cabinet.common import periods
from cabinet.contracts.models import ContractAccess
from cabinet.readings.models import Reading
from portal.demo import builders
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


def until(cast: Cast, days: int) -> None:
    """The client's accesses hold until so many days from today."""
    cast.client.accesses.update(until=timezone.localdate() + dt.timedelta(days=days))


@pytest.fixture
def client(cast: Cast, as_user: Callable) -> Client:
    return as_user(cast.client)


def test_on_its_last_day_all_is_there_and_on_the_next_nothing(cast: Cast, client: Client) -> None:
    addresses = [
        reverse("contract-access", args=[cast.contract.pk]),
        reverse("contract-payments", args=[cast.contract.pk]),
        reverse("contract-unbind", args=[cast.contract.pk]),
        reverse("readings-period", args=[cast.contract.pk, periods.this_period()]),
    ]
    until(cast, 0)
    assert [client.get(url).status_code for url in addresses] == [200] * 4
    assert cast.contract.number in client.get(reverse("contracts")).text
    until(cast, -1)
    assert [client.get(url).status_code for url in addresses] == [404] * 4
    for name in ("contracts", "contracts-widget", "home", "contacts"):
        assert cast.contract.number not in client.get(reverse(name)).text


def test_a_save_by_script_is_refused_in_words_and_writes_nothing(cast: Cast, client: Client) -> None:
    url = reverse("readings-save", args=[cast.contract.pk, periods.this_period()])
    until(cast, -1)
    response = client.post(url, {f"r{cast.register.pk}": "12"}, headers={"X-Requested-With": "fetch"})
    assert response.status_code == 404
    assert "возможно, он закончился" in response.text and cast.contract.number not in response.text
    assert not Reading.objects.exists()


def test_a_window_that_is_open_gets_a_refusal_it_can_show(cast: Cast, client: Client) -> None:
    access = cast.accountant.accesses.get(contract=cast.contract)
    until(cast, -1)
    url = reverse("access-edit", args=[cast.contract.pk, access.pk])
    response = client.post(url, {"role": "engineer", "step": "save"}, headers=HTMX)
    assert response.status_code == 404 and "data-refusal" in response.text
    assert "<!doctype" not in response.text.lower()
    access.refresh_from_db()
    assert access.role == "accountant"


def test_a_role_that_changed_meanwhile_is_said_with_its_reason(cast: Cast, client: Client) -> None:
    url = reverse("readings-save", args=[cast.contract.pk, periods.this_period()])
    builders.access(builders.user("helper@example.com"), cast.contract)
    ContractAccess.objects.filter(user=cast.client).update(role="accountant")
    response = client.post(url, {f"r{cast.register.pk}": "12"}, headers={"X-Requested-With": "fetch"})
    assert response.status_code == 403
    assert "Роль «Бухгалтер» не позволяет работать с показаниями." in response.text
