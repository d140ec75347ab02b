"""The supplier's administrator looks at the cabinet as a client sees it: who, whose and why stands in the trails."""

from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from cabinet.accounts.models import User
from cabinet.common.errors import DomainError
from cabinet.contracts.doors import Door
from cabinet.contracts.models import ContractAccess
from cabinet.contracts.trail.recording import Entry, record_each
from cabinet.contracts.wording import about

SEEN, LOOKED_AT = "contracts.seen", "accounts.seen"


def note_seeing(*, actor: Any, person: User, reason: str) -> None:
    """Write into the trail of every contract of the person, and into his own history, that his cabinet was opened.

    Raises DomainError for a person who is no client that can sign in.
    """
    if not (person.is_active and person.is_a_clients):
        raise DomainError("Кабинет можно открыть только как клиент, который может войти.")
    accesses = ContractAccess.objects.active().filter(user=person).select_related("user", "contract")
    said = about(person, reason=reason)
    with transaction.atomic():
        entries = [Entry(one.contract, one, said) for one in accesses]
        record_each(action=SEEN, actor=actor, door=Door.OFFICE, entries=entries)
        log(person, LOOKED_AT, user=actor, data={"reason": reason})
