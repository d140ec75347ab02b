"""Which lines of a contract the page shows: all of a small one, what was found, or the facility asked for."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cabinet.contracts.models import Contract
from cabinet.metering.models import MeteringPoint, Register
from cabinet.readings.filters import RegisterFilter
from cabinet.readings.overview import Counts, FacilityHead, facility_counts
from cabinet.readings.querysets import registers_of, with_current
from cabinet.readings.reckoning import Reckoned, reckon, together
from cabinet.readings.sheet import FacilitySheet, Line, facilities_of, lines_of

# a contract, or what was found of it, of so many registers shows all of them at once
UNFOLD_ALL = 60
# a facility shows so many registers at a time
LINES_SHOWN = 300
IN_ORDER = (
    "meter__point__transit_consumer",
    "meter__point__name",
    "meter__point",
    "meter__serial",
    "meter",
    "energy",
    "zone",
)

Found = dict[int, list[int]]


def found_by(chosen: RegisterFilter) -> Found:
    """By facility: the registers that search and filter leave, in the order they are shown in, in one statement."""
    found: Found = defaultdict(list)
    for facility, register in chosen.qs.order_by(*IN_ORDER).values_list("meter__point__facility", "pk"):
        found[facility].append(register)
    return found


def is_small(heads: Iterable[FacilityHead]) -> bool:
    """Whether all registers of these facilities are shown at once."""
    return sum(head.registers for head in heads) <= UNFOLD_ALL


def unfold_small(
    registers: QuerySet[Register], period: dt.date, heads: list[FacilityHead], found: Found | None
) -> None:
    """Show all lines of a small contract, of them those that were found."""
    read(registers, period, heads)
    for head in heads:
        head.open = True
        if found is not None:
            _list(head, found)


def unfold_found(registers: QuerySet[Register], period: dt.date, heads: list[FacilityHead], found: Found) -> None:
    """Of these facilities list what was found alone, and show it when it is little."""
    for head in heads:
        _list(head, found)
    ids = [register for head in heads for register in found[head.facility.pk]]
    if len(ids) <= UNFOLD_ALL:
        read_points(registers, period, heads, ids)
        for head in heads:
            head.open = True


def unfold_one(
    registers: QuerySet[Register], period: dt.date, head: FacilityHead, found: Found | None, *, start: int = 0
) -> None:
    """Show the lines of one facility, so many of them from ``start`` on."""
    mine = registers.filter(meter__point__facility=head.facility)
    head.open = True
    if found is None and head.registers <= LINES_SHOWN:
        return read(mine, period, [head])
    if found is None:
        chunk = list(mine.order_by(*IN_ORDER).values_list("pk", flat=True)[start : start + LINES_SHOWN])
        count = head.registers
    else:
        ids = found.get(head.facility.pk, [])
        chunk, count = ids[start : start + LINES_SHOWN], len(ids)
    head.listed, head.found, head.upto = set(chunk), count, start + len(chunk)
    head.more = max(count - head.upto, 0)
    return read_points(mine, period, [head], chunk)


def _list(head: FacilityHead, found: Found) -> None:
    ids = found.get(head.facility.pk, ())
    head.listed, head.found = set(ids), len(ids)


def read(registers: QuerySet[Register], period: dt.date, heads: list[FacilityHead]) -> None:
    """Give the heads the sheets of these registers: all that their facilities have."""
    _give(registers, period, heads)
    for head in heads:
        head.reckoned = head.sheet.reckoned


def read_points(
    registers: QuerySet[Register], period: dt.date, heads: list[FacilityHead], ids: Collection[int]
) -> None:
    """Give the heads the sheets of these registers and those beside them in their points: those reckon together."""
    points = MeteringPoint.objects.filter(meters__registers__in=ids)
    _give(registers.filter(meter__point__in=points), period, heads)


def _give(registers: QuerySet[Register], period: dt.date, heads: list[FacilityHead]) -> None:
    sheets = {sheet.facility.pk: sheet for sheet in facilities_of(lines_of(registers, period))}
    for head in heads:
        head.sheet = sheets.get(head.facility.pk) or FacilitySheet(head.facility)


@dataclass
class Touched:
    """What a save touched: heads of facilities (of a small contract all), and the whole contract's figures."""

    heads: list[FacilityHead]
    registers: int
    counts: Counts

    @property
    def totals(self) -> dict:
        """The contract's total, where all of it was read."""
        return totals(self.heads) if self.registers <= UNFOLD_ALL else {}


def touched_by(user: Any, contract: Contract, period: dt.date, lines: list[Line]) -> Touched:
    """The facilities of the lines that were saved, read as far as that is quick."""
    counted = facility_counts(user, contract, period)
    registers = registers_of(user, contract)
    touched = {line.meter.point.facility_id: line.meter.point.facility for line in lines}
    number = sum(size for size, _ in counted.values())
    if number <= UNFOLD_ALL:
        heads = [_read_head(sheet) for sheet in facilities_of(lines_of(registers, period))]
    else:
        heads = [FacilityHead(facility) for facility in touched.values()]
        mine = registers.filter(meter__point__facility__in=touched)
        if sum(counted[pk][0] for pk in touched) <= LINES_SHOWN:
            read(mine, period, heads)
        else:
            read_points(mine, period, heads, [line.register.pk for line in lines])
    for head in heads:
        head.registers, head.counts = counted[head.facility.pk]
    return Touched(heads, number, sum((counts for _, counts in counted.values()), Counts()))


def _read_head(sheet: FacilitySheet) -> FacilityHead:
    return FacilityHead(sheet.facility, sheet=sheet, reckoned=sheet.reckoned)


def reckon_heads(user: Any, contract: Contract, period: dt.date, heads: list[FacilityHead]) -> None:
    """Reckon all facilities of the contract, unread ones too."""
    reckoned = reckon(with_current(registers_of(user, contract), period), period).get(contract.pk, {})
    for head in heads:
        head.reckoned = reckoned.get(head.facility.pk, Reckoned())


def totals(heads: list[FacilityHead]) -> dict:
    """``total`` in kWh of all facilities and the count of ``unknown`` lines; nothing while any is not reckoned."""
    if any(head.reckoned is None for head in heads):
        return {}
    whole = together(head.reckoned for head in heads)
    return {"total": whole.total, "unknown": whole.unknown}
