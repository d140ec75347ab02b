"""The act of meter readings («Акт снятия показаний расчётных приборов учёта», ПРОМ10) as data.

Every rendering of the act (PDF now) is made of what ``act_of`` gives; nothing here knows of pages.
Readings are in the meter's units, energy in kWh (reactive in kvarh), not rounded.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count

from django.db.models import QuerySet
from django.utils import timezone

from cabinet.common import periods
from cabinet.contracts.models import Contract, Facility
from cabinet.metering.models import Meter, MeteringPoint, Register
from cabinet.readings import rules
from cabinet.readings.models import Reading
from cabinet.readings.sheet import FacilitySheet, Line, PointSheet, contract_total, facilities_of, lines_of
from cabinet.readings.statuses import Acceptance


@dataclass(frozen=True)
class RegisterRow:
    """A line of the act. ``counts``: whether the point's energy is made of it (a zone beside a total is a part)."""

    register: Register
    counts: bool
    previous: Decimal | None
    current: Decimal | None = None
    difference: Decimal | None = None
    energy: Decimal | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MeterRows:
    """A meter with its lines; ``number`` is its № п/п in the act."""

    number: int
    meter: Meter
    ratio: Decimal
    registers: tuple[RegisterRow, ...]


@dataclass(frozen=True)
class PointRows:
    """A metering point with its meters; ``total`` is what goes into the calculation: below zero for transit."""

    point: MeteringPoint
    meters: tuple[MeterRows, ...]
    losses: Decimal | None = None
    transit: Decimal | None = None
    total: Decimal | None = None

    @property
    def size(self) -> int:
        """How many lines the point takes."""
        return sum(len(meter.registers) for meter in self.meters)


@dataclass(frozen=True)
class Totals:
    """Sums in kWh of what is known: total = energy + losses − transit. ``unknown`` lines are left out.

    Energy and losses are those of the points that are not transit.
    """

    energy: Decimal | None = None
    losses: Decimal | None = None
    transit: Decimal | None = None
    total: Decimal | None = None
    unknown: int = 0

    @property
    def is_below_zero(self) -> bool:
        """Whether more went on to others than came in: never left unsaid."""
        return self.total is not None and self.total < 0


@dataclass(frozen=True)
class FacilityRows:
    """A facility with its points and their sums."""

    facility: Facility
    points: tuple[PointRows, ...]
    totals: Totals


@dataclass(frozen=True)
class Act:
    """The whole act. ``number`` is the document's own number, empty for one that was not registered."""

    contract: Contract
    period: dt.date
    filled: bool
    number: str
    formed_at: dt.datetime
    facilities: tuple[FacilityRows, ...]
    totals: Totals
    facilities_of_contract: int

    @property
    def taken_on(self) -> dt.date:
        """The day at whose 00:00 the readings are taken: the first of the next month."""
        return periods.shift(self.period, 1)

    @property
    def is_partial(self) -> bool:
        """Whether only some of the contract's facilities are in it."""
        return len(self.facilities) < self.facilities_of_contract

    @property
    def agreement_date(self) -> dt.date | None:
        """Of the signature agreement, where a filled act has to state it."""
        return self.contract.signature_agreement_date if self.filled else None

    @property
    def has_transit(self) -> bool:
        return any(part.point.is_transit for facility in self.facilities for part in facility.points)

    @property
    def size(self) -> int:
        """How many lines the act has."""
        return sum(point.size for facility in self.facilities for point in facility.points)


def act_of(
    *, contract: Contract, period: dt.date, facilities: QuerySet[Facility], filled: bool, number: str = ""
) -> Act:
    """The act of these facilities of the contract, in four statements whatever their number.

    Blank: «Текущие показания» and what follows from them are left for the pen. Filled: what was
    sent, never drafts. The contract brings its organisation and department (``select_related``).
    """
    registers = Register.objects.filter(meter__point__facility__in=facilities.filter(contract=contract))
    lines = lines_of(registers, period)
    readings = {line.register.pk: line.reading for line in lines}
    sheets = facilities_of(_counted(line, filled) for line in lines)
    numbers = count(1)
    parts = tuple(_facility_rows(sheet, readings, numbers, filled) for sheet in sheets)
    total, unknown = contract_total(sheets)
    return Act(
        contract=contract,
        period=period,
        filled=filled,
        number=number,
        formed_at=timezone.now(),
        facilities=parts,
        totals=replace(_sum(part.totals for part in parts), total=total, unknown=unknown if filled else 0),
        facilities_of_contract=_metered_facilities(contract),
    )


def _metered_facilities(contract: Contract) -> int:
    """How many facilities a whole act of the contract has: those with registers."""
    return contract.facilities.filter(points__meters__registers__isnull=False).distinct().count()


def _counted(line: Line, filled: bool) -> Line:
    """The line with what counts in an act: the value sent, unless it was rejected; never a draft."""
    counts = filled and line.reading.acceptance != Acceptance.REJECTED
    sent = line.reading.sent if counts else None
    return replace(line, reading=Reading(register=line.register, period=line.period, sent=sent))


def _facility_rows(
    sheet: FacilitySheet, readings: dict[int, Reading], numbers: Iterable[int], filled: bool
) -> FacilityRows:
    points = tuple(_point_rows(point, readings, numbers, filled) for point in sheet.points)
    own = [row for row in points if not row.point.is_transit]
    totals = Totals(
        energy=_sum_known(_energy(row) for row in own),
        losses=_sum_known(row.losses for row in own),
        transit=_sum_known(row.transit for row in points),
        total=sheet.total,
        unknown=sheet.unknown if filled else 0,
    )
    return FacilityRows(sheet.facility, points, totals)


def _point_rows(sheet: PointSheet, readings: dict[int, Reading], numbers: Iterable[int], filled: bool) -> PointRows:
    counting = {line.register.pk for line in sheet.energy_lines}
    of_meter: dict[int, list[Line]] = {}
    for line in sheet.lines:
        of_meter.setdefault(line.meter.pk, []).append(line)
    meters = tuple(
        MeterRows(
            number=next(numbers),
            meter=lines[0].meter,
            ratio=lines[0].ratio,
            registers=tuple(
                _register_row(line, readings[line.register.pk], line.register.pk in counting, filled) for line in lines
            ),
        )
        for lines in of_meter.values()
    )
    energy = sheet.energy
    if energy is None:
        return PointRows(sheet.point, meters)
    is_transit = sheet.point.is_transit
    return PointRows(
        sheet.point,
        meters,
        losses=energy - sum(sheet.known, rules.ZERO),
        transit=energy if is_transit else None,
        total=-energy if is_transit else energy,
    )


def _register_row(line: Line, reading: Reading, counts: bool, filled: bool) -> RegisterRow:
    notes = tuple(_notes(line, reading, filled))
    if not filled:
        return RegisterRow(line.register, counts, line.previous, notes=notes)
    difference = None
    if line.energy is not None:
        difference = rules.turn(line.previous, line.value, line.meter.digits_before).difference
    return RegisterRow(line.register, counts, line.previous, reading.sent, difference, line.energy, notes)


def _notes(line: Line, reading: Reading, filled: bool) -> Iterable[str]:
    """What a reader of the line has to know."""
    if line.previous is None:
        yield "Нет показания на начало периода"
    elif (since := line.register.previous_period) and periods.months_between(since, line.period) > 1:
        yield f"Предыдущее — на {periods.shift(since, 1):%d.%m.%Y}"
    if reading.sent is None or not filled:
        if line.refusal:
            yield line.refusal
        elif filled:
            yield "Показание не передано"
    elif reading.acceptance == Acceptance.REJECTED:
        yield f"{Acceptance.REJECTED.label}: {reading.acceptance_reason}".rstrip(": ")
    elif line.previous is not None and line.value < line.previous:
        yield "Меньше предыдущего, расход не посчитан" if line.energy is None else "Переход через ноль"


def _energy(row: PointRows) -> Decimal | None:
    """What the point's meters counted, without losses."""
    return _sum_known(line.energy for meter in row.meters for line in meter.registers if line.counts)


def _sum_known(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, rules.ZERO) if known else None


def _sum(parts: Iterable[Totals]) -> Totals:
    parts = list(parts)
    return Totals(
        energy=_sum_known(part.energy for part in parts),
        losses=_sum_known(part.losses for part in parts),
        transit=_sum_known(part.transit for part in parts),
    )
