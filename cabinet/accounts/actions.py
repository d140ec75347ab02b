"""Everything that changes an account, but for what allauth does itself (confirmation, recovery)."""

import logging
from typing import TypedDict

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from cabinet.accounts import own_sessions
from cabinet.accounts.models import User
from cabinet.common.letters import at_portal, post_letter

logger = logging.getLogger(__name__)


def register(*, last_name: str, first_name: str, patronymic: str, email: str, password: str) -> User | None:
    """Make an account whose address waits for confirmation; ``password`` is a hash.

    None when the address is taken: the page must not tell, the letter tells its owner.
    """
    user = User(last_name=last_name, first_name=first_name, patronymic=patronymic, email=email, password=password)
    try:
        with transaction.atomic():
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    except IntegrityError:
        logger.info("registration of a taken address")
        return None
    logger.info("registered", extra={"data": {"user": user.pk}})
    return user


class Newcomer(TypedDict):
    """What an invited person tells of himself; the password only as its hash."""

    last_name: str
    first_name: str
    patronymic: str
    password: str


def admit(email: str, newcomer: Newcomer, account: User | None) -> User:
    """Make the account of an address that a mailed link has just proved; within the caller's transaction.

    ``account``, locked by the caller, is one that somebody registered with it and never confirmed: it is taken
    over. Names and password are replaced, with the password every session and mailed link of it end, and of
    what the stranger told of himself nothing stays.
    """
    user = account or _made(email, newcomer)
    for name, value in newcomer.items():
        setattr(user, name, value)
    user.phone = ""
    user.save(update_fields=[*newcomer, "phone"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    logger.info("admitted by an invitation", extra={"data": {"user": user.pk}})
    return user


def _made(email: str, newcomer: Newcomer) -> User:
    """A new account, or the one that was registered with the address this very moment."""
    try:
        with transaction.atomic():
            return User.objects.create(email=email, **newcomer)
    except IntegrityError:
        return User.objects.select_for_update().get(email=email)


def change_personal_data(*, user: User, last_name: str, first_name: str, patronymic: str, phone: str) -> None:
    """Change the user's names and phone (E.164, or empty)."""
    user.last_name, user.first_name, user.patronymic, user.phone = last_name, first_name, patronymic, phone
    user.save(update_fields=["last_name", "first_name", "patronymic", "phone"])
    logger.info("personal data changed", extra={"data": {"user": user.pk}})


@transaction.atomic
def request_email_change(*, user: User, email: str) -> EmailAddress:
    """Remember the address the user wishes to move to; it replaces the present one once confirmed.

    A wish made before is forgotten, and its link with it. The present address is told: whose session somebody
    else holds must hear of it before his login is gone.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one wish at a time
    cancel_email_change(user=user)
    logger.info("change of e-mail requested", extra={"data": {"user": user.pk}})
    post_letter(user.email, "email_change_requested", email=email, url=at_portal(reverse("profile")))
    return EmailAddress.objects.create(user=user, email=email)


def cancel_email_change(*, user: User) -> None:
    """Forget the address that waits for confirmation."""
    pending_emails(user).delete()


def pending_email(user: User) -> EmailAddress | None:
    """The address the user is moving to, while it is not confirmed."""
    return pending_emails(user).order_by("pk").last()


def pending_emails(user: User) -> QuerySet[EmailAddress]:
    """The addresses of the user that wait for confirmation beside his present one."""
    return EmailAddress.objects.filter(user=user, verified=False).exclude(email=user.email)


@transaction.atomic
def remove_factors(*, user: User) -> bool:
    """Turn the second factor off for a person who lost it; whoever used it till now is signed out.

    False when there was none.
    """
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if not removed:
        return False
    own_sessions.end_others(user, keep=None)
    post_letter(user.email, "factors_removed")
    logger.warning("factors removed by an operator", extra={"data": {"user": user.pk}})
    return True
