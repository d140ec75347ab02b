"""What a press of «Передать показания в расчет» would do and did with one contract."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from cabinet.common.digits import format_figure, plural
from cabinet.contracts.models import Contract
from cabinet.metering.models import Register
from cabinet.readings import conditions
from cabinet.readings.actions import Sent, sendable
from cabinet.readings.models import Reading
from cabinet.readings.overview import Counts, counts_of
from cabinet.readings.querysets import registers_of, with_current
from cabinet.readings.reckoning import NOTHING, Reckoned, reckon_all
from cabinet.readings.unfolding import UNFOLD_ALL

MISSING_SHOWN = 20
DOUBTS_SHOWN = 100
BY_FACILITY = ("meter__point__facility__name", "meter__point__facility", "meter__serial", "pk")


@dataclass
class Before:
    """The summary before sending: counts, what is ready in kWh, the first of what is missing or doubtful."""

    counts: Counts
    registers: int
    ready: Reckoned = NOTHING
    missing: list[Register] = field(default_factory=list)
    doubtful: list[Reading] = field(default_factory=list)

    @property
    def at_once(self) -> bool:
        """Whether a small contract has nothing left but what is ready: nothing to ask about."""
        return self.counts.only_ready and self.registers <= UNFOLD_ALL

    @property
    def more_missing(self) -> int:
        return self.counts.missing - len(self.missing)

    @property
    def more_doubtful(self) -> int:
        return self.counts.doubtful - len(self.doubtful)


def before_sending(user: Any, contract: Contract, period: dt.date) -> Before:
    """How far the contract is, counted; ``look_closer`` adds what the window shows."""
    registers, counts = counts_of(with_current(registers_of(user, contract), period))
    return Before(counts, registers)


def look_closer(before: Before, user: Any, contract: Contract, period: dt.date) -> Before:
    """Add what is missing and doubtful, and the consumption of what is ready."""
    states = conditions.of_register("now__", "meter__")
    registers = with_current(registers_of(user, contract), period)
    if before.counts.missing:
        missing = registers.filter(states["missing"]).select_related("meter__point__facility")
        before.missing = list(missing.order_by(*BY_FACILITY)[:MISSING_SHOWN])
    if before.counts.doubtful:
        doubtful = sendable(user, contract, period).doubtful().select_related("register__meter__point__facility")
        before.doubtful = list(doubtful.order_by(*(f"register__{path}" for path in BY_FACILITY))[:DOUBTS_SHOWN])
    if before.counts.ready:
        before.ready = reckon_all(registers_ready(registers_of(user, contract), period), period)
    return before


def registers_ready(registers: QuerySet[Register], period: dt.date) -> QuerySet[Register]:
    """Registers whose reading of the period would be sent now."""
    return with_current(registers, period).filter(conditions.of_register("now__", "meter__")["ready"])


def registers_sent(contract: Contract, period: dt.date, sent: Sent) -> QuerySet[Register]:
    """Registers whose readings that press sent: all of them have its moment."""
    return with_current(Register.objects.of_contract(contract), period).filter(now__sent_at=sent.at)


@dataclass
class After:
    """What a press did: how many were sent with which consumption, and what is left of the contract."""

    sent: Sent
    reckoned: Reckoned
    counts: Counts

    @property
    def sentence(self) -> str:
        """In words."""
        sent = self.sent
        if not sent.sent:
            text = "Нет показаний, готовых к передаче."
        else:
            text = f"Передано в расчет: {plural(sent.sent, 'показание', 'показания', 'показаний')}."
            if self.reckoned.total is not None:
                text += f" Расход по ним: {format_figure(self.reckoned.total, 2)} кВт·ч."
        if sent.doubtful:
            text += f" Ждут подтверждения: {format_figure(sent.doubtful)}."
        if sent.wrong:
            text += f" С ошибкой: {format_figure(sent.wrong)}."
        return text


def after_sending(user: Any, contract: Contract, period: dt.date, sent: Sent) -> After:
    """What became of the press."""
    reckoned = reckon_all(registers_sent(contract, period, sent), period) if sent.sent else NOTHING
    _, counts = counts_of(with_current(registers_of(user, contract), period))
    return After(sent, reckoned, counts)
