"""What of sign-in, passwords and factors goes to the log: who by id, never an address, a password or a code."""

import logging
from typing import Any

from allauth.account import signals
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from cabinet.accounts.models import User
from cabinet.common.emails import plain_email

logger = logging.getLogger(__name__)


@receiver(user_logged_in)
def signed_in(user: User, **kwargs: Any) -> None:
    """Somebody signed in."""
    logger.info("signed in", extra={"data": {"user": user.pk}})


@receiver(user_logged_out)
def signed_out(user: User | None, **kwargs: Any) -> None:
    """Somebody signed out."""
    if user is not None:
        logger.info("signed out", extra={"data": {"user": user.pk}})


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    """A wrong login or password; the user's id where the login is known."""
    login = plain_email(str(credentials.get("email", "")))
    user = User.objects.filter(email=login).values_list("pk", flat=True).first()
    logger.warning("sign-in failed", extra={"data": {"user": user}})


@receiver(signals.email_confirmed)
def email_confirmed(email_address: Any, **kwargs: Any) -> None:
    """An address was confirmed by the link in its letter."""
    logger.info("e-mail confirmed", extra={"data": {"user": email_address.user_id}})


@receiver(signals.email_changed)
def email_changed(user: User, from_email_address: Any, **kwargs: Any) -> None:
    """The login became another address; allauth says so of a first confirmation too."""
    if from_email_address is not None:
        logger.info("e-mail changed", extra={"data": {"user": user.pk}})


@receiver(signals.password_changed)
def password_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A password was changed on the profile."""
    logger.info("password changed", extra={"data": {"user": user.pk}})


@receiver(signals.password_reset)
def password_reset(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new password was set by the link in a letter."""
    logger.info("password recovered", extra={"data": {"user": user.pk}})


def _note_factor(level: int, message: str, user: User, authenticator: Authenticator) -> None:
    logger.log(level, message, extra={"data": {"user": user.pk, "factor": authenticator.type}})


@receiver(factor_signals.authenticator_added)
def factor_added(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """An application was connected, a passkey or recovery codes were made."""
    _note_factor(logging.INFO, "factor added", user, authenticator)


@receiver(factor_signals.authenticator_removed)
def factor_removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A factor was taken away."""
    _note_factor(logging.INFO, "factor removed", user, authenticator)


@receiver(factor_signals.authenticator_reset)
def factor_reset(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """New recovery codes took the place of the old ones."""
    _note_factor(logging.INFO, "factor reset", user, authenticator)


@receiver(factor_signals.authenticator_used)
def factor_used(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A right code or passkey."""
    _note_factor(logging.INFO, "factor used", user, authenticator)


@receiver(factor_signals.authentication_failed)
def factor_failed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A wrong code after a right password, or where a person was asked again."""
    _note_factor(logging.WARNING, "factor failed", user, authenticator)
