"""Accepting an invitation: the code is tried, then account and accesses come in one transaction."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cabinet.accounts.actions import Newcomer, admit
from cabinet.accounts.models import User
from cabinet.common.digits import plural
from cabinet.common.errors import DomainError, NotAllowed, TooManyAttempts
from cabinet.common.letters import post_letter
from cabinet.contracts.actions.administering import give_each, last_days
from cabinet.contracts.actions.inviting import lock_pending, managed_among, shares_of
from cabinet.contracts.actions.telling import listed, note_each, own_contracts
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract, ContractAccess, Invitation, Scope
from cabinet.contracts.rules import outlasts
from cabinet.contracts.terms import Terms
from cabinet.contracts.trail.recording import Entry, record_each

logger = logging.getLogger(__name__)

EXHAUSTED = "Код введён неверно слишком много раз. Попросите администратора договора отправить приглашение заново."
VOID = (
    "Приглашение больше не действует: тот, кто пригласил вас, больше не управляет доступом к договору. "
    "Попросите администратора договора отправить новое."
)
UNFIT = "Принять приглашение с этим адресом нельзя. Обратитесь к администратору договора."
HAS_ACCOUNT = "Этот адрес уже зарегистрирован. Войдите под ним и введите код, чтобы принять приглашение."


def offered(invitation: Invitation) -> dict[Contract, Terms]:
    """What the invitation still gives: where the inviter manages access as long as it would, and the terms can be."""
    shares, today = shares_of(invitation), timezone.localdate()
    managed = set(managed_among(invitation.invited_by, shares))
    last = last_days(invitation.invited_by, managed)
    return {
        contract: terms
        for contract, terms in shares.items()
        if contract in managed
        and not outlasts(terms.until, last.get(contract))
        and (terms.until is None or terms.until >= today)
        and (terms.scope == Scope.WHOLE or terms.facilities)
    }


def try_code(invitation: Invitation, code: str) -> None:
    """Spend a try on the code; a right one is given back. Raises DomainError that says how many are left.

    The try is taken before the code is looked at, by one conditional statement: guesses at once cannot slip through.
    """
    mine = Invitation.objects.filter(pk=invitation.pk)
    if not mine.alive().update(tries=F("tries") + 1):
        raise TooManyAttempts(EXHAUSTED)
    if check_password("".join(code.split()), invitation.code_hash):
        mine.update(tries=F("tries") - 1)
        return
    left = settings.INVITATION_CODE_TRIES - mine.values_list("tries", flat=True).get()
    logger.warning("wrong code of an invitation", extra={"data": {"invitation": invitation.pk, "left": left}})
    if left <= 0:
        _lock(invitation)
        raise TooManyAttempts(EXHAUSTED)
    raise DomainError(f"Неверный код. Осталось {plural(left, 'попытка', 'попытки', 'попыток')}.", field="code")


@transaction.atomic
def _lock(invitation: Invitation) -> None:
    """The last try is spent: who invited is told, and so is the trail; nobody knows who guessed."""
    entries = [Entry(contract, invitation, {"email": invitation.email}) for contract in shares_of(invitation)]
    record_each(action="contracts.invitation_locked", actor=None, door=Door.PAGE, entries=entries)
    post_letter(invitation.invited_by.email, "invitation_locked", login=invitation.email, url=own_contracts())


def accept_as_newcomer(*, invitation: Invitation, newcomer: Newcomer) -> User:
    """Makes the account of the invited person and gives him what the invitation promises. Raises DomainError."""
    with _accepting(invitation) as (invitation, shares):
        account = User.objects.locked_account_of(invitation.email)
        if account and not account.is_a_clients:
            raise NotAllowed(UNFIT)
        if account and account.confirmed:
            raise NotAllowed(HAS_ACCOUNT)
        user = admit(invitation.email, newcomer, account)
        _give(user, invitation, shares)
    return user


def accept_as_user(*, invitation: Invitation, user: Any) -> None:
    """Gives a person who has registered meanwhile what the invitation promises. Raises DomainError."""
    with _accepting(invitation) as (invitation, shares):
        if user.email != invitation.email:
            raise NotAllowed("Это приглашение — для другого пользователя.")
        if not user.is_a_clients:
            raise NotAllowed(UNFIT)
        _give(user, invitation, shares)


@contextmanager
def _accepting(invitation: Invitation) -> Iterator[tuple[Invitation, dict[Contract, Terms]]]:
    """The invitation under lock, by the same link as was opened, and what it still gives."""
    link = invitation.token_hash
    with lock_pending(invitation) as invitation:
        if invitation.token_hash != link or invitation.state != Invitation.State.WAITING:
            raise DomainError("Приглашение больше не действует. Откройте последнее письмо с приглашением.")
        shares = offered(invitation)
        if not shares:
            raise DomainError(VOID)
        yield invitation, shares


def _give(user: User, invitation: Invitation, shares: dict[Contract, Terms]) -> None:
    """The accesses the person has not got yet: what a colleague gave him meanwhile is not changed."""
    active = ContractAccess.objects.active().filter(user=user, contract__in=[one.pk for one in shares])
    held = set(active.values_list("contract", flat=True))
    given = {contract: terms for contract, terms in shares.items() if contract.pk not in held}
    accesses = give_each(user, given, by=invitation.invited_by)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    note_each(action="contracts.invitation_accepted", accesses=accesses, shares=given, actor=user)
    said = {"person": user.get_short_name(), "login": user.email, "url": own_contracts()}
    post_letter(invitation.invited_by.email, "invitation_accepted", **said, **listed(list(given)))
    logger.info("invitation accepted", extra={"data": {"user": user.pk, "invitation": invitation.pk}})
