"""Inviting somebody who has no account: the invitation, its link and code, sending anew, withdrawing."""

import datetime as dt
import hashlib
import logging
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from cabinet.common.errors import DomainError, NotAllowed
from cabinet.contracts.actions.administering import administering, check_reach, lock
from cabinet.contracts.actions.granting import Prospect, look_up, terms_by_contract
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract, ContractAccess, Invitation, InvitedAccess
from cabinet.contracts.roles import Ability
from cabinet.contracts.terms import Terms
from cabinet.contracts.trail.recording import Entry, record_each
from cabinet.contracts.wording import each_in_words

logger = logging.getLogger(__name__)

CODE_DIGITS = 8
REGISTERED = "Пользователь с этим адресом уже зарегистрировался: найдите его ещё раз."
OVER = "Это приглашение уже принято или отозвано."


@dataclass(frozen=True)
class Sent:
    """An invitation that goes out, and its code: known here for the last time."""

    invitation: Invitation
    code: str
    prospect: Prospect | None = None

    @property
    def grouped_code(self) -> str:
        """«1234 5678»."""
        return f"{self.code[:4]} {self.code[4:]}"


def hash_of(token: str) -> str:
    """By which a link is known; the token has 256 random bits, a quick hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(*, actor: Any, email: str, contracts: Collection[Contract], terms: Terms) -> Sent:
    """Invites the address to the contracts; the letter is sent by the worker. Raises DomainError."""
    code, fields = _new_code()
    with administering(actor, contracts):
        prospect = look_up(actor=actor, email=email, contracts=contracts)
        if prospect.person:
            raise DomainError(REGISTERED, field="email")
        shares = terms_by_contract(contracts, terms, needed=prospect.free)
        check_reach(actor, shares)
        invitation = Invitation.objects.create(email=email, invited_by=actor, **fields)
        _replace_dead(invitation, prospect.free)
        _write_down(invitation, shares)
        _note("contracts.invite", actor, invitation, shares)
        _queue(invitation)
    return Sent(invitation, code, prospect)


def invite_again(*, actor: Any, invitation: Invitation) -> Sent:
    """A new link and a new code; the ones before are void. The one who does it answers for the invitation.

    Raises NotAllowed where it concerns contracts that the actor does not manage, unless the invitation is his:
    then it goes on without them. Raises DomainError where it gives more than the actor may give by now.
    """
    code, fields = _new_code()
    with lock_pending(invitation) as invitation:
        shares = shares_of(invitation)
        managed = managed_among(actor, shares)
        if len(managed) < len(shares) and (invitation.invited_by_id != actor.pk or not managed):
            raise NotAllowed(_not_alone(invitation))
        check_reach(actor, {one: shares[one] for one in managed})
        invitation.accesses.exclude(contract__in=managed).delete()
        changed = fields | {"invited_by": actor, "token_hash": None, "tries": 0, "sent_at": None}
        for name, value in changed.items():
            setattr(invitation, name, value)
        invitation.save(update_fields=[*changed])
        _note("contracts.invite_again", actor, invitation, {one: shares[one] for one in managed})
        _queue(invitation)
    return Sent(invitation, code)


def withdraw(*, actor: Any, invitation: Invitation) -> int:
    """Takes the invitation back for the contracts that the actor manages; their number. Raises DomainError."""
    with lock_pending(invitation) as invitation:
        shares = shares_of(invitation)
        managed = managed_among(actor, shares)
        if not managed:
            raise NotAllowed("Вы больше не управляете доступом к этому договору.")
        _note("contracts.invitation_withdrawn", actor, invitation, {one: shares[one] for one in managed})
        if len(managed) == len(shares):
            invitation.withdrawn_at = timezone.now()
            invitation.save(update_fields=["withdrawn_at"])
        else:
            invitation.accesses.filter(contract__in=managed).delete()
    logger.info("invitation withdrawn", extra={"data": {"user": actor.pk, "invitation": invitation.pk}})
    return len(managed)


def shares_of(invitation: Invitation) -> dict[Contract, Terms]:
    """What the invitation gives: the terms of each contract."""
    accesses = invitation.accesses.select_related("contract__organisation").prefetch_related("facilities")
    return {one.contract: Terms.of(one) for one in accesses}


def managed_among(person: Any, contracts: Collection[Contract]) -> list[Contract]:
    """Those of the contracts to which the person may give access."""
    keys = [contract.pk for contract in contracts]
    mine = ContractAccess.objects.of(person, Ability.ACCESS).filter(contract__in=keys)
    managed = set(mine.values_list("contract", flat=True))
    return [contract for contract in contracts if contract.pk in managed]


@contextmanager
def lock_pending(invitation: Invitation) -> Iterator[Invitation]:
    """A transaction in which nobody else changes the invitation or the accesses to its contracts.

    It is given as it is now; raises DomainError when it is accepted or withdrawn by now. Contracts are locked first,
    as everywhere: two who change the same never wait for one another.
    """
    with transaction.atomic():
        lock(list(invitation.accesses.values_list("contract", flat=True)))
        locked = Invitation.objects.select_for_update().pending().filter(pk=invitation.pk).first()
        if locked is None:
            raise DomainError(OVER)
        yield locked


def _new_code() -> tuple[str, dict[str, Any]]:
    """A code and what an invitation keeps of it and of its time; hashed before anything is locked: it is slow."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    expires_at = timezone.now() + dt.timedelta(hours=settings.INVITATION_HOURS)
    return code, {"code_hash": make_password(code), "expires_at": expires_at}


def _write_down(invitation: Invitation, shares: Mapping[Contract, Terms]) -> None:
    """What the invitation gives, in few statements."""
    accesses = InvitedAccess.objects.bulk_create(
        InvitedAccess(invitation=invitation, contract=contract, role=each.role, scope=each.scope, until=each.until)
        for contract, each in shares.items()
    )
    links = InvitedAccess.facilities.through
    links.objects.bulk_create(
        links(invitedaccess_id=access.pk, facility_id=facility)
        for access in accesses
        for facility in shares[access.contract].facilities
    )


def _replace_dead(invitation: Invitation, contracts: Collection[Contract]) -> None:
    """Invitations of the same address that time or wrong codes have ended give their place to the new one."""
    older = Invitation.objects.pending().filter(email=invitation.email).exclude(pk=invitation.pk)
    InvitedAccess.objects.filter(invitation__in=older, contract__in=contracts).delete()


def _queue(invitation: Invitation) -> None:
    """The worker makes the link and sends it: neither the queue nor the database ever has the link itself."""
    async_task("cabinet.contracts.tasks.send_invitation", invitation.pk, save=False)
    logger.info("invited", extra={"data": {"user": invitation.invited_by_id, "invitation": invitation.pk}})


def _note(action: str, actor: Any, invitation: Invitation, shares: Mapping[Contract, Terms]) -> None:
    """What was done with the invitation, in the trail of each contract."""
    words = each_in_words(shares)
    entries = [
        Entry(contract, invitation, {"email": invitation.email, "terms": words[contract]}) for contract in shares
    ]
    record_each(action=action, actor=actor, door=Door.PAGE, entries=entries)


def _not_alone(invitation: Invitation) -> str:
    return (
        "Приглашение касается не только ваших договоров. Отправить его заново может "
        f"{invitation.invited_by.get_short_name()}; вы можете отозвать его и пригласить снова."
    )
