"""Binding a contract by the three data of the supplier's record."""

import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cabinet.common.errors import DomainError, NotAllowed, TooManyAttempts
from cabinet.contracts.audit import record
from cabinet.contracts.doors import Door
from cabinet.contracts.models import BindingAttempt, Contract, ContractAccess, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.rules import plain_email, plain_inn, plain_number

logger = logging.getLogger(__name__)
Outcome = BindingAttempt.Outcome

NOT_FOUND = "Договор с такими данными не найден. Проверьте адрес электронной почты организации, ИНН и номер договора."


class AlreadyAdministered(NotAllowed):
    """The contract has an administrator; the page says whom to ask."""

    def __init__(self, contract: Contract, administrators: list[str]) -> None:
        super().__init__(f"У договора № {contract.number} уже есть администратор.")
        self.curator = contract.curator
        self.administrators = administrators


def bind_contract(*, user: Any, email: str, inn: str, number: str, address: str | None) -> Contract:
    """Binds the contract that the three data name to the user, who becomes its «Администратор».

    Raises DomainError for data that do not match, NotAllowed for a contract that is bound already,
    TooManyAttempts after too many failures of this user or from this address.
    """
    typed = {"email": plain_email(email), "inn": plain_inn(inn), "number": plain_number(number)}
    attempt = _begin_attempt(user=user, address=address, **typed)
    contract = _matching_contract(**typed)
    if contract is None:
        _note(attempt, Outcome.NOT_FOUND)
        raise DomainError(NOT_FOUND)
    try:
        _become_administrator(user, contract)
    except AlreadyAdministered:
        _note(attempt, Outcome.REQUESTED, contract)
        raise
    except NotAllowed:
        _note(attempt, Outcome.ALREADY, contract)
        raise
    _note(attempt, Outcome.BOUND, contract)
    return contract


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
            return Contract.objects.get(pk=pk)
    return None


@transaction.atomic
def _become_administrator(user: Any, contract: Contract) -> None:
    """Of two people who bind at once exactly one becomes the administrator: the contract's row is locked."""
    Contract.objects.select_for_update().get(pk=contract.pk)
    active = ContractAccess.objects.active().filter(contract=contract)
    if active.filter(user=user).exists():
        raise NotAllowed(f"Договор № {contract.number} уже привязан к вашей учётной записи.", field="number")
    administrators = active.filter(role=Role.ADMINISTRATOR, user__is_active=True).select_related("user")
    names = [access.user.get_short_name() for access in administrators.order_by("pk")]
    if names:
        raise AlreadyAdministered(contract, names)
    access, _ = ContractAccess.objects.update_or_create(
        user=user, contract=contract, defaults={"role": Role.ADMINISTRATOR, "scope": Scope.WHOLE, "until": None}
    )
    access.facilities.clear()
    record(action="contracts.bind", actor=user, contract=contract, door=Door.PAGE, instance=access)


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
