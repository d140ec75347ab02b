"""What every change of accesses has in common: the right asked for under a lock, and the access as it is given."""

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from cabinet.common.errors import DomainError, NotAllowed
from cabinet.contracts.models import AccessRequest, Contract, ContractAccess, Facility, Scope
from cabinet.contracts.permissions import role_may
from cabinet.contracts.roles import Ability, Role


@dataclass(frozen=True)
class Terms:
    """The terms of an access: ``facilities`` are primary keys, ``until`` the last day it holds."""

    role: Role
    scope: Scope = Scope.WHOLE
    facilities: frozenset[int] = frozenset()
    until: dt.date | None = None


@contextmanager
def administering(actor: Any, contracts: Collection[Contract]) -> Iterator[None]:
    """A transaction in which the actor surely manages the access to the contracts.

    Their rows are locked and the right is asked for anew: of two administrators who remove one another
    at once the second is refused. Raises NotAllowed, naming the contract and why.
    """
    keys = [contract.pk for contract in contracts]
    with transaction.atomic():
        lock(keys)
        mine = dict(ContractAccess.objects.of(actor).filter(contract__in=keys).values_list("contract", "role"))
        for contract in contracts:
            if contract.pk not in mine:
                raise NotAllowed(f"У вас больше нет доступа к договору № {contract.number}.")
            verdict = role_may(mine[contract.pk], Ability.ACCESS)
            if not verdict:
                raise NotAllowed(f"Договор № {contract.number}: {verdict.reason}")
        yield


def lock(contracts: Collection[int]) -> None:
    """Let nobody else change the accesses to these contracts until the transaction ends; always in one order."""
    list(Contract.objects.select_for_update().filter(pk__in=contracts).order_by("pk").values_list("pk"))


def give_access(contract: Contract, person: Any, terms: Terms) -> ContractAccess:
    """Make or replace the person's access, within the caller's transaction and lock; the caller writes the trail.

    Raises DomainError for terms that cannot be: chosen facilities of another contract, none, or for another role.
    """
    check_terms(contract, terms)
    access, _ = ContractAccess.objects.update_or_create(
        user=person, contract=contract, defaults={"role": terms.role, "scope": terms.scope, "until": terms.until}
    )
    access.facilities.set(terms.facilities)
    grant_waiting(person, [contract])
    return access


def grant_waiting(person: Any, contracts: Collection[Contract]) -> None:
    """Whoever is given access asks for it no longer."""
    asked = AccessRequest.objects.waiting().filter(user=person, contract__in=contracts)
    asked.update(state=AccessRequest.State.GRANTED, decided_at=timezone.now())


def check_terms(contract: Contract, terms: Terms) -> None:
    """Raises DomainError for terms that the contract does not have."""
    if terms.scope == Scope.WHOLE:
        if terms.facilities:
            raise DomainError("Объекты выбирают только для доступа «К выбранным объектам».", field="facilities")
        return
    if terms.role != Role.ENGINEER:
        raise DomainError("Доступ к выбранным объектам бывает только у роли «Энергетик».", field="scope")
    if not terms.facilities:
        raise DomainError("Выберите хотя бы один объект.", field="facilities")
    if Facility.objects.filter(contract=contract, pk__in=terms.facilities).count() != len(terms.facilities):
        raise DomainError(f"В договоре № {contract.number} нет таких объектов.", field="facilities")
