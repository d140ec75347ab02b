"""Passkeys: made, named, used in place of the password, taken away; and what strangers send."""

import json
from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from cabinet.accounts.models import User
from portal.demo import builders
from tests.accounts.conftest import text_of
from tests.accounts.factors import (
    Passkey,
    add_passkey,
    is_in,
    options_in,
    passkey_sign_in,
    say_who,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NEW, SIGN_IN = reverse("mfa_add_webauthn"), reverse("mfa_login_webauthn")


@pytest.fixture
def browser(as_user: Callable, known: User) -> Client:
    return as_user(known)


@pytest.fixture
def stranger(as_user: Callable) -> Client:
    return as_user(builders.user("stranger@example.com"))


def test_a_passkey_is_made_and_listed_by_name(browser: Client, known: User, mailoutbox: list[EmailMessage]) -> None:
    add_passkey(browser)
    page = text_of(browser.get(reverse("mfa_index")))
    assert "Рабочий ноутбук" in page and "ещё не использован" in page and "1 ключ доступа" in page
    assert mailoutbox[0].subject == "Создан ключ доступа" and mailoutbox[0].to == [known.email]


def test_the_portals_own_host_is_asked_for_and_the_device_asks_who_uses_it(browser: Client, known: User) -> None:
    say_who(browser)
    options = options_in(browser.get(NEW, headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0"}))
    asked = options["publicKey"]
    assert asked["rp"] == {"id": "localhost", "name": "Личный кабинет"}
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["user"]["name"] == known.email


def test_without_a_name_it_is_called_after_the_browser(browser: Client, known: User) -> None:
    browser.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/130.0 YaBrowser/24.1"
    add_passkey(browser, name="")
    assert known.authenticator_set.get(type="webauthn").wrap().name == "Яндекс Браузер, Windows"


def test_it_opens_the_account_without_a_password(browser: Client, client: Client, known: User) -> None:
    passkey = add_passkey(browser)
    assert passkey_sign_in(client, passkey).url == "/"
    assert client.session["_auth_user_id"] == str(known.pk)
    assert "последний раз использован" in text_of(client.get(reverse("mfa_index")))


def test_the_page_first_asked_for_opens(browser: Client, client: Client) -> None:
    passkey = add_passkey(browser)
    assert passkey_sign_in(client, passkey, next="/cabinet/profile/").url == "/cabinet/profile/"
    client.logout()
    assert passkey_sign_in(client, passkey, next="https://evil.example/").url == "/"


def test_an_unknown_passkey_is_refused_on_the_sign_in_page(browser: Client, client: Client) -> None:
    add_passkey(browser)
    response = passkey_sign_in(client, Passkey(), next="/cabinet/profile/")
    assert response.status_code == 422 and "Ключ доступа не подошёл." in text_of(response)
    assert 'value="/cabinet/profile/"' in response.text and not is_in(client)


def test_anothers_passkey_does_not_open_the_account(browser: Client, stranger: Client, client: Client) -> None:
    victims, own = add_passkey(browser), add_passkey(stranger)
    options = client.get(SIGN_IN, headers={"Accept": "application/json"}).json()["request_options"]
    response = client.post(SIGN_IN, {"credential": own.found(options, handle=victims.handle)})
    assert response.status_code == 422 and not is_in(client)


def test_one_who_is_switched_off_does_not_enter(browser: Client, client: Client, known: User) -> None:
    passkey = add_passkey(browser)
    User.objects.filter(pk=known.pk).update(is_active=False)
    assert passkey_sign_in(client, passkey).url == reverse("account_inactive")
    assert not is_in(client)


def test_an_answer_is_taken_once_and_where_it_was_asked_for(browser: Client, client: Client) -> None:
    passkey = add_passkey(browser)
    options = client.get(SIGN_IN, headers={"Accept": "application/json"}).json()["request_options"]
    answer = {"credential": passkey.found(options)}
    assert Client().post(SIGN_IN, answer).status_code == 422
    assert client.post(SIGN_IN, answer).status_code == 302
    client.logout()
    assert client.post(SIGN_IN, answer).status_code == 422 and not is_in(client)


@pytest.mark.parametrize(
    "fault", [{"verified": False}, {"origin": "https://evil.example"}, {"origin": "http://localhost.evil.example"}]
)
def test_a_device_that_asked_nobody_and_a_strange_page_are_refused(
    browser: Client, client: Client, known: User, fault: dict
) -> None:
    passkey = add_passkey(browser)
    vars(passkey).update(fault)
    assert passkey_sign_in(client, passkey).status_code == 422 and not is_in(client)
    made = Passkey(**fault)
    response = browser.post(NEW, {"credential": made.created(options_in(browser.get(NEW)))})
    assert response.status_code == 422 and "Ключ доступа не создан." in text_of(response)
    assert known.authenticator_set.filter(type="webauthn").count() == 1


NONSENSE = [
    "",
    "{",
    "[]",
    "1",
    "null",
    '"x"',
    "{}",
    '{"response": null}',
    "1" * 5000,
    '{"response": ' + "1" * 5000 + "}",
    "[" * 100_000,
    '{"a":' * 9_000,
    '{"id":' + "[" * 900 + "]" * 900 + "}",
    '"' + "x" * 60_000 + '"',
    '{"response": {}, "id": "x"}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"userHandle":1,"clientDataJSON":"AA"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"/w"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"MQ"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"AA"}}',
]


@pytest.mark.parametrize("sent", NONSENSE)
def test_nonsense_is_refused_in_words(browser: Client, client: Client, sent: str) -> None:
    passkey = add_passkey(browser)
    client.get(SIGN_IN, headers={"Accept": "application/json"})
    assert client.post(SIGN_IN, {"credential": sent}).status_code == 422
    again = reverse("mfa_reauthenticate_webauthn")
    browser.get(NEW), browser.get(again)
    assert browser.post(NEW, {"credential": sent}).status_code == 422
    assert browser.post(again, {"credential": sent}).status_code == 422
    client.post(reverse("account_login"), {"login": "known@example.com", "password": "Demo-2026"})
    client.get("/accounts/2fa/")
    assert client.post("/accounts/2fa/", {"credential": sent}).status_code == 422
    assert passkey.handle and not is_in(client)


def test_what_was_made_for_one_person_is_no_passkey_of_another(browser: Client, stranger: Client, known: User) -> None:
    say_who(browser), say_who(stranger)
    passkey = Passkey()
    answer = passkey.created(options_in(browser.get(NEW)))
    stranger.get(NEW)
    assert stranger.post(NEW, {"credential": answer, "user": known.pk}).status_code == 422
    own = Passkey()
    stranger.post(
        NEW, {"credential": own.created(options_in(stranger.get(NEW))), "user": known.pk, "user_id": known.pk}
    )
    assert not known.authenticator_set.exists()


def test_a_passkey_is_renamed_and_removed_in_windows(browser: Client, known: User, mailoutbox: list) -> None:
    add_passkey(browser)
    key = known.authenticator_set.get(type="webauthn")
    name, remove = reverse("mfa_edit_webauthn", args=[key.pk]), reverse("mfa_remove_webauthn", args=[key.pk])
    assert 'value="Рабочий ноутбук"' in browser.get(name, headers=HTMX).text
    for wrong in ("", "x" * 61):
        assert browser.post(name, {"name": wrong}, headers=HTMX).status_code == 422
    assert browser.post(name, {"name": "<b>Телефон"}, headers=HTMX).status_code == 204
    assert "&lt;b&gt;Телефон" in browser.get(reverse("mfa_index")).text
    window = text_of(browser.get(remove, headers=HTMX))
    assert "Это последний способ второго шага" in window
    mailoutbox.clear()
    response = browser.post(remove, headers=HTMX)
    assert response.status_code == 204 and "удалён" in json.loads(response["HX-Trigger"])["toast"]["message"]
    assert not known.authenticator_set.exists() and mailoutbox[0].subject == "Ключ доступа удалён"


def test_anothers_passkey_is_neither_renamed_nor_removed(browser: Client, stranger: Client, known: User) -> None:
    add_passkey(browser)
    say_who(stranger)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        url = reverse(name, args=[known.authenticator_set.get(type="webauthn").pk])
        assert [stranger.get(url).status_code, stranger.post(url, {"name": "x"}).status_code] == [404, 404]
    assert known.authenticator_set.filter(type="webauthn").exists()


def test_passkeys_say_that_they_need_a_script(browser: Client) -> None:
    say_who(browser)
    assert "Ключам доступа нужен включённый JavaScript" in text_of(browser.get(NEW))
