"""Accounts as the administrators of contracts meet them: found by their login, made by an invitation."""

import logging
from typing import NamedTuple, TypedDict

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from cabinet.accounts.models import User

logger = logging.getLogger(__name__)


class Newcomer(TypedDict):
    """What an invited person tells of himself; the password only as its hash."""

    last_name: str
    first_name: str
    patronymic: str
    password: str


class Account(NamedTuple):
    """Whose login an address is; ``confirmed``: he has proved that it is his."""

    user: User
    confirmed: bool

    @property
    def is_a_clients(self) -> bool:
        """Whether a client works with it: neither the supplier's staff nor switched off."""
        return self.user.is_active and not self.user.is_staff


def account_of(email: str) -> Account | None:
    """The account of this login."""
    proof = EmailAddress.objects.filter(user=OuterRef("pk"), email=OuterRef("email"), verified=True)
    user = User.objects.annotate(confirmed=Exists(proof)).filter(email=email).first()
    return Account(user, user.confirmed) if user else None


def admit(email: str, newcomer: Newcomer) -> User:
    """Make the account of an address that a mailed link has just proved; within the caller's transaction.

    An account that somebody registered with it and never confirmed is taken over: names and password are
    replaced, and with the password every session and mailed link of it end.
    """
    user = _held(email) or _made(email, newcomer)
    for name, value in newcomer.items():
        setattr(user, name, value)
    user.save(update_fields=[*newcomer])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    logger.info("admitted by an invitation", extra={"data": {"user": user.pk}})
    return user


def _held(email: str) -> User | None:
    return User.objects.select_for_update().filter(email=email).first()


def _made(email: str, newcomer: Newcomer) -> User:
    """A new account, or the one that was registered with the address this very moment."""
    try:
        with transaction.atomic():
            return User.objects.create(email=email, **newcomer)
    except IntegrityError:
        return User.objects.select_for_update().get(email=email)
