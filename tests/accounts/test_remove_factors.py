"""``manage.py remove_factors``: the way back for a person who lost the telephone and the codes."""

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from cabinet.accounts.models import User
from portal.demo import builders
from tests.accounts.factors import add_passkey, code_of, connect_app, give_password, is_in

pytestmark = pytest.mark.django_db


def test_the_password_is_enough_again_and_the_person_is_told(
    known: User, as_user: Callable, letters: Callable[[], list[EmailMessage]], mailoutbox: list[EmailMessage]
) -> None:
    browser = as_user(known)
    secret = connect_app(browser)
    add_passkey(browser)
    inside = Client()
    give_password(inside, known.email)
    inside.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    stranger = builders.user("stranger@example.com")
    connect_app(as_user(stranger))
    letters()
    mailoutbox.clear()
    call_command("remove_factors", "KNOWN@example.com")
    assert not known.authenticator_set.exists() and stranger.authenticator_set.exists()
    assert inside.get(reverse("contracts")).status_code == 302
    assert [(letter.to, letter.subject) for letter in letters()] == [([known.email], "Вход в два этапа отключён")]
    anew = Client()
    assert give_password(anew, known.email).url == "/" and is_in(anew)


@pytest.mark.parametrize("login", ["nobody@example.com", "known@example.com"])
def test_there_must_be_something_to_remove(known: User, login: str) -> None:
    with pytest.raises(CommandError, match=login):
        call_command("remove_factors", login)
