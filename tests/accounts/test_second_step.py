"""Registration under suspicion: the picture, and the code by mail instead."""

import re
from collections.abc import Callable

import pytest
import time_machine
from captcha.models import CaptchaStore
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django_q.models import Schedule

from cabinet.accounts import tasks
from cabinet.accounts.models import User
from tests.accounts.conftest import PASSWORD, text_of

pytestmark = pytest.mark.django_db
CHECK = "/accounts/signup/check/"


@pytest.fixture
def suspected(register: Callable) -> HttpResponse:
    """Somebody whose browser runs no scripts: he is asked for the picture."""
    return register(robot="", without_script="1")


def answer_picture(client: Client, answer: str | None = None) -> HttpResponse:
    client.get(CHECK + "?picture=1")
    picture = CaptchaStore.objects.latest("pk")
    return client.post(CHECK + "?picture=1", {"code_0": picture.hashkey, "code_1": answer or picture.response})


def code_in(letter: EmailMessage) -> str:
    return re.search(r"\b\d{6}\b", letter.body)[0]


def test_without_scripts_the_picture_takes_the_place_of_the_box(client: Client, suspected: HttpResponse) -> None:
    assert suspected.url == CHECK and not User.objects.exists()
    page = text_of(client.get(CHECK))
    assert "Код с картинки" in page and "Подтвердить</button>" in page


def test_the_right_code_registers(client: Client, suspected: HttpResponse, mailoutbox: list[EmailMessage]) -> None:
    response = answer_picture(client)
    assert response.url == reverse("account_email_verification_sent")
    assert User.objects.get().check_password(PASSWORD) and len(mailoutbox) == 1


def test_a_wrong_code_brings_a_new_picture_and_keeps_the_application(client: Client, suspected: HttpResponse) -> None:
    response = answer_picture(client, "не тот")
    assert response.status_code == 422
    assert response.context["form"].errors["code"] == ["Код не совпал. Введите код с новой картинки."]
    assert answer_picture(client).status_code == 302


def test_a_wrong_token_of_the_box_is_suspicious(register: Callable) -> None:
    assert register(robot="eyJub25zZW5zZSI6IDF9").url == CHECK


def test_a_token_counts_once(client: Client, register: Callable, robot_token: Callable) -> None:
    token = robot_token(client)
    assert register(robot=token).url == reverse("account_email_verification_sent")
    assert register(robot=token, email="second@example.com").url == CHECK


def test_a_form_with_errors_does_not_spend_the_token(client: Client, register: Callable, robot_token: Callable) -> None:
    token = robot_token(client)
    assert register(robot=token, last_name="").status_code == 422
    assert register(robot=token).url == reverse("account_email_verification_sent")


def test_many_registrations_from_one_address_are_suspicious(register: Callable, settings: object) -> None:
    settings.REGISTRATION_SUSPICION_ATTEMPTS = 2
    answers = [register(email=f"person{number}@example.com").url for number in range(3)]
    assert answers == ["/accounts/confirm-email/"] * 2 + [CHECK]


def test_suspicion_passes_with_time(register: Callable, settings: object, memory_cache: None) -> None:
    settings.REGISTRATION_SUSPICION_ATTEMPTS = 1
    with time_machine.travel("2026-11-10 12:00", tick=False):
        register()
    with time_machine.travel("2026-11-10 13:01", tick=False):
        assert register(email="later@example.com").url == "/accounts/confirm-email/"


def test_the_password_is_never_kept_as_typed(client: Client, suspected: HttpResponse) -> None:
    assert PASSWORD not in str(dict(client.session.items()))


def test_the_mailed_code_registers(client: Client, suspected: HttpResponse, mailoutbox: list[EmailMessage]) -> None:
    assert client.post(reverse("account_signup_code")).url == CHECK
    assert "Код из письма" in text_of(client.get(CHECK))
    code = code_in(mailoutbox[0])
    assert code not in str(dict(client.session.items()))
    assert client.post(CHECK, {"code": f" {code} "}).url == reverse("account_email_verification_sent")
    assert User.objects.count() == 1


def test_the_mailed_code_allows_few_tries(
    client: Client, suspected: HttpResponse, mailoutbox: list[EmailMessage], settings: object
) -> None:
    client.post(reverse("account_signup_code"))
    code = code_in(mailoutbox[0])
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(settings.REGISTRATION_CODE_TRIES):
        assert "Неверный код" in text_of(client.post(CHECK, {"code": wrong}))
    assert "Слишком много неверных кодов" in text_of(client.post(CHECK, {"code": code}))
    assert not User.objects.exists()


def test_the_mailed_code_grows_old(client: Client, register: Callable, mailoutbox: list[EmailMessage]) -> None:
    with time_machine.travel("2026-11-10 12:00", tick=False):
        register(robot="", without_script="1")
        client.post(reverse("account_signup_code"))
    with time_machine.travel("2026-11-10 12:11", tick=False):
        assert "Срок действия кода истёк" in text_of(client.post(CHECK, {"code": code_in(mailoutbox[0])}))


def test_a_new_code_makes_the_old_one_void(
    client: Client, suspected: HttpResponse, mailoutbox: list[EmailMessage]
) -> None:
    client.post(reverse("account_signup_code"))
    client.post(reverse("account_signup_code"))
    old, new = map(code_in, mailoutbox)
    if old != new:
        assert client.post(CHECK, {"code": old}).status_code == 422
    assert client.post(CHECK, {"code": new}).status_code == 302


def test_letters_with_codes_are_limited(client: Client, suspected: HttpResponse) -> None:
    answers = [client.post(reverse("account_signup_code")).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]


def test_a_taken_address_answers_the_same(
    client: Client, register: Callable, known: User, mailoutbox: list[EmailMessage]
) -> None:
    register(email=known.email, robot="", without_script="1")
    assert answer_picture(client).url == reverse("account_email_verification_sent")
    assert User.objects.count() == 1 and "Вы уже зарегистрированы" in mailoutbox[0].subject


def test_without_an_application_one_starts_anew(client: Client) -> None:
    assert client.get(CHECK).url == reverse("account_signup")
    assert client.post(reverse("account_signup_code")).url == CHECK


def test_an_application_waits_half_an_hour(client: Client, register: Callable) -> None:
    with time_machine.travel("2026-11-10 12:00", tick=False):
        register(robot="", without_script="1")
    with time_machine.travel("2026-11-10 12:31", tick=False):
        assert client.get(CHECK).url == reverse("account_signup")


def session() -> str:
    """A new session's key."""
    store = SessionStore()
    store.create()
    return store.session_key


def test_old_sessions_and_codes_of_old_pictures_are_forgotten_every_hour() -> None:
    with time_machine.travel("2026-11-10 12:00", tick=False):
        CaptchaStore.generate_key()
        session()
    with time_machine.travel("2026-11-10 12:45", tick=False):
        fresh = CaptchaStore.generate_key()
        mine = session()
        tasks.remove_expired()
    assert CaptchaStore.objects.get().hashkey == fresh
    assert Session.objects.get().session_key == mine
    schedule = Schedule.objects.get(func=f"{tasks.__name__}.{tasks.remove_expired.__name__}")
    assert schedule.schedule_type == Schedule.HOURLY
