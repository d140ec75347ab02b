"""A registration that waits for a proof of a person: the check-box that was left out, the picture, or a code by mail.

It is kept in the visitor's session on the server: names and address as typed, the password only
as the hash the account will have. The mailed code is kept as a keyed hash too.
"""

import secrets
import time
from typing import TypedDict

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare, salted_hmac

from cabinet.common.errors import DomainError, TooManyAttempts

SESSION_KEY = "registration"
CODE_DIGITS = 6


class Application(TypedDict):
    """What the new account is made of."""

    last_name: str
    first_name: str
    patronymic: str
    email: str
    password: str


def keep(session: SessionBase, application: Application) -> None:
    """Put the application aside until the second proof is given; an older one is forgotten."""
    expires = time.time() + settings.REGISTRATION_MINUTES * 60
    session[SESSION_KEY] = {"application": application, "expires": expires, "code": None}


def kept(session: SessionBase) -> Application | None:
    """The application that waits, if there is one and its time is not over."""
    waiting = session.get(SESSION_KEY)
    if waiting is None or waiting["expires"] < time.time():
        return None
    return waiting["application"]


def forget(session: SessionBase) -> None:
    """The application is completed."""
    session.pop(SESSION_KEY, None)


def has_code(session: SessionBase) -> bool:
    """Whether a code was mailed for the application that waits."""
    return session[SESSION_KEY]["code"] is not None


def new_code(session: SessionBase) -> str:
    """A new code for the mail; the one before it is void."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    expires = time.time() + settings.REGISTRATION_CODE_MINUTES * 60
    session[SESSION_KEY]["code"] = {"hash": _hash(code), "expires": expires, "tries": 0}
    session.modified = True
    return code


def check_code(session: SessionBase, code: str) -> None:
    """Take the code from the mail; raises DomainError when it is wrong, old or tried too often."""
    sent = session[SESSION_KEY]["code"]
    if sent is None or sent["expires"] < time.time():
        raise DomainError("Срок действия кода истёк. Запросите новый.")
    if sent["tries"] >= settings.REGISTRATION_CODE_TRIES:
        raise TooManyAttempts("Слишком много неверных кодов. Запросите новый.")
    sent["tries"] += 1
    session.modified = True
    if not constant_time_compare(_hash(code.strip()), sent["hash"]):
        raise DomainError("Неверный код. Проверьте письмо и введите код ещё раз.")


def _hash(code: str) -> str:
    return salted_hmac("cabinet.accounts.applications", code, algorithm="sha256").hexdigest()
