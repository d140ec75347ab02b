"""The months before: what was sent of a register period by period, and the consumption in between.

By the rules of the page (``basis_of``), for one register or ten thousand: readings are read as
figures in one pass, a register at a time, and never held whole.
"""

import datetime as dt
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.db.models import ExpressionWrapper, F, QuerySet

from cabinet.common import periods
from cabinet.common.digits import format_reading
from cabinet.metering.models import Register, TransformerRatio, unit_of
from cabinet.readings import rules
from cabinet.readings.basis import FACTS, ONE, Facts, basis_of, judged_on
from cabinet.readings.models import Reading
from cabinet.readings.querysets import RATIO, USUAL_MONTHS, with_facts
from cabinet.readings.statuses import LOOK, Acceptance, Kind, Status

SHOWN = 24
NAMES = ("meter__point__facility__name", "meter__point__name", "meter__serial", "meter__type_name", "zone")
# numbers alone, so that registers and readings meet in the same order whatever the database's alphabet
ORDER = ("meter__point__facility_id", "meter__point_id", "meter_id", "pk")

Ratios = Sequence[tuple[dt.date, Decimal]]


@dataclass(frozen=True)
class Month:
    """A register's period: ``value`` that was sent, its ``ratio``, ``energy`` in kWh or kvarh over ``spans`` months.

    ``gap`` says why there is no energy of a value that counts; ``opening`` was given at the period's start.
    """

    period: dt.date
    value: Decimal | None = None
    ratio: Decimal | None = None
    sent_at: dt.datetime | None = None
    acceptance: str = ""
    reason: str = ""
    opening: Decimal | None = None
    energy: Decimal | None = None
    spans: int = 1
    rolled_over: bool = False
    gap: str = ""

    @property
    def is_rejected(self) -> bool:
        return self.acceptance == Acceptance.REJECTED

    @property
    def state(self) -> str:
        """«Передано», «Принято в расчет», «Не принято в расчет», or that nothing was sent."""
        return Acceptance(self.acceptance).label if self.acceptance else "Не передано"

    @property
    def badge(self) -> tuple[str, str]:
        """Tone and icon of the state."""
        if not self.acceptance:
            return ("muted", "")
        return LOOK[Status.SENT if self.acceptance == Acceptance.PENDING else Status(self.acceptance)]

    @property
    def notes(self) -> list[str]:
        """What the figures alone do not say."""
        notes = [f"за {self.spans} мес."] if self.energy is not None and self.spans > 1 else []
        if self.rolled_over and self.energy is not None:
            notes.append("переход через ноль")
        return notes + ([self.gap] if self.gap else [])


@dataclass(frozen=True)
class History:
    """A register's names and its shown months, the earliest first."""

    facts: Facts
    facility: str
    point: str
    serial: str
    type_name: str
    zone: str
    months: list[Month]

    @property
    def register(self) -> str:
        """«А+ Т1»."""
        energy = Register.Energy(self.facts.energy).label
        return f"{energy} {Register.Zone(self.zone).label}" if self.zone else energy

    @property
    def unit(self) -> str:
        return unit_of(self.facts.energy)

    @property
    def since_first(self) -> list[Month]:
        """The months from the first of which anything is known: what came before is no gap."""
        if self.facts.previous_sent is not None:
            return self.months
        known = [n for n, month in enumerate(self.months) if month.value is not None or month.opening is not None]
        return self.months[known[0] :] if known else []

    def in_digits(self, value: Decimal | None) -> str:
        """A value as this meter shows it."""
        return format_reading(value, self.facts.digits_before, self.facts.digits_after)


class _Sent(NamedTuple):
    """A row of what was sent."""

    facility: int
    point: int
    meter: int
    register: int
    period: dt.date
    kind: str
    value: Decimal
    sent_at: dt.datetime
    acceptance: str
    reason: str

    @property
    def key(self) -> tuple[int, ...]:
        """Its place in ``ORDER``."""
        return self[:4]


def shown_periods(period: dt.date) -> list[dt.date]:
    """The periods of a history that ends with this one, the earliest first."""
    return [periods.shift(period, n) for n in range(1 - SHOWN, 1)]


def histories(registers: QuerySet[Register], period: dt.date) -> Iterator[History]:
    """The history of each register up to the period: three statements whatever their number, one register in memory."""
    # a year more than is shown: what is usual of the first month is known by the page's rule too
    since = periods.shift(period, -SHOWN - USUAL_MONTHS)
    calendar = [_Place.of(periods.shift(since, n), n > USUAL_MONTHS) for n in range(SHOWN + USUAL_MONTHS + 1)]
    ratios = _ratios(registers)
    sent = groupby(_sent(registers, since, period), key=lambda one: one.key)
    key, own = next(sent, (None, ()))
    rows = with_facts(registers, since).order_by(*ORDER).values_list(*ORDER, *FACTS, *NAMES)
    for row in rows.iterator():
        here, row = row[: len(ORDER)], row[len(ORDER) :]
        facts, names = Facts._make(row[: len(FACTS)]), row[len(FACTS) :]
        while key is not None and key < here:
            key, own = next(sent, (None, ()))
        of_register = list(own) if key == here else []
        yield History(facts, *names, _months(facts, of_register, ratios.get(here[2], ()), calendar))


class _Place(NamedTuple):
    """A period of the calendar, with what every register asks of it."""

    period: dt.date
    following: dt.date
    year_ago: dt.date
    empty: Month
    is_shown: bool

    @classmethod
    def of(cls, period: dt.date, is_shown: bool) -> "_Place":
        year_ago = periods.shift(period, -USUAL_MONTHS - 1)
        return cls(period, periods.shift(period, 1), year_ago, Month(period), is_shown)


def _months(facts: Facts, sent: list[_Sent], ratios: Ratios, calendar: list[_Place]) -> list[Month]:
    """The shown months of a register; ``facts`` are those of the calendar's first period."""
    current = {one.period: one for one in sent if one.kind == Kind.CURRENT}
    openings = {one.period: one.value for one in sent if one.kind == Kind.OPENING and not _is_rejected(one)}
    counting: deque[_Sent] = deque()  # what counts, of the year before
    months = []
    for place in calendar:
        opening = openings.get(place.period)
        if opening is not None:
            facts = facts._replace(opening=opening)
        one = current.get(place.period)
        while counting and counting[0].period < place.year_ago:
            counting.popleft()
        if place.is_shown and one is not None:
            months.append(_month(facts, one, opening, _ratio(ratios, place.following), counting))
        elif place.is_shown:
            months.append(place.empty if opening is None else Month(place.period, opening=opening))
        if one is not None and not _is_rejected(one):
            facts = facts._replace(previous_sent=one.value, previous_period=one.period)
            counting.append(one)
    return months


def _month(facts: Facts, one: _Sent, opening: Decimal | None, ratio: Decimal | None, year: Sequence[_Sent]) -> Month:
    told = (one.period, one.value, ONE if ratio is None else ratio, one.sent_at, one.acceptance, one.reason, opening)
    previous = facts.previous_sent if facts.previous_sent is not None else facts.opening
    if _is_rejected(one):
        return Month(*told)
    if previous is None:
        return Month(*told, gap="нет показания на начало")
    spans = periods.months_between(facts.previous_period, one.period) if facts.previous_period else 1
    step = rules.turn(previous, one.value, facts.digits_before)
    if not step.rolled_over:
        return Month(*told, energy=step.difference * told[2], spans=spans)
    # only a passage through zero is judged by what is usual
    past = {"past_sent": year[0].value, "past_period": year[0].period} if year else {}
    energy = basis_of(facts._replace(ratio=ratio, **past), one.period, judged_on(one.period)).energy_of(one.value)
    gap = "не посчитан: меньше предыдущего" if energy is None else ""
    return Month(*told, energy=energy, spans=spans, rolled_over=True, gap=gap)


def _is_rejected(one: _Sent) -> bool:
    return one.acceptance == Acceptance.REJECTED


def _sent(registers: QuerySet[Register], since: dt.date, until: dt.date) -> Iterator[_Sent]:
    found = Reading.objects.filter(
        register__in=registers.order_by().values("pk"), period__range=(since, until), sent__isnull=False
    )
    path = tuple(f"register__{name}" for name in ORDER)
    fields = ("period", "kind", "sent", "sent_at", "acceptance", "acceptance_reason")
    rows = found.order_by(*path, "period").values_list(*path, *fields)
    return map(_Sent._make, rows.iterator())


def _ratios(registers: QuerySet[Register]) -> Mapping[int, Ratios]:
    """The ratios of the registers' meters, the earliest first, by meter."""
    product = ExpressionWrapper(F("current_ratio") * F("voltage_ratio"), RATIO)
    found = TransformerRatio.objects.filter(meter__in=registers.order_by().values("meter"))
    rows = found.order_by("meter", "valid_from").values_list("meter", "valid_from", product)
    return {meter: [row[1:] for row in own] for meter, own in groupby(rows.iterator(), key=lambda row: row[0])}


def _ratio(ratios: Ratios, following: dt.date) -> Decimal | None:
    """Ктр on the last day before; None without transformers."""
    return next((value for valid_from, value in reversed(ratios) if valid_from < following), None)
