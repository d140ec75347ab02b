"""A visitor who registers, and his letters."""

import base64
import json
import re
from collections.abc import Callable

import altcha
import pytest
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cabinet.accounts.models import User
from portal.demo import builders

PASSWORD = "Очень-длинный-1"
PERSON = {
    "last_name": "Иванов",
    "first_name": "Пётр",
    "patronymic": "Сергеевич",
    "email": "ivanov@example.com",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


@pytest.fixture
def known(db: None) -> User:
    """Somebody registered and confirmed."""
    return builders.user("known@example.com")


@pytest.fixture
def robot_token() -> Callable[[Client], str]:
    """What the check-box «Я не робот» sends once it is ticked."""

    def solved(client: Client) -> str:
        task = client.get(reverse("account_signup_challenge")).json()
        found = altcha.solve_challenge(task["challenge"], task["salt"], task["algorithm"], task["max_number"], 0)
        answer = {name: task[name] for name in ("algorithm", "challenge", "salt", "signature")}
        return base64.b64encode(json.dumps(answer | {"number": found.number}).encode()).decode()

    return solved


@pytest.fixture
def register(client: Client, robot_token: Callable[[Client], str]) -> Callable[..., HttpResponse]:
    """Fills and sends the registration form, with the box ticked unless a field says otherwise."""

    def sent(**fields: str) -> HttpResponse:
        data = PERSON | fields
        data.setdefault("robot", robot_token(client))
        return client.post(reverse("account_signup"), data)

    return sent


def link_in(letter: EmailMessage) -> str:
    """The path of the only link of a letter."""
    (path,) = re.findall(r"https?://[^/\s]+(/\S+)", letter.body)
    return path


def text_of(response: HttpResponse) -> str:
    """The page as text, spaces squeezed."""
    return " ".join(response.content.decode().split())
