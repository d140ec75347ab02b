"""What the dialog of a session's end asks: when it ends, and to go on."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("memory_cache")
FETCH = {"X-Requested-With": "fetch"}
STATE, RENEW = "/cabinet/session/", "/cabinet/session/renew/"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that only the test moves."""
    with time_machine.travel("2026-11-24 12:00+03:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser(clock: time_machine.Traveller, cast: Cast, as_user) -> Client:
    return as_user(cast.client)


def pass_minutes(clock: time_machine.Traveller, minutes: int) -> None:
    clock.shift(dt.timedelta(minutes=minutes))


def test_the_seconds_left_are_told_and_asking_gives_none(clock, browser: Client, cast: Cast) -> None:
    for minutes_left in (30, 20, 10):
        answer = browser.get(STATE, headers=FETCH).json()
        assert answer["seconds"] == minutes_left * 60 and answer["user"] == cast.client.pk and answer["token"]
        pass_minutes(clock, 10)
    assert browser.get(STATE, headers=FETCH).status_code == 401
    assert browser.get(reverse("contracts")).status_code == 302


def test_asking_without_a_header_is_no_act_either(clock, browser: Client) -> None:
    pass_minutes(clock, 20)
    browser.get(STATE)
    pass_minutes(clock, 11)
    assert browser.get(STATE, headers=FETCH).status_code == 401


def test_an_act_in_another_tab_counts(clock, browser: Client) -> None:
    pass_minutes(clock, 28)
    assert browser.get(STATE, headers=FETCH).json()["seconds"] == 120
    browser.get(reverse("contracts"))
    assert browser.get(STATE, headers=FETCH).json()["seconds"] == 30 * 60


def test_going_on_gives_time_anew(clock, browser: Client) -> None:
    pass_minutes(clock, 29)
    assert browser.post(RENEW, headers=FETCH).json()["seconds"] == 30 * 60
    pass_minutes(clock, 29)
    assert browser.get(STATE, headers=FETCH).json()["seconds"] == 60


def test_what_has_ended_does_not_go_on(clock, browser: Client) -> None:
    pass_minutes(clock, 31)
    assert browser.post(RENEW, headers=FETCH).status_code == 401
    assert browser.get(reverse("contracts")).status_code == 302


def test_going_on_needs_the_token_that_asking_gives(clock, browser: Client) -> None:
    browser.handler.enforce_csrf_checks = True
    assert browser.post(RENEW, headers=FETCH).status_code == 403
    token = browser.get(STATE, headers=FETCH).json()["token"]
    assert browser.post(RENEW, headers=FETCH | {"X-CSRFToken": token}).status_code == 200


def test_every_page_of_the_cabinet_and_the_back_office_has_the_dialog(browser: Client, cast: Cast, as_user) -> None:
    for page in (reverse("home"), reverse("contracts"), reverse("profile_edit"), reverse("contacts")):
        assert 'id="session-end"' in browser.get(page).text
    office = as_user(cast.curator).get("/admin/").text
    assert 'id="session-end"' in office and "portal/session.js" in office


def test_public_pages_and_fragments_have_none(browser: Client, client: Client) -> None:
    for page in (client.get(reverse("account_login")), client.get(reverse("account_signup"))):
        assert 'id="session-end"' not in page.text
    assert 'id="session-end"' not in browser.get(reverse("profile_edit"), headers={"HX-Request": "true"}).text


def test_a_short_session_is_warned_of_at_its_half(browser: Client, settings) -> None:
    settings.SESSION_COOKIE_AGE = 180
    page = browser.get(reverse("contacts")).text
    assert 'data-seconds="180"' in page and 'data-warned="90"' in page
