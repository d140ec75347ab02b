"""Giving access to somebody who has an account: found by his login, given to one contract or to many at once."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cabinet.accounts.models import User
from cabinet.common.digits import plural
from cabinet.common.errors import DomainError
from cabinet.contracts.actions.administering import administering, give_each
from cabinet.contracts.actions.telling import note_each, tell_of_access
from cabinet.contracts.models import Contract, ContractAccess, Facility, Invitation, InvitedAccess, Scope
from cabinet.contracts.terms import Terms
from cabinet.contracts.wording import terms_in_words

logger = logging.getLogger(__name__)

CHANGED = "Данные пользователя только что изменились. Проверьте их ещё раз."


@dataclass(frozen=True)
class Prospect:
    """What the search by e-mail found: ``person`` has proved that the address is his, else he is to be invited.

    ``free`` are the contracts that can be given; ``held`` and ``invited`` stand in the way in the others.
    """

    email: str
    person: User | None
    free: list[Contract]
    held: list[ContractAccess]
    invited: list[InvitedAccess]

    @property
    def in_the_way(self) -> int:
        """To how many contracts access cannot be given."""
        return len(self.held) + len(self.invited)


class NothingToGive(DomainError):
    """The person has access, or an invitation, to every one of the contracts; the page names them."""

    def __init__(self, prospect: Prospect) -> None:
        super().__init__(_why_nothing(prospect), field="email")
        self.prospect = prospect


def look_up(*, actor: Any, email: str, contracts: Collection[Contract]) -> Prospect:
    """Who has this login, and in which of the contracts he can be given access.

    An account that no client works with is not found: an administrator is not told who works for the supplier, the
    invitation he may send is refused to its bearer. Raises DomainError for oneself; NothingToGive.
    """
    if email == actor.email:
        raise DomainError("Это ваш собственный логин: доступ к договору у вас уже есть.", field="email")
    account = User.objects.account_of(email)
    person = account if account and account.confirmed and account.is_a_clients else None
    active = ContractAccess.objects.active().filter(contract__in=contracts).select_related("contract")
    held = list(active.filter(user=account)) if account else []
    invited = [] if person else list(_invited(email).filter(contract__in=contracts).select_related("contract"))
    taken = {each.contract_id for each in [*held, *invited]}
    prospect = Prospect(email, person, [each for each in contracts if each.pk not in taken], held, invited)
    logger.info("person looked up", extra={"data": {"user": actor.pk, "found": person and person.pk}})
    if not prospect.free:
        raise NothingToGive(prospect)
    return prospect


def _invited(email: str) -> QuerySet[InvitedAccess]:
    """What this address is being given already."""
    return InvitedAccess.objects.filter(invitation__in=Invitation.objects.alive().filter(email=email))


def grant_access(*, actor: Any, email: str, person: int, contracts: Collection[Contract], terms: Terms) -> Prospect:
    """Gives the person access to the contracts he has none to; he is told by letter.

    ``person`` is who was shown: if the login is somebody else's by now, nothing is given. Raises DomainError.
    """
    with administering(actor, contracts):
        prospect = look_up(actor=actor, email=email, contracts=contracts)
        if prospect.person is None or prospect.person.pk != person:
            raise DomainError(CHANGED)
        shares = terms_by_contract(contracts, terms, needed=prospect.free)
        given = give_each(prospect.person, shares, by=actor)
        note_each(action="contracts.access_grant", accesses=given, shares=shares, actor=actor)
        words = terms_in_words(Terms.together(shares.values()))
        tell_of_access(prospect.person, prospect.free, by=actor.get_short_name(), terms=words)
    logger.info("access granted", extra={"data": {"user": actor.pk, "to": person, "contracts": len(given)}})
    return prospect


def terms_by_contract(
    contracts: Collection[Contract], terms: Terms, *, needed: Iterable[Contract]
) -> dict[Contract, Terms]:
    """The terms of each needed contract: of the facilities only its own; raises DomainError for terms it has not."""
    if terms.scope == Scope.WHOLE:
        return dict.fromkeys(needed, terms)
    rows = Facility.objects.filter(pk__in=terms.facilities).values_list("contract_id", "pk")
    chosen: dict[int, set[int]] = {contract.pk: set() for contract in contracts}
    for contract, facility in rows:
        chosen.setdefault(contract, set()).add(facility)
    if len(chosen) > len(contracts) or sum(map(len, chosen.values())) != len(terms.facilities):
        raise DomainError("Некоторых из этих объектов в договоре нет: проверьте выбор.", field="facilities")
    empty = [f"№ {contract.number}" for contract in needed if not chosen[contract.pk]]
    if empty:
        more = f" и ещё {len(empty) - 3}" if len(empty) > 3 else ""
        raise DomainError(f"Выберите объекты и по договору {', '.join(empty[:3])}{more}.", field="facilities")
    return {one: Terms(terms.role, terms.scope, frozenset(chosen[one.pk]), terms.until) for one in needed}


def _why_nothing(prospect: Prospect) -> str:
    """One sentence for one contract or many."""
    if prospect.in_the_way > 1:
        number = plural(prospect.in_the_way, "договору", "договорам", "договорам")
        return f"По {number} у пользователя уже есть доступ или приглашение."
    if prospect.invited:
        return f"На {prospect.email} уже отправлено приглашение: дождитесь ответа или отправьте его заново."
    (access,) = prospect.held
    return f"У этого пользователя уже есть доступ к договору: роль «{access.get_role_display()}»."
