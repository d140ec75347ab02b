"""What a register's reading of a period is judged by: one rule for the page, the workbook and the act.

A ``Basis`` is plain values: a line of the page has one, and so has a row of a workbook with a
hundred thousand of them, for which no models are made.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from cabinet.common import periods
from cabinet.common.digits import MAX_TEXT, DigitsError, check_digits, format_reading, parse_figure
from cabinet.metering.models import Register, unit_of
from cabinet.metering.statuses import meter_refusal
from cabinet.readings import rules
from cabinet.readings.querysets import with_facts

ONE = Decimal(1)


class Judged(NamedTuple):
    """What becomes of a typed text: a draft with its doubt, or the problem that it cannot be taken for."""

    draft: Decimal | None = None
    problem: str = ""
    warning: str = ""


class Basis(NamedTuple):
    """Readings in the meter's own units; ``previous`` None where nothing came before; ``refusal``: it takes none."""

    digits_before: int
    digits_after: int
    ratio: Decimal
    previous: Decimal | None
    limits: rules.Limits
    unit: str
    refusal: str

    def energy_of(self, value: Decimal | None) -> Decimal | None:
        """The energy of the period (kWh or kvarh) if the reading were this; None where it cannot be told."""
        if value is None or self.previous is None:
            return None
        return rules.consumption(
            self.previous, value, digits_before=self.digits_before, ratio=self.ratio, limits=self.limits
        )

    def doubt(self, value: Decimal) -> str:
        """Why this value does not look right; empty when it does."""
        return rules.doubt(
            self.previous,
            value,
            digits_before=self.digits_before,
            ratio=self.ratio,
            limits=self.limits,
            unit=self.unit,
        )

    def judge(self, text: str) -> Judged:
        """Judge a typed text; nothing typed is nothing to judge."""
        if not text:
            return Judged()
        if self.refusal:
            return Judged(problem=self.refusal)
        try:
            value = parse_figure(text)
            check_digits(value, self.digits_before, self.digits_after)
        except DigitsError as error:
            return Judged(problem=str(error))
        return Judged(draft=value, warning=self.doubt(value))

    def in_digits(self, value: Decimal | None) -> str:
        """A value as this meter shows it."""
        return format_reading(value, self.digits_before, self.digits_after)


def clean_text(text: str) -> str:
    """A typed text as it is judged and kept: without edges and NUL, no longer than what can be kept."""
    return text.replace("\x00", "").strip()[: MAX_TEXT + 1]


class Facts(NamedTuple):
    """A register's row as ``with_facts`` and FACTS bring it."""

    register: int
    energy: str
    digits_before: int
    digits_after: int
    state: str
    verification_due: dt.date | None
    max_power_kw: Decimal | None
    previous_sent: Decimal | None
    previous_period: dt.date | None
    opening: Decimal | None
    past_sent: Decimal | None
    past_period: dt.date | None
    ratio: Decimal | None


FACTS = (
    "pk",
    "energy",
    "meter__digits_before",
    "meter__digits_after",
    "meter__state",
    "meter__verification_due",
    "meter__point__max_power_kw",
    "previous_sent",
    "previous_period",
    "opening",
    "past_sent",
    "past_period",
    "ratio",
)


def bases_of(registers: QuerySet[Register], period: dt.date, *more: str) -> Iterator[tuple[int, Basis, tuple]]:
    """Id, basis and the further fields asked for of each register, in one statement, no order and without models."""
    day = judged_on(period)
    for row in with_facts(registers, period).order_by().values_list(*FACTS, *more).iterator():
        facts = Facts._make(row[: len(FACTS)])
        yield facts.register, basis_of(facts, period, day), row[len(FACTS) :]


def facts_of(register: Register) -> Facts:
    """The facts of a register that ``with_facts`` brought with its meter and point."""
    meter = register.meter
    return Facts(
        register=register.pk,
        energy=register.energy,
        digits_before=meter.digits_before,
        digits_after=meter.digits_after,
        state=meter.state,
        verification_due=meter.verification_due,
        max_power_kw=meter.point.max_power_kw,
        **{name: getattr(register, name) for name in Facts._fields[-6:]},
    )


def basis_of(facts: Facts, period: dt.date, day: dt.date) -> Basis:
    """The basis of a period's reading; ``day`` is the one by which its meter takes readings (``judged_on``)."""
    ratio = facts.ratio if facts.ratio is not None else ONE
    months = periods.months_between(facts.past_period, facts.previous_period) if facts.past_period else 0
    usual = rules.usual_energy(
        facts.past_sent, facts.previous_sent, months, digits_before=facts.digits_before, ratio=ratio
    )
    gap, hours = _since(facts.previous_period, period)
    limits = rules.Limits(
        hours=hours,
        months=gap,
        max_power_kw=facts.max_power_kw if facts.energy.startswith("A") else None,
        usual=usual,
        margin=settings.READINGS_ROLLOVER_MARGIN,
        factor=settings.READINGS_UNUSUAL_FACTOR,
    )
    return Basis(
        digits_before=facts.digits_before,
        digits_after=facts.digits_after,
        ratio=ratio,
        previous=facts.previous_sent if facts.previous_sent is not None else facts.opening,
        limits=limits,
        unit=unit_of(facts.energy),
        refusal=meter_refusal(facts.state, facts.verification_due, day),
    )


def judged_on(period: dt.date) -> dt.date:
    """The day by which a meter takes readings: an earlier period's own end, the present one's today."""
    return min(timezone.localdate(), periods.shift(period, 1))


@lru_cache(maxsize=256)
def _since(previous: dt.date | None, period: dt.date) -> tuple[int, int]:
    """Months and hours from the previous reading to the end of the period; one month where there is none."""
    since = previous or periods.shift(period, -1)
    gap = periods.months_between(since, period)
    return gap, sum(periods.hours_in(periods.shift(period, -n)) for n in range(gap))
