"""A person's account switched off or on by the supplier: what the trails and letters of his contracts say of it."""

from collections.abc import Collection
from typing import Any

from cabinet.accounts.models import User
from cabinet.contracts.actions.telling import tell_who_stay
from cabinet.contracts.doors import Door
from cabinet.contracts.models import ContractAccess
from cabinet.contracts.trail.recording import Entry, record_each
from cabinet.contracts.wording import about

LEFT_WITHOUT = "Договор остался без администратора."


def note_switch(*, actor: Any, person: User, left: Collection[ContractAccess] = ()) -> None:
    """Write the switch, just saved, into the trail of every contract of the person.

    ``left`` are the accesses, read before, by which he was the last administrator: who stays is told by a letter.
    """
    action = "contracts.account_on" if person.is_active else "contracts.account_off"
    alone = {access.contract_id for access in left}
    accesses = ContractAccess.objects.active().filter(user=person).select_related("user", "contract")
    entries = [
        Entry(one.contract, one, about(person, reason=LEFT_WITHOUT if one.contract_id in alone else ""))
        for one in accesses
    ]
    record_each(action=action, actor=actor, door=Door.OFFICE, entries=entries)
    for access in left:
        tell_who_stay(access)
