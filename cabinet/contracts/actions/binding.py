"""Binding a contract by the three data of the supplier's record."""

import datetime as dt
import logging
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cabinet.common.emails import plain_email
from cabinet.common.errors import DomainError, NotAllowed, TooManyAttempts
from cabinet.contracts.actions.administering import give_access, lock
from cabinet.contracts.actions.requesting import ask_for_access
from cabinet.contracts.administrators import administrators_of
from cabinet.contracts.doors import Door
from cabinet.contracts.models import AccessRequest, BindingAttempt, Contract, ContractAccess
from cabinet.contracts.roles import Role
from cabinet.contracts.rules import plain_inn, plain_number
from cabinet.contracts.terms import Terms
from cabinet.contracts.trail.recording import record

logger = logging.getLogger(__name__)
Outcome = BindingAttempt.Outcome

STAFF = "Учётная запись сотрудника поставщика: договоры привязывают клиенты, в рабочем месте вы видите их и так."
NOT_FOUND = "Договор с такими данными не найден. Проверьте адрес электронной почты организации, ИНН и номер договора."


class Asked(NamedTuple):
    """The contract has administrators: the person's request waits for them."""

    contract: Contract
    request: AccessRequest
    administrators: list[str]
    waited: bool
    """Whether it waited already: nobody is asked a second time."""


def bind_contract(*, user: Any, email: str, inn: str, number: str, address: str | None) -> Contract | Asked:
    """Binds the contract that the three data name to the user, who becomes its «Администратор».

    Where it has an administrator already, he is asked for access instead, once. Raises DomainError for data that
    do not match, NotAllowed for a contract of one's own and for the supplier's staff, TooManyAttempts after too many
    failures of this user or from this address, or too many requests.
    """
    if not user.is_a_clients:
        raise NotAllowed(STAFF)
    typed = {"email": plain_email(email), "inn": plain_inn(inn), "number": plain_number(number)}
    attempt = _begin_attempt(user=user, address=address, **typed)
    contract = _matching_contract(**typed)
    if contract is None:
        _note(attempt, Outcome.NOT_FOUND)
        raise DomainError(NOT_FOUND)
    try:
        asked = _become_administrator_or_ask(user, contract)
    except TooManyAttempts:
        _note(attempt, Outcome.REQUESTED, contract)
        raise
    except NotAllowed:
        _note(attempt, Outcome.ALREADY, contract)
        raise
    _note(attempt, Outcome.REQUESTED if asked else Outcome.BOUND, contract)
    return asked or contract


def _begin_attempt(*, user: Any, address: str | None, **typed: str) -> BindingAttempt:
    """Writes the attempt down as a failure first and counts afterwards: a race cannot slip through."""
    attempt = BindingAttempt.objects.create(user=user, address=address, outcome=Outcome.NOT_FOUND, **_cut(typed))
    free_at = _limited_until(attempt)
    if free_at:
        _note(attempt, Outcome.LIMITED)
        raise TooManyAttempts(
            f"Слишком много неудачных попыток. Повторите после {timezone.localtime(free_at):%H:%M %d.%m.%Y} "
            "или обратитесь к куратору."
        )
    return attempt


def _cut(typed: dict[str, str]) -> dict[str, str]:
    """The typed data, no longer than their columns."""
    columns = {name: BindingAttempt._meta.get_field(name) for name in typed}
    return {name: text[: getattr(columns[name], "max_length", None)] for name, text in typed.items()}


def _limited_until(attempt: BindingAttempt) -> dt.datetime | None:
    """When the next attempt is free, if the failures of this user or address used the limit up."""
    span = dt.timedelta(minutes=settings.BINDING_TRIES_MINUTES)
    failures = BindingAttempt.objects.filter(outcome=Outcome.NOT_FOUND, at__gt=timezone.now() - span).exclude(
        pk=attempt.pk
    )
    ends = []
    for whose in (Q(user=attempt.user), Q(address=attempt.address, address__isnull=False)):
        times = failures.filter(whose).order_by("-at").values_list("at", flat=True)[: settings.BINDING_TRIES]
        if len(times) >= settings.BINDING_TRIES:
            ends.append(times[settings.BINDING_TRIES - 1] + span)
    return max(ends, default=None)


def _matching_contract(*, email: str, inn: str, number: str) -> Contract | None:
    """The contract whose record has the three data; spellings are compared here, not by the database."""
    rows = Contract.objects.filter(organisation__inn=inn).values_list("pk", "organisation__email", "number")
    for pk, its_email, its_number in rows.order_by("pk"):
        if plain_email(its_email) == email and plain_number(its_number) == number:
            return Contract.objects.select_related("organisation", "curator").get(pk=pk)
    return None


@transaction.atomic
def _become_administrator_or_ask(user: Any, contract: Contract) -> Asked | None:
    """Of two people who bind at once exactly one becomes the administrator: the contract's row is locked."""
    lock([contract.pk])
    if ContractAccess.objects.active().filter(contract=contract, user=user).exists():
        raise NotAllowed(f"Договор № {contract.number} уже привязан к вашей учётной записи.", field="number")
    administrators = [access.user.get_short_name() for access in administrators_of(contract)]
    if administrators:
        waited = AccessRequest.objects.waiting().filter(user=user, contract=contract).exists()
        return Asked(contract, ask_for_access(user=user, contract=contract), administrators, waited)
    access = give_access(contract, user, Terms(Role.ADMINISTRATOR), by=user)
    record(action="contracts.bind", actor=user, contract=contract, door=Door.PAGE, instance=access)
    return None


def _note(attempt: BindingAttempt, outcome: BindingAttempt.Outcome, contract: Contract | None = None) -> None:
    """Keeps and logs how the attempt ended; the log has ids only."""
    attempt.outcome = outcome
    attempt.save(update_fields=["outcome"])
    data = {
        "attempt": attempt.pk,
        "user": attempt.user_id,
        "contract": contract and contract.pk,
        "outcome": outcome.value,
    }
    level = logging.INFO if outcome in (Outcome.BOUND, Outcome.ALREADY) else logging.WARNING
    logger.log(level, "Binding a contract: %s", outcome.value, extra={"data": data})
