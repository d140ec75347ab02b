"""How often one person may do what sends letters or finds people."""

import logging

from allauth.core import ratelimit
from django.http import HttpRequest

from cabinet.common.errors import TooManyAttempts

logger = logging.getLogger(__name__)


def count_search(request: HttpRequest) -> None:
    """Raises TooManyAttempts when the person has looked up too many people."""
    _count(request, "find_person", "Слишком много попыток за последний час. Повторите позже.")


def count_invitation(request: HttpRequest, email: str) -> None:
    """Raises TooManyAttempts when the person, or all to this address together, have sent too many."""
    _count(request, "invite", "Слишком много приглашений за последний час. Повторите позже.", key=email)


def count_change(request: HttpRequest) -> None:
    """Raises TooManyAttempts when the person has changed too many accesses: each change is a letter to somebody."""
    _count(request, "change_access", "Слишком много изменений доступа за последний час. Повторите позже.")


def _count(request: HttpRequest, action: str, sentence: str, key: str | None = None) -> None:
    if not ratelimit.consume(request, action=action, key=key):
        logger.warning("limited: %s", action, extra={"data": {"user": request.user.pk}})
        raise TooManyAttempts(sentence)
