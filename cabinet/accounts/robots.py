"""Whether the one who registers is a person: the check-box, and when the check-box is not enough."""

from enum import Enum

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django_altcha import AltchaField


class Answer(Enum):
    """What came of the check-box «Я не робот»."""

    PASSED = "passed"
    FAILED = "failed"
    MISSING = "missing"


def check(token: str) -> Answer:
    """Verify what the check-box computed; a right token counts once."""
    if is_missing(token):
        return Answer.MISSING
    try:
        AltchaField().clean(token)
    except ValidationError:
        return Answer.FAILED
    return Answer.PASSED


def is_missing(token: str) -> bool:
    """Whether the check-box computed nothing."""
    return not token and settings.ALTCHA_VERIFICATION_ENABLED


def is_suspicious(request: HttpRequest) -> bool:
    """Whether this address has tried or failed too often lately for the check-box alone."""
    return cache.get(_key(request), 0) >= settings.REGISTRATION_SUSPICION_ATTEMPTS


def note_attempt(request: HttpRequest) -> None:
    """Count a registration, or a failed check of one, against the address it came from."""
    key = _key(request)
    if not cache.add(key, 1, settings.REGISTRATION_SUSPICION_MINUTES * 60):
        try:
            cache.incr(key)
        except ValueError:  # the window ended between the two calls
            cache.set(key, 1, settings.REGISTRATION_SUSPICION_MINUTES * 60)


def _key(request: HttpRequest) -> str:
    return f"registration-attempts:{get_adapter().get_client_ip(request)}"
