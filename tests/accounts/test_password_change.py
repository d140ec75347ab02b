import json
from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from cabinet.accounts.models import User
from tests.accounts.conftest import PASSWORD, text_of

pytestmark = pytest.mark.django_db
WINDOW = "/cabinet/profile/password/"
HTMX = {"HX-Request": "true"}
DATA = {"old_password": "Demo-2026", "password1": PASSWORD, "password2": PASSWORD}


def test_the_window_has_the_manuals_words(as_user: Callable, known: User) -> None:
    page = text_of(as_user(known).get(WINDOW, headers=HTMX))
    for words in ("Изменение пароля", ">Текущий пароль<", ">Новый пароль<", ">Повтор пароля<", "Сохранить</button>"):
        assert words in page


def test_other_sessions_end_and_this_one_goes_on(
    as_user: Callable, known: User, mailoutbox: list[EmailMessage]
) -> None:
    here, elsewhere = as_user(known), as_user(known)
    response = here.post(WINDOW, DATA, headers=HTMX)
    assert response.status_code == 204 and "Пароль изменён" in json.loads(response["HX-Trigger"])["toast"]["message"]
    known.refresh_from_db()
    assert known.check_password(PASSWORD)
    assert here.get(reverse("profile")).status_code == 200
    assert elsewhere.get(reverse("profile")).status_code == 302
    assert mailoutbox[0].to == [known.email] and "изменён" in mailoutbox[0].subject


def test_without_scripts_it_works_too(as_user: Callable, known: User) -> None:
    response = as_user(known).post(WINDOW, DATA, follow=True)
    assert response.redirect_chain == [(reverse("profile"), 302)] and "Пароль изменён" in text_of(response)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("old_password", "wrong-1", "Неверный текущий пароль."),
        ("password1", "коротк1", "слишком короткий"),
        ("password1", "безцифрсовсем", "и буквы, и цифры"),
        ("password2", "другой-пароль-1", "Пароли не совпадают."),
    ],
)
def test_a_wrong_field_gets_its_sentence(as_user: Callable, known: User, field: str, value: str, sentence: str) -> None:
    response = as_user(known).post(WINDOW, DATA | {field: value}, headers=HTMX)
    assert response.status_code == 422
    assert sentence in " ".join(response.context["form"].errors[field])
    known.refresh_from_db()
    assert known.check_password("Demo-2026")


def test_guessing_the_present_password_is_limited(as_user: Callable, known: User) -> None:
    client: Client = as_user(known)
    answers = [client.post(WINDOW, DATA | {"old_password": "wrong-1"}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_a_session_that_ended_loses_nothing_typed(client: Client) -> None:
    assert client.post(WINDOW, DATA, headers=HTMX).status_code == 401
