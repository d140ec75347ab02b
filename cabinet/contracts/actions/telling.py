"""What is said of an access or of a request for one: the entry in the trail, and the letter to the person."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from cabinet.accounts.models import User
from cabinet.common.letters import at_portal, post_letter
from cabinet.contracts.administrators import administers, administrators_of
from cabinet.contracts.doors import BY_STAFF, Door
from cabinet.contracts.models import AccessRequest, Contract, ContractAccess
from cabinet.contracts.terms import Terms
from cabinet.contracts.trail.recording import Entry, record, record_each
from cabinet.contracts.wording import about, access_in_words, each_in_words

LISTED_IN_LETTER = 20


def note(*, action: str, row: ContractAccess | AccessRequest, actor: Any, door: Door, **words: str) -> None:
    """The entry in the trail: whom it concerns and, in ``words``, on which terms or why (``about``)."""
    data = about(row.user, **words)
    record(action=action, actor=actor, contract=row.contract, door=door, instance=row, data=data)


def note_each(*, action: str, accesses: Iterable[ContractAccess], shares: Mapping[Contract, Terms], actor: Any) -> None:
    """``note`` for accesses to many contracts that one press gave."""
    words = each_in_words(shares)
    entries = [Entry(one.contract, one, about(one.user, terms=words[one.contract])) for one in accesses]
    record_each(action=action, actor=actor, door=Door.PAGE, entries=entries)


def tell(row: ContractAccess | AccessRequest, letter: str, **words: str) -> None:
    """The letter to the person whose access or request it is."""
    contract = {"contract": str(row.contract), "organisation": row.contract.organisation.name}
    post_letter(row.user.email, letter, **contract, **words)


def tell_of_access(person: User, contracts: Sequence[Contract], *, by: str, terms: str) -> None:
    """The letter of accesses just given, to one contract or to many."""
    said = {"person": person.get_polite_name(), "by": by, "terms": terms, "url": own_contracts()}
    post_letter(person.email, "access_granted", **said, **listed(contracts))


def tell_of_change(
    *, access: ContractAccess, actor: Any, door: Door, before: str, after: str, reason: str = ""
) -> None:
    """Entry and letter of other terms."""
    note(
        action="contracts.access_changed",
        row=access,
        actor=actor,
        door=door,
        before=before,
        terms=after,
        reason=reason,
    )
    tell(access, "access_changed", before=before, after=after, by=_author(actor, door), url=own_contracts())


def tell_of_removal(*, access: ContractAccess, actor: Any, door: Door, reason: str = "") -> None:
    """Entry and letter of an access that is taken away, before its row goes."""
    before = access_in_words(access)
    note(action="contracts.access_removed", row=access, actor=actor, door=door, before=before, reason=reason)
    tell(access, "access_removed", by=_author(actor, door))


def tell_who_stay(gone: ContractAccess) -> None:
    """The letters to colleagues and curator once the last administrator's access is ``gone`` and nobody follows him."""
    contract = gone.contract
    if not administers(gone) or administrators_of(contract).exists():
        return
    said = {"contract": str(contract), "organisation": contract.organisation.name}
    said["person"] = gone.user.get_full_name()
    colleagues = ContractAccess.objects.usable().filter(contract=contract).exclude(user=gone.user)
    for login in colleagues.order_by("pk").values_list("user__email", flat=True):
        post_letter(login, "left_without_administrator", url=own_contracts(), **said)
    if contract.curator and contract.curator.is_active:
        post_letter(contract.curator.email, "left_without_administrator", **said)


def listed(contracts: Sequence[Contract]) -> dict[str, Any]:
    """The contracts as a letter lists them, each with its organisation."""
    shown = [f"{contract}, {contract.organisation.name}" for contract in contracts[:LISTED_IN_LETTER]]
    return {"contracts": shown, "more": len(contracts) - len(shown)}


def own_contracts() -> str:
    """The address of «Договоры», for letters."""
    return at_portal(reverse("contracts"))


def _author(actor: Any, door: Door) -> str:
    """Who did it, as the person is told: the supplier's staff are not named to clients."""
    return BY_STAFF if door.is_suppliers else f"администратор договора {actor.get_short_name()}"
