"""Requests for access: who named a contract's data rightly, but came second, asks its administrators."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cabinet.common.errors import DomainError, NotAllowed, TooManyAttempts
from cabinet.common.letters import at_portal, post_letter
from cabinet.common.verdict import ALLOWED, Verdict, refused
from cabinet.contracts.actions.administering import administering, give_access, lock
from cabinet.contracts.actions.telling import note, own_contracts, tell
from cabinet.contracts.administrators import administrators_of
from cabinet.contracts.doors import Door
from cabinet.contracts.models import AccessRequest, Contract
from cabinet.contracts.staff import departments_for
from cabinet.contracts.terms import Terms
from cabinet.contracts.wording import access_in_words

State = AccessRequest.State
NO_CLIENT = "Это не учётная запись клиента: доступ к договору ей выдать нельзя. Откажите с объяснением."
PERMISSION = "contracts.change_accessrequest"
REQUESTS, REQUEST_DAYS = 3, 30
"""So many requests may one person make for one contract in so many days."""


class AlreadyDecided(DomainError):
    """Somebody decided the request first, or the person withdrew it."""

    def __init__(self, request: AccessRequest) -> None:
        at = f"{timezone.localtime(request.decided_at):%d.%m.%Y %H:%M}"
        super().__init__(f"Этот запрос уже решён. {request.get_state_display()}, {at}.")


def ask_for_access(*, user: Any, contract: Contract) -> AccessRequest:
    """The person's waiting request for the contract, made if there is none; within the caller's transaction and lock.

    Raises TooManyAttempts for one who asks again and again.
    """
    mine = AccessRequest.objects.filter(user=user, contract=contract)
    waiting = mine.waiting().first()
    if waiting:
        return waiting
    since = timezone.now() - dt.timedelta(days=REQUEST_DAYS)
    if mine.filter(created_at__gt=since).count() >= REQUESTS:
        raise TooManyAttempts(
            f"Вы уже {REQUESTS} раза за {REQUEST_DAYS} дней просили доступ к договору № {contract.number}. "
            "Договоритесь с его администратором или обратитесь к куратору.",
        )
    decided_from = timezone.now() + dt.timedelta(days=settings.ACCESS_REQUEST_DAYS)
    made = AccessRequest.objects.create(user=user, contract=contract, curator_from=decided_from)
    note(action="contracts.request", row=made, actor=user, door=Door.PAGE)
    _ask_administrators(made)
    return made


def _ask_administrators(request: AccessRequest) -> None:
    url = reverse("access-request", args=[request.contract_id, request.pk])
    for access in administrators_of(request.contract):
        post_letter(
            access.user.email,
            "access_requested",
            contract=str(request.contract),
            organisation=request.contract.organisation.name,
            person=request.user.get_full_name(),
            login=request.user.email,
            curator_from=f"{timezone.localtime(request.curator_from):%d.%m.%Y %H:%M}",
            url=at_portal(url),
        )


def curator_verdict(actor: Any, request: AccessRequest) -> Verdict:
    """Whether a member of staff may decide the request now: in time, or when nobody else is left to do it."""
    serves = departments_for(actor).filter(pk=request.contract.department_id).exists()
    if not (actor.has_perm(PERMISSION) and serves):
        return refused("Запросы доступа решает куратор отделения.")
    if request.user_id == actor.pk:
        return refused("Это ваш собственный запрос: его решает кто-то другой.")
    if timezone.now() >= request.curator_from or not administrators_of(request.contract).exists():
        return ALLOWED
    until = f"{timezone.localtime(request.curator_from):%d.%m.%Y %H:%M}"
    return refused(f"До {until} запрос решает администратор договора.")


def grant_request(*, actor: Any, contract: Contract, request_id: int, terms: Terms, door: Door) -> AccessRequest:
    """Give the person access on these terms. Raises NotAllowed, AlreadyDecided, DomainError for wrong terms."""
    with _deciding(actor, contract, request_id, door) as request:
        if not request.user.is_a_clients:
            raise NotAllowed(NO_CLIENT)
        _decide(request, State.GRANTED, actor)
        access = give_access(contract, request.user, terms, by=actor)
        given = access_in_words(access)
        note(action="contracts.request_granted", row=access, actor=actor, door=door, terms=given)
        tell(request, "request_granted", given=given, url=own_contracts())
    return request


def refuse_request(*, actor: Any, contract: Contract, request_id: int, reason: str, door: Door) -> AccessRequest:
    """Refuse the person, who reads the reason. Raises NotAllowed, AlreadyDecided, DomainError without a reason."""
    if not reason.strip():
        raise DomainError("Напишите причину отказа: её прочитает тот, кто просит доступ.", field="reason")
    with _deciding(actor, contract, request_id, door) as request:
        request.reason = reason.strip()
        _decide(request, State.REFUSED, actor)
        note(action="contracts.request_refused", row=request, actor=actor, door=door, reason=request.reason)
        tell(request, "request_refused", reason=request.reason, url=own_contracts())
    return request


@transaction.atomic
def withdraw_request(*, user: Any, request: AccessRequest) -> None:
    """The person asks no longer. Raises AlreadyDecided."""
    contract = request.contract
    lock([contract.pk])
    found = _waiting(contract, request.pk)
    if found.user_id != user.pk:
        raise NotAllowed("Отозвать можно только свой запрос.")
    _decide(found, State.WITHDRAWN, user)
    note(action="contracts.request_withdrawn", row=found, actor=user, door=Door.PAGE)


@contextmanager
def _deciding(actor: Any, contract: Contract, request_id: int, door: Door) -> Iterator[AccessRequest]:
    """The waiting request, locked with its contract; the actor surely may decide it."""
    if door.is_suppliers:
        with transaction.atomic():
            lock([contract.pk])
            request = _waiting(contract, request_id)
            verdict = curator_verdict(actor, request)
            if not verdict:
                raise NotAllowed(verdict.reason)
            yield request
    else:
        with administering(actor, [contract]):
            yield _waiting(contract, request_id)


def _waiting(contract: Contract, request_id: int) -> AccessRequest:
    request = AccessRequest.objects.select_related("user", "contract__organisation", "decided_by").get(
        contract=contract, pk=request_id
    )
    if request.state != State.WAITING:
        raise AlreadyDecided(request)
    return request


def _decide(request: AccessRequest, state: AccessRequest.State, actor: Any) -> None:
    request.state, request.decided_by, request.decided_at = state, actor, timezone.now()
    request.save(update_fields=["state", "decided_by", "decided_at", "reason"])
