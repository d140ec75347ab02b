"""What every change of accesses has in common: the right asked for under a lock, and how an access is written."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from cabinet.common.errors import DomainError, NotAllowed
from cabinet.contracts.models import AccessRequest, Contract, ContractAccess, Facility, Scope
from cabinet.contracts.permissions import role_may
from cabinet.contracts.roles import Ability, Role
from cabinet.contracts.rules import outlasts
from cabinet.contracts.terms import Terms


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


def give_access(contract: Contract, person: Any, terms: Terms, *, by: Any) -> ContractAccess:
    """``give_each`` to one contract."""
    (access,) = give_each(person, {contract: terms}, by=by)
    return access


def give_each(person: Any, terms: Mapping[Contract, Terms], *, by: Any) -> list[ContractAccess]:
    """Make or replace the person's accesses, in few statements; what he asked for is granted ``by`` whoever gives.

    Within the caller's transaction and lock; the caller writes the trail. An access that has ended is given
    anew: its «Выдан» is today. Raises DomainError for terms that cannot be (``check_each``, ``check_reach``).
    """
    check_each(terms)
    check_reach(by, terms)
    ContractAccess.objects.ended().filter(user=person, contract__in=list(terms)).update(created_at=timezone.now())
    accesses = ContractAccess.objects.bulk_create(
        [
            ContractAccess(user=person, contract=contract, role=each.role, scope=each.scope, until=each.until)
            for contract, each in terms.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "contract"],
        update_fields=["role", "scope", "until"],
    )
    links = ContractAccess.facilities.through
    links.objects.filter(contractaccess__in=[each.pk for each in accesses]).delete()
    links.objects.bulk_create(
        links(contractaccess_id=access.pk, facility_id=facility)
        for access in accesses
        for facility in terms[access.contract].facilities
    )
    grant_waiting(person, terms, by=by)
    return accesses


def grant_waiting(person: Any, contracts: Collection[Contract], *, by: Any) -> None:
    """Whoever is given access asks for it no longer."""
    asked = AccessRequest.objects.waiting().filter(user=person, contract__in=list(contracts))
    asked.update(state=AccessRequest.State.GRANTED, decided_by=by, decided_at=timezone.now())


def check_reach(actor: Any, terms: Mapping[Contract, Terms]) -> None:
    """Raises DomainError for an access that would outlast the actor's own: his last day limits what he gives too."""
    for contract, last in last_days(actor, terms).items():
        if outlasts(terms[contract].until, last):
            raise DomainError(
                f"Вы администратор договора № {contract.number} по {last:%d.%m.%Y}: дать доступ можно не дольше.",
                field="until",
            )


def last_days(person: Any, contracts: Collection[Contract]) -> dict[Contract, dt.date]:
    """Until when the person administers those of the contracts that he does not administer for good."""
    mine = ContractAccess.objects.of(person, Ability.ACCESS).filter(contract__in=[one.pk for one in contracts])
    known = dict(mine.exclude(until=None).values_list("contract", "until"))
    return {one: known[one.pk] for one in contracts if one.pk in known}


def check_each(terms: Mapping[Contract, Terms]) -> None:
    """Raises DomainError for terms that a contract does not have: no or foreign facilities, another role."""
    for each in terms.values():
        _check_scope(each)
    chosen = {contract: each.facilities for contract, each in terms.items() if each.scope == Scope.CHOSEN}
    if not chosen:
        return
    known = set(Facility.objects.filter(contract__in=list(chosen)).values_list("contract", "pk"))
    for contract, facilities in chosen.items():
        if not known.issuperset((contract.pk, facility) for facility in facilities):
            raise DomainError(f"В договоре № {contract.number} нет таких объектов.", field="facilities")


def _check_scope(terms: Terms) -> None:
    if terms.scope == Scope.WHOLE:
        if terms.facilities:
            raise DomainError("Объекты выбирают только для доступа «К выбранным объектам».", field="facilities")
        return
    if terms.role != Role.ENGINEER:
        raise DomainError("Доступ к выбранным объектам бывает только у роли «Энергетик».", field="scope")
    if not terms.facilities:
        raise DomainError("Выберите хотя бы один объект.", field="facilities")
