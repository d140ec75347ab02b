"""Own sessions on «Безопасность»: which are open, and ending them."""

import datetime as dt
import json
from collections.abc import Iterator

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cabinet.accounts import tasks
from cabinet.accounts.models import User
from cabinet.accounts.user_agents import device_words
from portal.demo import builders
from tests.accounts.conftest import PASSWORD, link_in, text_of
from tests.accounts.factors import give_password, is_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("memory_cache")]
HTMX = {"HX-Request": "true"}
PAGE, END_OTHERS = reverse("mfa_index"), reverse("sessions-end-others")
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
NEW_PASSWORD = {"old_password": "Demo-2026", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that only the test moves; what other tests counted at the same hour is forgotten."""
    cache.clear()
    with time_machine.travel("2026-11-24 12:00+03:00", tick=False) as traveller:
        yield traveller


def signed_in(login: str = "known@example.com", agent: str = WINDOWS, ip: str = "192.0.2.1") -> Client:
    """A browser of its own in which the person signed in."""
    browser = Client(headers={"User-Agent": agent}, REMOTE_ADDR=ip)
    assert give_password(browser, login).status_code == 302 and is_in(browser)
    return browser


@pytest.fixture
def here(clock: time_machine.Traveller, known: User) -> Client:
    return signed_in()


@pytest.fixture
def phone(here: Client) -> Client:
    return signed_in(agent=IPHONE, ip="198.51.100.7")


def end_url(browser: Client) -> str:
    """Where this browser's session is ended."""
    return reverse("session-end", args=[UserSession.objects.get(session_key=browser.session.session_key).pk])


def works(browser: Client) -> bool:
    return browser.get(reverse("contracts")).status_code == 200


def test_each_session_is_told_in_words(clock: time_machine.Traveller, here: Client, phone: Client) -> None:
    clock.shift(dt.timedelta(minutes=10))
    phone.get(reverse("contracts"))
    clock.shift(dt.timedelta(minutes=5))
    page = text_of(here.get(PAGE))
    own, other = page.split("Завершить остальные")[1].split("<li>")[1:3]
    assert "Chrome, Windows" in own and "Это устройство" in own and "IP-адрес 192.0.2.1" in own
    assert "Safari, iPhone" in other and "IP-адрес 198.51.100.7" in other
    assert "вход 24.11.2026 12:00, последнее действие 24.11.2026 12:10" in other


def test_last_seen_costs_no_statement_while_people_work(here: Client) -> None:
    here.get(reverse("contracts"))
    with CaptureQueriesContext(connection) as captured:
        here.get(reverse("contracts"))
    assert not [query["sql"] for query in captured if "usersession" in query["sql"]]


def test_a_session_that_is_over_is_no_longer_listed(clock: time_machine.Traveller, here: Client, phone: Client) -> None:
    clock.shift(dt.timedelta(minutes=20))
    here.get(PAGE)
    clock.shift(dt.timedelta(minutes=11))
    assert "iPhone" not in here.get(PAGE).text
    tasks.remove_expired()
    assert UserSession.objects.count() == Session.objects.count() == 1


def test_signing_out_ends_it_in_the_list(here: Client, phone: Client) -> None:
    phone.post(reverse("account_logout"))
    assert "iPhone" not in here.get(PAGE).text


def test_one_session_is_ended_after_a_question(here: Client, phone: Client) -> None:
    url = end_url(phone)
    window = text_of(here.get(url, headers=HTMX))
    assert "Завершить сеанс?" in window and "Safari, iPhone" in window
    assert works(phone)
    response = here.post(url, headers=HTMX)
    assert response.status_code == 204 and "Safari, iPhone" in json.loads(response["HX-Trigger"])["toast"]["message"]
    assert not works(phone) and works(here)
    assert here.post(url).status_code == 404


def test_this_session_is_signed_out(here: Client) -> None:
    url = end_url(here)
    assert "вы выйдете из личного кабинета" in text_of(here.get(url))
    assert here.post(url).url == reverse("account_login")
    assert not works(here)


def test_another_persons_session_is_not_found(here: Client, phone: Client) -> None:
    builders.user("stranger@example.com")
    stranger = signed_in("stranger@example.com")
    assert [stranger.get(end_url(phone)).status_code, stranger.post(end_url(phone)).status_code] == [404, 404]
    assert works(phone)
    assert "iPhone" not in stranger.get(PAGE).text


def test_all_others_are_ended_after_a_question(here: Client, phone: Client) -> None:
    builders.user("stranger@example.com")
    stranger, third = signed_in("stranger@example.com"), signed_in()
    assert "Остальных сейчас: 2" in text_of(here.get(END_OTHERS))
    assert works(phone) and works(third)
    assert "Завершено: 2 сеанса." in text_of(here.post(END_OTHERS, follow=True))
    assert [works(browser) for browser in (here, stranger, phone, third)] == [True, True, False, False]
    assert "Завершить остальные" not in here.get(PAGE).text
    assert "Других сеансов нет." in text_of(here.post(END_OTHERS, follow=True))


def test_a_request_on_its_way_does_not_call_an_ended_session_back(here: Client, phone: Client) -> None:
    session = phone.session
    session["typed"] = "kept"
    here.post(end_url(phone))
    with pytest.raises(UpdateError):
        session.save()
    assert not works(phone)


def test_a_new_password_ends_the_others_and_this_one_stays_in_the_list(here: Client, phone: Client) -> None:
    here.post(reverse("profile_password"), NEW_PASSWORD)
    assert works(here) and not works(phone)
    (session,) = here.get(PAGE).context["sessions"]
    assert session["here"] and session["device"] == "Chrome, Windows"
    assert Session.objects.count() == 1


def test_a_recovered_password_ends_them_all(here: Client, phone: Client, mailoutbox: list) -> None:
    here.post(reverse("account_reset_password"), {"email": "known@example.com"})
    page = here.get(link_in(mailoutbox[-1])).url
    here.post(page, {"password1": PASSWORD, "password2": PASSWORD})
    assert not works(here) and not works(phone)
    assert not Session.objects.filter(session_key__in=UserSession.objects.values("session_key")).exists()


def test_ending_needs_the_forms_token(here: Client, phone: Client) -> None:
    here.handler.enforce_csrf_checks = True
    assert [here.post(url).status_code for url in (end_url(phone), END_OTHERS)] == [403, 403]
    assert works(phone)


def test_many_sessions_cost_no_more_statements(here: Client, known: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            give_password(Client(), "known@example.com")
            here.get(PAGE)
        return len(captured)

    few = cost()
    for number in range(20):
        signed_in(ip=f"203.0.113.{number}")
    assert cost() <= few


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (WINDOWS, "Chrome, Windows"),
        (IPHONE, "Safari, iPhone"),
        (WINDOWS + " Edg/130.0", "Edge, Windows"),
        (WINDOWS.replace("Safari", "YaBrowser/24.10 Safari"), "Яндекс Браузер, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 14; SM-A525F) Chrome/130.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.0", "Неизвестное устройство"),
        ("", "Неизвестное устройство"),
    ],
)
def test_devices_have_names(agent: str, words: str) -> None:
    assert device_words(agent) == words
