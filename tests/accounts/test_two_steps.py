"""A sign-in in two steps: the password alone opens nothing."""

import logging
from collections.abc import Callable

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.core.mail import EmailMessage
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from cabinet.accounts.models import User
from portal.demo import builders
from portal.logs import JsonFormatter
from tests.accounts.conftest import PASSWORD as NEW_PASSWORD
from tests.accounts.conftest import link_in, text_of
from tests.accounts.factors import (
    add_passkey,
    code_of,
    connect_app,
    give_password,
    is_in,
    options_in,
    recovery_codes,
    wrong_code,
)

pytestmark = pytest.mark.django_db
STEP = "/accounts/2fa/"


@pytest.fixture
def owner(as_user: Callable, known: User) -> Client:
    """The browser in which the person set everything up."""
    return as_user(known)


@pytest.fixture
def secret(owner: Client) -> str:
    return connect_app(owner)


def test_the_password_leads_to_the_second_step_and_the_code_in(client: Client, known: User, secret: str) -> None:
    assert give_password(client, known.email).url == STEP
    assert not is_in(client)
    page = text_of(client.get(STEP))
    assert "Второй шаг входа" in page and known.email in page and 'autocomplete="one-time-code"' in page
    assert client.post(STEP, {"code": code_of(secret)}).url == "/"
    assert is_in(client)


def test_a_code_may_have_spaces(client: Client, known: User, secret: str) -> None:
    give_password(client, known.email)
    code = code_of(secret)
    assert client.post(STEP, {"code": f" {code[:3]} {code[3:]} "}).status_code == 302


def test_the_page_first_asked_for_opens_after_both_steps(client: Client, known: User, secret: str) -> None:
    give_password(client, known.email, "?next=/cabinet/profile/%3Fa%3D1")
    client.post(STEP, {"code": wrong_code(secret)})
    assert client.post(STEP, {"code": code_of(secret)}).url == "/cabinet/profile/?a=1"


def test_a_wrong_code_gets_its_sentence(client: Client, known: User, secret: str) -> None:
    give_password(client, known.email)
    response = client.post(STEP, {"code": wrong_code(secret)})
    assert response.status_code == 422 and "Неверный код." in text_of(response)
    assert not is_in(client)


@pytest.mark.parametrize("code", ["", "abc", "１２３４５６", "0" * 20, "-1", "<b>"])
def test_nonsense_is_a_wrong_code(client: Client, known: User, secret: str, code: str) -> None:
    give_password(client, known.email)
    assert client.post(STEP, {"code": code}).status_code == 422


def test_codes_are_tried_a_few_times_only(client: Client, known: User, secret: str) -> None:
    give_password(client, known.email)
    answers = [client.post(STEP, {"code": wrong_code(secret)}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    refused = client.post(STEP, {"code": code_of(secret)})
    assert refused.status_code == 429 and "Слишком много неверных кодов" in text_of(refused)
    assert not is_in(client)


def test_another_browser_and_address_are_no_new_start(known: User, secret: str) -> None:
    for number in range(5):
        browser = Client(REMOTE_ADDR=f"192.0.2.{number}")
        give_password(browser, known.email)
        browser.post(STEP, {"code": wrong_code(secret)})
    browser = Client(REMOTE_ADDR="192.0.2.99")
    give_password(browser, known.email)
    assert browser.post(STEP, {"code": code_of(secret)}).status_code == 429


@pytest.mark.usefixtures("memory_cache")
def test_patience_finds_no_code_either(known: User, secret: str) -> None:
    answers = []
    with time_machine.travel("2026-11-24 12:00+03:00", tick=False) as clock:
        for number in range(61):
            browser = Client(REMOTE_ADDR=f"192.0.2.{number}")
            give_password(browser, known.email)
            answers.append(browser.post(STEP, {"code": wrong_code(secret)}).status_code)
            clock.shift(180)
    assert answers == [422] * 60 + [429]


def test_a_right_code_gives_the_attempts_to_guess_passwords_not_back(client: Client, known: User, secret: str) -> None:
    for number in range(19):
        give_password(client, f"person{number}@example.com", password="wrong-1")
    give_password(client, known.email)
    client.post(STEP, {"code": code_of(secret)})
    client.logout()
    answers = [give_password(client, f"person{number}@example.com", password="wrong-1") for number in (20, 21)]
    assert [answer.status_code for answer in answers] == [422, 429]


@pytest.mark.usefixtures("memory_cache")
def test_a_code_counts_once_as_long_as_it_could_be_typed_again(known: User, owner: Client) -> None:
    with time_machine.travel("2026-11-24 12:00:10+03:00", tick=False) as clock:
        secret = connect_app(owner)
        code = code_of(secret, later=1)
        first, second = Client(), Client()
        give_password(first, known.email)
        assert first.post(STEP, {"code": code}).status_code == 302 and is_in(first)
        for seconds in (0, 40, 30):
            clock.shift(seconds)
            give_password(second, known.email)
            response = second.post(STEP, {"code": f"{code[:3]} {code[3:]}"})
            assert response.status_code == 422 and not is_in(second)


def test_the_code_that_connected_the_application_opens_no_sign_in(client: Client, known: User, secret: str) -> None:
    give_password(client, known.email)
    response = client.post(STEP, {"code": code_of(secret, later=-1)})
    assert response.status_code == 422 and "Этот код уже использован." in text_of(response)


def test_a_recovery_code_opens_once(client: Client, known: User, owner: Client, secret: str) -> None:
    code = recovery_codes(owner)[0]
    give_password(client, known.email)
    assert client.post(STEP, {"code": code}).status_code == 302
    again = Client()
    give_password(again, known.email)
    assert again.post(STEP, {"code": code}).status_code == 422
    assert "Осталось 9 из 10" in text_of(owner.get(reverse("mfa_index")))


def test_a_code_of_another_person_opens_nothing(client: Client, as_user: Callable, known: User, secret: str) -> None:
    stranger = as_user(builders.user("stranger@example.com"))
    strangers = connect_app(stranger)
    codes = [code_of(strangers), *recovery_codes(stranger)[:3]]
    give_password(client, known.email)
    assert [client.post(STEP, {"code": code}).status_code for code in codes] == [422] * 4


def test_a_passkey_is_a_second_step_too(client: Client, known: User, owner: Client) -> None:
    passkey = add_passkey(owner)
    assert give_password(client, known.email, "?next=/cabinet/profile/").url == STEP
    page = client.get(STEP)
    assert "Использовать ключ доступа" in text_of(page) and "Резервный код" in text_of(page)
    response = client.post(STEP, {"credential": passkey.found(options_in(page))})
    assert response.url == "/cabinet/profile/" and is_in(client)


def test_without_the_first_step_there_is_no_second(client: Client, known: User, secret: str) -> None:
    assert client.get(STEP).url == reverse("account_login")
    assert client.post(STEP, {"code": code_of(secret)}).url == reverse("account_login")
    assert not is_in(client)


def test_one_may_begin_anew_under_another_login(client: Client, known: User, secret: str) -> None:
    give_password(client, known.email)
    assert client.get(reverse("account_login")).url == STEP
    client.post(reverse("account_logout"))
    assert client.get(reverse("account_login")).status_code == 200
    assert client.get(STEP).url == reverse("account_login")


def test_recovery_of_the_password_does_not_open_the_account(
    client: Client, known: User, secret: str, mailoutbox: list[EmailMessage]
) -> None:
    mailoutbox.clear()
    client.post(reverse("account_reset_password"), {"email": known.email})
    page = client.get(link_in(mailoutbox[0])).url
    client.post(page, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert not is_in(client)
    assert give_password(client, known.email, password=NEW_PASSWORD).url == STEP
    assert not is_in(client)


@pytest.mark.parametrize("way", ["change", "recovery"])
def test_a_sign_in_begun_with_the_old_password_ends_with_it(
    client: Client, owner: Client, known: User, secret: str, mailoutbox: list[EmailMessage], way: str
) -> None:
    give_password(client, known.email)
    fresh = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    if way == "change":
        owner.post(reverse("profile_password"), fresh | {"old_password": "Demo-2026"})
    else:
        mailoutbox.clear()
        owner.post(reverse("account_reset_password"), {"email": known.email})
        owner.post(owner.get(link_in(mailoutbox[0])).url, fresh)
    response = client.post(STEP, {"code": code_of(secret)}, follow=True)
    assert response.redirect_chain == [(reverse("account_login"), 302)] and not is_in(client)
    assert "Пароль изменился, пока вы входили." in text_of(response)
    assert client.get(STEP).url == reverse("account_login")


def test_the_link_of_confirmation_does_not_open_the_account(
    client: Client, owner: Client, known: User, secret: str, mailoutbox: list[EmailMessage]
) -> None:
    data = {"last_name": known.last_name, "first_name": known.first_name, "no_patronymic": "on"}
    mailoutbox.clear()
    owner.post(reverse("profile_edit"), data | {"email": "new@example.com", "current_password": "Demo-2026"})
    link = link_in(mailoutbox[0])
    assert client.post(link).url.startswith(reverse("account_login"))
    give_password(client, known.email)
    assert client.post(link).status_code == 302 and not is_in(client)


def test_a_new_password_gives_the_owner_his_attempts_back(
    client: Client, owner: Client, known: User, secret: str
) -> None:
    give_password(client, known.email)
    for _number in range(6):
        client.post(STEP, {"code": wrong_code(secret)})
    fresh = {"old_password": "Demo-2026", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    owner.post(reverse("profile_password"), fresh)
    browser = Client()
    give_password(browser, known.email, password=NEW_PASSWORD)
    assert browser.post(STEP, {"code": code_of(secret)}).status_code == 302


@pytest.mark.usefixtures("memory_cache")
def test_new_passwords_give_no_more_attempts_a_day(owner: Client, known: User, secret: str) -> None:
    answers, request = [], RequestFactory().post("/")
    request.session = owner.session
    with time_machine.travel("2026-11-24 12:00+03:00", tick=False) as clock:
        for number in range(13):
            browser, password = Client(), f"{NEW_PASSWORD}-{number}"
            with context.request_context(request):
                get_adapter(request).set_password(known, password)
            give_password(browser, known.email, password=password)
            answers += [browser.post(STEP, {"code": wrong_code(secret)}).status_code for _ in range(5)]
            clock.shift(601)  # allauth's own limit
    assert answers == [422] * 60 + [429] * 5


def test_the_form_needs_its_token(known: User, secret: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get(reverse("account_login"))
    token = browser.cookies["portal_csrf"].value
    data = {"login": known.email, "password": "Demo-2026", "csrfmiddlewaretoken": token}
    assert browser.post(reverse("account_login"), data).url == STEP
    assert browser.post(STEP, {"code": code_of(secret)}).status_code == 403


def test_codes_and_factors_are_logged_by_ids_alone(
    client: Client, known: User, owner: Client, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    code = code_of(secret)
    with caplog.at_level(logging.INFO):
        give_password(client, known.email)
        client.post(STEP, {"code": wrong_code(secret)})
        client.post(STEP, {"code": code})
    ours = [record for record in caplog.records if record.name == "cabinet.accounts.events"]
    assert [(record.message, record.data["user"]) for record in ours] == [
        ("factor failed", known.pk),
        ("factor used", known.pk),
        ("signed in", known.pk),
    ]
    lines = " ".join(JsonFormatter().format(record) for record in caplog.records)
    assert "example.com" not in lines and code not in lines and secret not in lines


def test_secrets_are_sealed_and_a_changed_key_is_no_way_in(
    client: Client, known: User, secret: str, settings: Settings
) -> None:
    kept = known.authenticator_set.get(type="totp").data["secret"]
    assert secret not in kept
    old_key = settings.SECRET_KEY
    settings.SECRET_KEY = "another" * 10
    settings.SECRET_KEY_FALLBACKS = [old_key]
    give_password(client, known.email)
    assert client.post(STEP, {"code": code_of(secret)}).status_code == 302
    settings.SECRET_KEY_FALLBACKS = []
    browser = Client(raise_request_exception=False)
    give_password(browser, known.email)
    assert browser.post(STEP, {"code": code_of("")}).status_code == 500 and not is_in(browser)
