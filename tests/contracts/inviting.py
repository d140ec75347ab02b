"""What the tests of invitations do again and again: invite, open the letter, fill in the page."""

import re
from collections.abc import Callable
from typing import Any

from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from cabinet.contracts.models import Contract

EMAIL = "fresh@example.com"
PASSWORD = "Очень-длинный-1"
PERSON = {
    "last_name": "Иванов",
    "first_name": "Пётр",
    "patronymic": "Сергеевич",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


def code_in(text: str) -> str:
    """The code as the page shows it: «1234 5678»."""
    (code,) = re.findall(r">(\d{4} \d{4})<", text)
    return code


def link_in(letter: EmailMessage) -> str:
    """The path of the invitation's link."""
    (path,) = re.findall(r"https?://[^/\s]+(/invitations/\S+)", letter.body)
    return path


class Inviter:
    """Somebody who invites by the window: ``code`` and ``link`` of the last invitation."""

    def __init__(self, client: Client, letters: Callable[[], list]) -> None:
        self.client, self.letters = client, letters
        self.code = self.link = ""

    def invite(self, *contracts: Contract, email: str = EMAIL, **terms: Any) -> None:
        """Invites to one contract by its window, to several by theirs."""
        one = reverse("access-add", args=[contracts[0].pk])
        url = one if len(contracts) == 1 else reverse("access-add-many")
        sent = {"step": "invite", "role": "accountant", "email": email, "contract": [each.pk for each in contracts]}
        self._send(url, sent | terms)

    def again(self, contract: Contract, invitation: int) -> None:
        """Sends the invitation anew."""
        self._send(reverse("invitation-again", args=[contract.pk, invitation]), {})

    def _send(self, url: str, sent: dict[str, Any]) -> None:
        response = self.client.post(url, sent)
        assert response.status_code == 200, response.text
        self.code, self.link = code_in(response.text), link_in(self.letters()[-1])


def accept(link: str, spoken: str, **changed: Any) -> Any:
    """What a visitor gets who fills in the page behind the link."""
    return Client().post(link, PERSON | {"code": spoken} | changed)
