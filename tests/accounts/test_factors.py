"""Setting up an application, recovery codes and their end, on «Безопасность»."""

import datetime as dt
import json
from collections.abc import Callable
from urllib.parse import unquote

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from cabinet.accounts.models import User
from portal.demo import builders
from tests.accounts.conftest import text_of
from tests.accounts.factors import (
    PASSWORD,
    add_passkey,
    code_of,
    connect_app,
    give_password,
    recovery_codes,
    say_who,
    wrong_code,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PAGE, APP, OFF = reverse("mfa_index"), reverse("mfa_activate_totp"), reverse("mfa_deactivate_totp")
CODES, NEW_CODES = reverse("mfa_view_recovery_codes"), reverse("mfa_generate_recovery_codes")
AGAIN, CODE_AGAIN = reverse("account_reauthenticate"), reverse("mfa_reauthenticate")


@pytest.fixture
def browser(as_user: Callable, known: User) -> Client:
    return as_user(known)


def test_the_page_says_in_words_what_is_on(browser: Client) -> None:
    assert "Сейчас для входа достаточно пароля." in text_of(browser.get(PAGE))
    assert "Вход в два этапа выключен" in text_of(browser.get(reverse("profile")))
    connect_app(browser)
    page = text_of(browser.get(PAGE))
    assert "После пароля портал просит второй шаг: коды из приложения." in page and "Осталось 10 из 10" in page
    assert "Вход в два этапа включён" in text_of(browser.get(reverse("profile")))


@pytest.mark.parametrize("address", [APP, NEW_CODES, reverse("mfa_add_webauthn")])
def test_who_it_is_is_asked_first_and_the_page_opens_then(browser: Client, address: str) -> None:
    response = browser.get(address)
    assert unquote(response.url) == f"{AGAIN}?next={address}"
    assert "Подтвердите, что это вы" in text_of(browser.get(response.url))
    assert browser.post(response.url, {"password": PASSWORD, "next": address}).url == address
    assert browser.get(address).status_code == 200


def test_a_wrong_password_changes_nothing(browser: Client) -> None:
    response = browser.post(AGAIN, {"password": "wrong-1"})
    assert response.status_code == 422 and "Неверный пароль." in text_of(response)
    assert browser.get(APP).status_code == 302


def test_guessing_the_password_again_is_limited(browser: Client) -> None:
    answers = [browser.post(AGAIN, {"password": "wrong-1"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_strange_address_is_never_led_to(browser: Client) -> None:
    for evil in ("https://evil.example/", "//evil.example"):
        assert browser.post(AGAIN, {"password": PASSWORD, "next": evil}).url == "/"


def test_the_picture_and_the_key_to_type_are_shown(browser: Client) -> None:
    say_who(browser)
    response = browser.get(APP)
    page = text_of(response)
    assert 'src="data:image/svg+xml;base64,' in page and 'alt="QR-код для приложения"' in page
    key = response.context["secret"]
    assert key in page and len(key.split()) == 8
    assert "style=" not in page.split("<main")[1]


@pytest.mark.django_db(transaction=True)
def test_the_first_code_connects_and_a_letter_tells(
    browser: Client, known: User, mailoutbox: list[EmailMessage]
) -> None:
    connect_app(browser)
    assert known.authenticator_set.count() == 2
    (letter,) = mailoutbox
    assert letter.subject == "Приложение для кодов подключено" and letter.to == [known.email]
    assert "IP-адрес" in letter.body and "теперь после пароля нужен код" in letter.alternatives[0][0]


def test_a_wrong_first_code_keeps_the_picture(browser: Client, known: User) -> None:
    say_who(browser)
    secret = browser.get(APP).context["form"].secret
    response = browser.post(APP, {"code": wrong_code(secret)})
    assert response.status_code == 422 and "Неверный код." in text_of(response)
    assert response.context["form"].secret == secret
    assert not known.authenticator_set.exists()
    assert browser.post(APP, {"code": code_of(secret)}).url == CODES


def test_first_codes_are_limited(browser: Client) -> None:
    say_who(browser)
    secret = browser.get(APP).context["form"].secret
    answers = [browser.post(APP, {"code": wrong_code(secret)}).status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]


def test_an_address_that_waits_for_confirmation_goes_first(browser: Client, known: User) -> None:
    known.emailaddress_set.create(email="next@example.com")
    response = browser.get(APP, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert "Сначала подтвердите новый адрес электронной почты" in text_of(response)


def test_recovery_codes_are_shown_once(browser: Client) -> None:
    connect_app(browser)
    page = browser.get(CODES)
    codes = list(page.context["unused_codes"])
    assert len(codes) == len(set(codes)) == 10 and all(code in page.text for code in codes)
    assert 'download="reservnye-kody.txt"' in page.text and f"{codes[0]}%0D%0A{codes[1]}" in page.text
    again = browser.get(CODES)
    assert "Коды уже показаны" in text_of(again) and not any(code in again.text for code in codes)


def test_new_codes_make_the_old_ones_void(browser: Client, known: User, client: Client) -> None:
    connect_app(browser)
    old = recovery_codes(browser)
    assert "Прежние коды (осталось 10) перестанут действовать." in text_of(browser.get(NEW_CODES, headers=HTMX))
    assert browser.post(NEW_CODES).url == CODES
    new = recovery_codes(browser)
    assert len(new) == 10 and not set(old) & set(new)
    client.post("/accounts/login/", {"login": known.email, "password": PASSWORD})
    assert client.post("/accounts/2fa/", {"code": old[0]}).status_code == 422
    assert client.post("/accounts/2fa/", {"code": new[0]}).status_code == 302


def test_few_codes_are_told(browser: Client, known: User) -> None:
    connect_app(browser)
    codes = known.authenticator_set.get(type="recovery_codes")
    codes.data["used_mask"] = 0b1111111
    codes.save()
    assert "Осталось 3 из 10: создайте новые" in text_of(browser.get(PAGE))


def test_turning_off_asks_first_and_ends_the_recovery_codes(
    browser: Client, known: User, mailoutbox: list[EmailMessage]
) -> None:
    connect_app(browser)
    assert "Вход в два этапа выключится" in text_of(browser.get(OFF, headers=HTMX))
    assert known.authenticator_set.exists()
    mailoutbox.clear()
    response = browser.post(OFF, headers=HTMX)
    assert response.status_code == 204 and "отключено" in json.loads(response["HX-Trigger"])["toast"]["message"]
    assert not known.authenticator_set.exists()
    assert mailoutbox[0].subject == "Приложение для кодов отключено"


def test_turning_off_needs_a_fresh_proof(browser: Client, as_user: Callable, known: User) -> None:
    connect_app(browser)
    elsewhere = as_user(known)
    for method in (elsewhere.get, elsewhere.post):
        assert unquote(method(OFF).url) == f"{CODE_AGAIN}?next={OFF}&factor=1"
    assert known.authenticator_set.exists()


def test_the_password_alone_changes_no_factor_while_one_is_on(browser: Client, as_user: Callable, known: User) -> None:
    secret = connect_app(browser)
    elsewhere = as_user(known)
    say_who(elsewhere)
    for address in (APP, OFF, CODES, NEW_CODES, reverse("mfa_add_webauthn")):
        for method in (elsewhere.get, elsewhere.post):
            assert unquote(method(address).url) == f"{CODE_AGAIN}?next={address}&factor=1"
    assert known.authenticator_set.count() == 2
    assert elsewhere.post(CODE_AGAIN, {"code": code_of(secret), "next": OFF}).url == OFF
    assert elsewhere.post(OFF).status_code == 302 and not known.authenticator_set.exists()


def test_a_factor_given_long_ago_is_asked_for_again(browser: Client, known: User) -> None:
    connect_app(browser)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=16)):
        assert CODE_AGAIN in browser.post(OFF).url
    assert known.authenticator_set.exists()


def test_the_first_factor_ends_the_other_sessions(client: Client, known: User) -> None:
    elsewhere = Client()
    for each in (client, elsewhere):
        give_password(each, known.email)
    connect_app(client)
    assert client.get(PAGE).status_code == 200 and elsewhere.get(PAGE).status_code == 302
    passed = Client()
    give_password(passed, known.email)
    passed.post("/accounts/2fa/", {"code": recovery_codes(client)[0]})
    add_passkey(client)
    assert passed.get(PAGE).status_code == 200


def test_without_scripts_it_works_too(browser: Client, known: User) -> None:
    connect_app(browser)
    response = browser.post(OFF, follow=True)
    assert response.redirect_chain == [(PAGE, 302)] and "Приложение для кодов отключено." in text_of(response)


def test_a_code_proves_who_it_is_as_well(browser: Client, as_user: Callable, known: User) -> None:
    secret = connect_app(browser)
    elsewhere = as_user(known)
    assert CODE_AGAIN in elsewhere.get(f"{AGAIN}?next={OFF}").text
    wrong = elsewhere.post(CODE_AGAIN, {"code": wrong_code(secret), "next": OFF})
    assert wrong.status_code == 422 and elsewhere.get(OFF).status_code == 302
    assert elsewhere.post(CODE_AGAIN, {"code": code_of(secret), "next": OFF}).url == OFF
    assert elsewhere.get(OFF).status_code == 200


def test_a_session_that_ended_loses_nothing_typed(client: Client) -> None:
    for address in (APP, OFF, NEW_CODES):
        assert client.post(address, headers=HTMX).status_code == 401


def test_everybody_changes_his_own_alone(browser: Client, as_user: Callable, known: User) -> None:
    connect_app(browser)
    stranger = as_user(builders.user("stranger@example.com"))
    say_who(stranger)
    assert [stranger.get(address).status_code for address in (OFF, CODES)] == [404, 404]
    assert stranger.post(OFF).status_code == 404
    assert known.authenticator_set.count() == 2
