"""The log names rows by their ids, never by what is in them."""

import json
import logging
import sys

import pytest
from django.db import IntegrityError, connection, transaction

from cabinet.accounts.models import User
from portal.demo import builders
from portal.logs import JsonFormatter, without_secrets

TRACEBACK = """Traceback (most recent call last):
  File "base.py", line 105, in _execute
psycopg.errors.NotNullViolation: null value in column "phone" violates not-null constraint
DETAIL:  Failing row contains (1, person@example.com, Иванов
Пётр

Сергеевич, null).
HINT:  Give it a value.

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "views.py", line 1, in view
django.db.utils.IntegrityError: null value in column "phone" violates not-null constraint
DETAIL:  Failing row contains (1, person@example.com, Иванов
Пётр

Сергеевич, null)."""


def line_of(message: str, *, exception: bool = False) -> dict[str, str]:
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, message, None, sys.exc_info() if exception else None)
    return json.loads(JsonFormatter().format(record))


def test_what_postgresql_tells_of_the_row_is_left_out() -> None:
    text = without_secrets(TRACEBACK)
    for secret in ("person@example.com", "Иванов", "Пётр", "Сергеевич", "DETAIL"):
        assert secret not in text
    assert text.count("violates not-null constraint") == 2
    for kept in ("HINT:  Give it a value.", "The above exception was the direct cause", 'File "views.py"'):
        assert kept in text


@pytest.mark.parametrize(
    "added", ["DETAIL:  Key (email)=(a@example.com) already exists.", "LINE 1: SELECT 'a@example.com'\n        ^"]
)
def test_a_message_with_an_error_of_postgresql_is_cleaned_too(added: str) -> None:
    assert line_of(f"Failed: wrong value\n{added}")["message"] == "Failed: wrong value"


@pytest.mark.django_db
@pytest.mark.postgresql
def test_a_taken_address_is_not_in_the_log() -> None:
    known = builders.user("taken@example.com")
    try:
        with transaction.atomic():
            User.objects.create_user(known.email)
    except IntegrityError:
        line = line_of("server error", exception=True)
    assert connection.vendor == "postgresql"
    assert "UniqueViolation" in line["exception"] and "IntegrityError" in line["exception"]
    assert "taken@example.com" not in line["exception"].lower()


@pytest.mark.parametrize(
    "path", ["/invitations/{}/", "/accounts/confirm-email/{}/", "/accounts/password/reset/key/{}/", "/invitations/{}"]
)
def test_the_secret_of_a_mailed_link_is_left_out(path: str) -> None:
    message = line_of(f"Unprocessable Entity: {path.format('Cy1-fdGNz_J8')}")["message"]
    assert message == f"Unprocessable Entity: {path.format('…')}"
    assert (
        line_of("Not Found: /accounts/confirm-email/again/")["message"] == "Not Found: /accounts/confirm-email/again/"
    )
