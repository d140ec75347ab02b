import json
import logging
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cabinet.accounts.models import User
from portal.demo import builders
from portal.logs import JsonFormatter
from tests.accounts.conftest import text_of

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def sign_in(client: Client, login: str, password: str = "Demo-2026", query: str = "") -> object:
    return client.post(LOGIN + query, {"login": login, "password": password})


def test_the_page_has_the_manuals_words_and_the_browser_can_save_both(client: Client) -> None:
    page = text_of(client.get(LOGIN))
    for words in (">Логин</label>", ">Пароль</label>", "Войти</button>", "Зарегистрироваться", "Забыли пароль?"):
        assert words in page
    assert 'autocomplete="username"' in page and 'autocomplete="current-password"' in page


def test_the_main_page_asks_to_sign_in(client: Client) -> None:
    assert client.get("/").url == f"{LOGIN}?next=/"


@pytest.mark.parametrize("login", ["known@example.com", "KNOWN@Example.com", " known@example.com "])
def test_the_right_password_opens_the_main_page(client: Client, known: User, login: str) -> None:
    assert sign_in(client, login).url == "/"
    assert client.session["_auth_user_id"] == str(known.pk)


def test_the_page_first_asked_for_opens(client: Client, known: User) -> None:
    assert sign_in(client, known.email, query="?next=/cabinet/profile/%3Fa%3D1").url == "/cabinet/profile/?a=1"


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", "https:evil.example"]
)
def test_a_strange_address_is_never_led_to(client: Client, known: User, evil: str) -> None:
    assert sign_in(client, known.email, query=f"?next={evil}").url == "/"
    assert client.get(LOGIN, {"next": evil}).url == "/"


def test_a_wrong_login_and_a_wrong_password_get_the_same_page(client: Client, known: User) -> None:
    pages = []
    for login in (known.email, "nobody@example.com"):
        response = sign_in(client, login, "wrong-1")
        assert response.status_code == 422 and "Неверный логин или пароль." in text_of(response)
        page = re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", text_of(response))
        pages.append(page.replace(login, "…").split("<main")[1])
    assert pages[0] == pages[1]


def test_what_was_typed_is_kept_but_the_password(client: Client, known: User) -> None:
    page = text_of(sign_in(client, known.email, "wrong-1"))
    assert f'value="{known.email}"' in page and "wrong-1" not in page


def test_one_who_is_switched_off_gets_the_same_sentence(client: Client) -> None:
    builders.user("off@example.com", is_active=False)
    assert "Неверный логин или пароль." in text_of(sign_in(client, "off@example.com"))


@pytest.mark.parametrize("login", ["known@example.com", "nobody@example.com"])
def test_attempts_on_one_account_are_limited(client: Client, known: User, login: str) -> None:
    answers = [sign_in(client, login, f"wrong-{number}").status_code for number in range(6)]
    assert answers == [422] * 5 + [429]
    refused = sign_in(client, login)
    assert refused.status_code == 429 and "Слишком много неудачных попыток входа" in text_of(refused)
    assert "_auth_user_id" not in client.session


def test_a_stranger_locks_a_login_for_his_own_address(client: Client, known: User) -> None:
    stranger = Client(REMOTE_ADDR="192.0.2.1")
    assert [sign_in(stranger, known.email, "wrong-1").status_code for _ in range(6)] == [422] * 5 + [429]
    assert sign_in(client, known.email).url == "/"


def test_many_addresses_together_are_limited_too(client: Client, known: User) -> None:
    for number in range(20):
        sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), known.email, "wrong-1")
    assert sign_in(client, known.email).status_code == 429


def test_another_port_in_the_host_is_no_new_start(client: Client, known: User) -> None:
    for port in range(6):
        data = {"login": known.email, "password": "wrong-1"}
        response = client.post(LOGIN, data, headers={"Host": f"localhost:{port + 1}"})
    assert response.status_code == 429


def test_success_takes_no_attempt(client: Client, known: User) -> None:
    for _number in range(6):
        assert sign_in(client, known.email).url == "/"
        client.logout()


def test_attempts_from_one_address_are_limited(client: Client, known: User) -> None:
    for number in range(20):
        sign_in(client, f"person{number}@example.com", "wrong-1")
    assert sign_in(client, known.email).status_code == 429


def test_posts_from_one_address_are_limited_by_a_page_in_our_look(client: Client, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    client.post(LOGIN, {})
    response = client.post(LOGIN, {})
    assert response.status_code == 429 and "Слишком много попыток" in text_of(response)


def test_success_and_failure_are_logged_by_id_alone(
    client: Client, known: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        sign_in(client, known.email, "wrong-1")
        sign_in(client, "nobody@example.com", "wrong-1")
        sign_in(client, known.email)
    ours = [record for record in caplog.records if record.name == "cabinet.accounts.events"]
    assert [(record.message, record.data["user"]) for record in ours] == [
        ("sign-in failed", known.pk),
        ("sign-in failed", None),
        ("signed in", known.pk),
    ]
    lines = " ".join(JsonFormatter().format(record) for record in caplog.records)
    assert "example.com" not in lines and "wrong-1" not in lines and json.loads(JsonFormatter().format(ours[0]))


def test_an_address_that_waits_for_confirmation_is_no_login(client: Client, known: User) -> None:
    known.emailaddress_set.create(email="next@example.com")
    assert sign_in(client, "next@example.com").status_code == 422


def test_signing_out_takes_a_press(as_user: Callable, known: User) -> None:
    client = as_user(known)
    assert "Выйти из личного кабинета?" in text_of(client.get("/accounts/logout/"))
    assert "_auth_user_id" in client.session
    assert "Вы вышли из личного кабинета." in text_of(client.post("/accounts/logout/", follow=True))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path",
    ["email/", "password/change/", "password/set/", "login/code/confirm/", "phone/change/", "2fa/trust/", "sessions/"],
)
def test_allauths_other_doors_do_not_exist(as_user: Callable, known: User, path: str) -> None:
    assert as_user(known).get(f"/accounts/{path}").status_code == 404


def test_names_are_shown_as_text(as_user: Callable) -> None:
    user = builders.user("html@example.com", last_name="<script>alert(1)</script>")
    page = text_of(as_user(user).get(reverse("profile")))
    assert "<script>alert(1)" not in page and "&lt;script&gt;" in page
