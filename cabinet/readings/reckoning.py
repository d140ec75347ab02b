"""The consumption of many registers as figures alone: the page's rules without a model a row.

What ``FacilitySheet.total`` says of a facility's lines, this says of ten thousand of them at once;
a test holds the two equal.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, QuerySet

from cabinet.metering.models import Register
from cabinet.readings import conditions, rules
from cabinet.readings.basis import Basis, bases_of
from cabinet.readings.statuses import Acceptance


@dataclass(frozen=True)
class Reckoned:
    """kWh of some registers, None when nothing is known, and how many of them lack a figure that could be given."""

    total: Decimal | None = None
    unknown: int = 0


NOTHING = Reckoned()


class _Row(NamedTuple):
    """What beside its basis a register's energy depends on."""

    contract: int
    facility: int
    point: int
    loss_percent: Decimal
    loss_kwh: Decimal
    transit_consumer: str
    meter: int
    zone: str
    draft: Decimal | None
    sent: Decimal | None
    acceptance: str | None
    is_sent: bool

    def energy(self, basis: Basis) -> Decimal | None:
        """As ``Line.energy``."""
        if self.is_sent and self.acceptance == Acceptance.REJECTED:
            return None
        return basis.energy_of(self.draft if self.draft is not None else self.sent)


_FIELDS = (
    "meter__point__facility__contract",
    "meter__point__facility",
    "meter__point",
    "meter__point__loss_percent",
    "meter__point__loss_kwh",
    "meter__point__transit_consumer",
    "meter",
    "zone",
    "now__draft",
    "now__sent",
    "now__acceptance",
    "is_sent",
)


@dataclass
class _Point:
    """The energies of a point's registers by meter and zone, and how many of each are unknown."""

    row: _Row
    energies: dict[int, dict[str, Decimal | None]] = field(default_factory=lambda: defaultdict(dict))
    refused: set[tuple[int, str]] = field(default_factory=set)

    def counting(self) -> Iterator[tuple[tuple[int, str], Decimal | None]]:
        """Meter with zone, and energy, of the registers that make up the point's energy."""
        for meter, zones in self.energies.items():
            for zone in rules.counting_zones(zones):
                yield (meter, zone), zones[zone]


def reckon(registers: QuerySet[Register], period: dt.date) -> dict[int, dict[int, Reckoned]]:
    """By contract and facility: the consumption of these registers, in one statement.

    They come joined with their readings of the period, as ``with_current`` joins them.
    """
    reckoned: dict[int, dict[int, Reckoned]] = defaultdict(dict)
    for facility in _facilities(registers, period).values():
        row = facility[0].row
        reckoned[row.contract][row.facility] = _facility(facility)
    return reckoned


def reckon_all(registers: QuerySet[Register], period: dt.date) -> Reckoned:
    """The consumption of all these registers together."""
    by_contract = reckon(registers, period).values()
    return together(facility for facilities in by_contract for facility in facilities.values())


def together(parts: Iterable[Reckoned]) -> Reckoned:
    """Several as one."""
    parts = list(parts)
    totals = [part.total for part in parts if part.total is not None]
    return Reckoned(sum(totals, rules.ZERO) if totals else None, sum(part.unknown for part in parts))


def _facilities(registers: QuerySet[Register], period: dt.date) -> dict[int, list[_Point]]:
    intake = registers.filter(energy=Register.Energy.ACTIVE_IN).annotate(
        is_sent=ExpressionWrapper(conditions.sent("now__"), output_field=BooleanField())
    )
    points: dict[int, _Point] = {}
    facilities: dict[int, list[_Point]] = defaultdict(list)
    for _, basis, more in bases_of(intake, period, *_FIELDS):
        row = _Row._make(more)
        if row.point not in points:
            points[row.point] = _Point(row)
            facilities[row.facility].append(points[row.point])
        point = points[row.point]
        point.energies[row.meter][row.zone] = row.energy(basis)
        if basis.refusal and not row.is_sent:
            point.refused.add((row.meter, row.zone))
    return facilities


def _facility(points: list[_Point]) -> Reckoned:
    known, unknown = [], 0
    for point in points:
        energies = dict(point.counting())
        told = [energy for energy in energies.values() if energy is not None]
        unknown += sum(1 for key, energy in energies.items() if energy is None and key not in point.refused)
        if told:
            row = point.row
            energy = rules.with_losses(sum(told, rules.ZERO), percent=row.loss_percent, fixed=row.loss_kwh)
            known.append(rules.PointEnergy(energy, bool(row.transit_consumer)))
    return Reckoned(rules.facility_total(known) if known else None, unknown)
