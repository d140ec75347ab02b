from collections.abc import Callable

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from cabinet.accounts.models import User
from portal.demo import builders
from tests.accounts.conftest import PASSWORD, link_in, text_of

pytestmark = pytest.mark.django_db
RECOVER = "/accounts/password/reset/"
BOTH = {"password1": PASSWORD, "password2": PASSWORD}


def ask(client: Client, login: str) -> HttpResponse:
    return client.post(RECOVER, {"email": login})


def open_link(client: Client, letter: EmailMessage) -> str:
    """The page of the new password: the key leaves the address at once."""
    return client.get(link_in(letter)).url


def test_the_page_has_the_manuals_words(client: Client) -> None:
    page = text_of(client.get(RECOVER))
    assert ">Логин</label>" in page and "Выслать</button>" in page


def test_a_new_password_works_and_other_sessions_end(
    client: Client, as_user: Callable, known: User, mailoutbox: list[EmailMessage]
) -> None:
    elsewhere = as_user(known)
    assert ask(client, "KNOWN@example.com").url == reverse("account_reset_password_done")
    page = open_link(client, mailoutbox[0])
    response = client.post(page, BOTH, follow=True)
    assert "Новый пароль сохранён" in text_of(response)
    known.refresh_from_db()
    assert known.check_password(PASSWORD)
    assert elsewhere.get(reverse("profile")).status_code == 302
    assert "_auth_user_id" not in client.session
    assert "восстановлен" in mailoutbox[1].subject


@pytest.mark.parametrize("login", ["known@example.com", "nobody@example.com"])
def test_links_lead_to_the_portal_whatever_host_was_named(
    client: Client, known: User, mailoutbox: list[EmailMessage], settings: Settings, login: str
) -> None:
    settings.PORTAL_URL = "https://portal.example.com/"
    client.post(RECOVER, {"email": login}, headers={"Host": "localhost:6666"})
    (html, _), *_rest = mailoutbox[0].alternatives
    for body in (mailoutbox[0].body, html):
        assert "https://portal.example.com/accounts/" in body and "6666" not in body


def test_a_known_and_an_unknown_login_get_the_same_answer(
    client: Client, known: User, mailoutbox: list[EmailMessage]
) -> None:
    pages = []
    for login in (known.email, "nobody@example.com"):
        response = ask(client, login)
        assert response.url == reverse("account_reset_password_done")
        pages.append(text_of(client.get(response.url)).split("<main")[1].split("</main>")[0])
    assert pages[0] == pages[1]
    assert "Такого логина в личном кабинете нет" in mailoutbox[1].subject


def test_something_that_is_no_address_is_refused(client: Client) -> None:
    assert ask(client, "nobody").status_code == 422


def test_one_who_is_switched_off_gets_no_link(client: Client, mailoutbox: list[EmailMessage]) -> None:
    builders.user("off@example.com", is_active=False)
    ask(client, "off@example.com")
    assert "Такого логина" in mailoutbox[0].subject


def test_an_address_that_waits_for_confirmation_brings_no_link(
    client: Client, known: User, mailoutbox: list[EmailMessage]
) -> None:
    known.emailaddress_set.create(email="mistyped@example.com")
    ask(client, "mistyped@example.com")
    assert "Такого логина" in mailoutbox[0].subject


def test_a_used_link_is_dead(client: Client, known: User, mailoutbox: list[EmailMessage]) -> None:
    ask(client, known.email)
    page = open_link(client, mailoutbox[0])
    client.post(page, BOTH)
    for response in (client.get(link_in(mailoutbox[0])), client.post(page, BOTH)):
        assert response.status_code == 410
        assert "Ссылка уже использована или её срок истёк" in text_of(response)
        assert "Получить новую ссылку" in text_of(response)


def test_the_link_lives_72_hours(client: Client, known: User, mailoutbox: list[EmailMessage]) -> None:
    with time_machine.travel("2026-11-10 12:00", tick=False):
        ask(client, known.email)
    link = link_in(mailoutbox[0])
    with time_machine.travel("2026-11-13 11:59", tick=False):
        assert client.get(link).status_code == 302
    with time_machine.travel("2026-11-13 12:01", tick=False):
        assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [("short1", "short1", "password1"), ("безцифрсовсем", "безцифрсовсем", "password1"), (PASSWORD, "x", "password2")],
)
def test_a_wrong_new_password_gets_its_sentence(
    client: Client, known: User, mailoutbox: list[EmailMessage], first: str, second: str, field: str
) -> None:
    ask(client, known.email)
    response = client.post(open_link(client, mailoutbox[0]), {"password1": first, "password2": second})
    assert response.status_code == 422 and response.context["form"].errors[field]


def test_letters_to_one_login_are_limited(client: Client, known: User, mailoutbox: list[EmailMessage]) -> None:
    answers = [ask(client, known.email).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]


def test_recovery_opens_an_account_locked_by_attempts(
    client: Client, known: User, mailoutbox: list[EmailMessage]
) -> None:
    for _ in range(6):
        client.post("/accounts/login/", {"login": known.email, "password": "wrong-1"})
    ask(client, known.email)
    client.post(open_link(client, mailoutbox[0]), BOTH)
    assert client.post("/accounts/login/", {"login": known.email, "password": PASSWORD}).status_code == 302
