"""The letter about a sign-in from a new device."""

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from cabinet.accounts import devices
from cabinet.accounts.models import User
from portal.demo import builders
from tests.accounts.conftest import PASSWORD, link_in
from tests.accounts.factors import add_passkey, connect_app, give_password, passkey_sign_in

pytestmark = pytest.mark.django_db
SUBJECT = "Вход в личный кабинет с нового устройства"
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0.0.0 Safari/537.36"
Letters = Callable[[], list[EmailMessage]]


def new_browser(ip: str = "192.0.2.1") -> Client:
    return Client(headers={"User-Agent": AGENT}, REMOTE_ADDR=ip)


def sign_in(browser: Client, login: str = "known@example.com", password: str = "Demo-2026") -> None:
    assert give_password(browser, login, password=password).status_code == 302
    browser.post(reverse("account_logout"))


@pytest.fixture
def told(letters: Letters, mailoutbox: list[EmailMessage]) -> Callable[[], list[EmailMessage]]:
    """The letters about new devices since it was last asked."""

    def since() -> list[EmailMessage]:
        found = [letter for letter in letters() if letter.subject == SUBJECT]
        mailoutbox.clear()
        return found

    return since


@pytest.fixture
def home(known: User) -> Client:
    """The browser of the very first sign-in."""
    browser = new_browser()
    sign_in(browser)
    return browser


def test_the_first_sign_in_ever_is_no_news(home: Client, told: Letters) -> None:
    assert not told()


def test_a_known_browser_is_no_news_wherever_it_is(home: Client, told: Letters) -> None:
    home.defaults |= {"REMOTE_ADDR": "203.0.113.9", "HTTP_USER_AGENT": "after an update"}
    sign_in(home)
    assert not told()


def test_a_new_browser_is_told_once(home: Client, known: User, told: Letters, settings: Settings) -> None:
    settings.PORTAL_URL = "https://portal.example.com"
    other = new_browser("198.51.100.7")
    sign_in(other)
    (letter,) = told()
    assert letter.to == [known.email]
    links = [f"https://portal.example.com{reverse(name)}" for name in ("mfa_index", "account_reset_password")]
    for body in (letter.body, letter.alternatives[0][0]):
        for words in ("Chrome, Windows", "198.51.100.7", "Если это были не вы", *links):
            assert words in body
    sign_in(other)
    assert not told()


def test_the_same_words_of_the_browser_and_the_same_address_prove_nothing(home: Client, told: Letters) -> None:
    sign_in(new_browser())
    assert len(told()) == 1


def test_each_person_of_a_browser_is_told_for_himself(home: Client, told: Letters) -> None:
    builders.user("second@example.com")
    sign_in(home, "second@example.com")
    sign_in(new_browser(), "second@example.com")
    assert [letter.to for letter in told()] == [["second@example.com"]]
    sign_in(home), sign_in(home, "second@example.com")
    assert not told()


def test_the_password_alone_is_no_sign_in_yet(home: Client, as_user: Callable, known: User, told: Letters) -> None:
    connect_app(as_user(known))
    give_password(new_browser(), known.email)
    assert not told()


def test_a_passkey_in_a_new_browser_is_told_too(home: Client, as_user: Callable, known: User, told: Letters) -> None:
    passkey = add_passkey(as_user(known))
    told()
    assert passkey_sign_in(new_browser(), passkey).url == "/"
    assert len(told()) == 1


@pytest.mark.parametrize("value", ["", "x", "e30:x:y", "{}", "e30"])
def test_a_forged_cookie_is_a_new_browser(home: Client, told: Letters, value: str) -> None:
    other = new_browser()
    other.cookies[devices.COOKIE] = value
    sign_in(other)
    assert len(told()) == 1


def test_a_new_password_makes_all_browsers_new_but_its_own(home: Client, told: Letters) -> None:
    other = new_browser()
    sign_in(other)
    told()
    give_password(home, "known@example.com")
    home.post(reverse("profile_password"), {"old_password": "Demo-2026", "password1": PASSWORD, "password2": PASSWORD})
    home.post(reverse("account_logout"))
    sign_in(home, password=PASSWORD)
    assert not told()
    sign_in(other, password=PASSWORD)
    assert len(told()) == 1


def test_a_recovered_password_makes_all_browsers_new(home: Client, told: Letters, mailoutbox: list) -> None:
    home.post(reverse("account_reset_password"), {"email": "known@example.com"})
    home.post(home.get(link_in(mailoutbox[-1])).url, {"password1": PASSWORD, "password2": PASSWORD})
    sign_in(home, password=PASSWORD)
    assert len(told()) == 1


def test_the_cookie_lives_a_year_out_of_reach_of_scripts(known: User, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    browser = new_browser()
    sign_in(browser)
    cookie = browser.cookies[devices.COOKIE]
    assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 365 * 86400
    assert known.email not in cookie.value


def test_a_browser_remembers_the_ten_people_of_late(known: User) -> None:
    browser = new_browser()
    for number in range(12):
        builders.user(f"person{number}@example.com")
        sign_in(browser, f"person{number}@example.com")
    request = type("Request", (), {"COOKIES": {devices.COOKIE: browser.cookies[devices.COOKIE].value}})
    people = [User.objects.get(email=f"person{number}@example.com") for number in (1, 2, 11)]
    assert [devices.is_known(request, person) for person in people] == [False, True, True]
