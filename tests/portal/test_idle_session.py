"""A session ends 30 minutes after a person's last act; what scripts ask by themselves is no act."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cabinet.common import periods
from cabinet.readings.models import ActPrint
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("memory_cache")

FETCH = {"X-Requested-With": "fetch"}
HTMX = {"HX-Request": "true"}
SCRIPTS = ["contracts-widget", "home-todo", "act-print-state"]


@pytest.fixture
def clock():
    """Time that only the test moves."""
    with time_machine.travel("2026-11-24 12:00+03:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser(clock, cast: Cast, as_user) -> Client:
    return as_user(cast.client)


def pass_minutes(clock, minutes: int) -> None:
    clock.shift(dt.timedelta(minutes=minutes))


def is_signed_in(browser: Client) -> bool:
    return browser.get(reverse("contracts")).status_code == 200


def address(name: str, cast: Cast) -> str:
    if name != "act-print-state":
        return reverse(name)
    asked = {"user": cast.client, "contract": cast.contract, "period": periods.this_period(), "filled": False}
    return reverse(name, args=[ActPrint.objects.get_or_create(**asked)[0].pk])


def test_the_default_is_thirty_minutes() -> None:
    assert settings.SESSION_COOKIE_AGE == 30 * 60


@pytest.mark.parametrize(("minutes", "goes_on"), [(29, True), (31, False)])
def test_an_idle_session_ends(clock, browser: Client, minutes: int, goes_on: bool) -> None:
    assert is_signed_in(browser)
    pass_minutes(clock, minutes)
    assert is_signed_in(browser) is goes_on


def test_a_person_who_acts_stays(clock, browser: Client) -> None:
    for _visit in range(6):
        pass_minutes(clock, 20)
        assert is_signed_in(browser)


def test_typing_readings_is_an_act(clock, cast: Cast, browser: Client) -> None:
    url = reverse("readings-save", args=[cast.contract.pk, periods.this_period()])
    for _save in range(3):
        pass_minutes(clock, 20)
        assert browser.post(url, {}, headers=FETCH).status_code != 401
    assert is_signed_in(browser)


def test_opening_a_window_is_an_act(clock, browser: Client) -> None:
    for _window in range(3):
        pass_minutes(clock, 20)
        assert browser.get(reverse("contract-bind"), headers=HTMX).status_code == 200
    assert is_signed_in(browser)


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_a_script_asks_by_itself_is_no_act(clock, cast: Cast, browser: Client, name: str) -> None:
    url = address(name, cast)
    for _minute in range(6):
        assert browser.get(url, headers=HTMX).status_code == 200
        pass_minutes(clock, 5)
    pass_minutes(clock, 1)
    assert browser.get(url, headers=HTMX).status_code == 401
    assert not is_signed_in(browser)


def test_the_editors_page_that_asks_who_else_edits_is_no_act(clock, cast: Cast, as_user) -> None:
    editor = as_user(cast.editor)
    url = reverse("wagtailadmin_editing_sessions:ping", args=["help", "helppage", 1, 1])
    for _ping in range(6):
        editor.post(url)
        pass_minutes(clock, 5)
    pass_minutes(clock, 1)
    assert editor.get(reverse("profile")).status_code == 302


def test_the_session_is_written_once_a_minute_at_most(clock, browser: Client) -> None:
    def written() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert is_signed_in(browser)
        return sum(query["sql"].startswith('UPDATE "django_session"') for query in captured)

    clock.shift(dt.timedelta(seconds=59))
    assert written() == 0
    clock.shift(dt.timedelta(seconds=1))
    assert [written(), written()] == [1, 0]


def test_a_session_that_ended_is_not_called_back(clock, browser: Client) -> None:
    browser.post(reverse("account_logout"))
    pass_minutes(clock, 2)
    assert not is_signed_in(browser)


def test_the_cookie_goes_with_the_browser(cast: Cast, client: Client) -> None:
    client.post(reverse("account_login"), {"login": cast.client.email, "password": settings.DEMO_PASSWORD})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value and not cookie["max-age"] and not cookie["expires"]
