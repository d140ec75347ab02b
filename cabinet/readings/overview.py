"""How far a period's readings have come: counts by facility, by SQL, whatever the number of meters."""

import datetime as dt
from dataclasses import dataclass, field, fields
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from cabinet.common.ordering import natural
from cabinet.contracts.models import Contract, Facility
from cabinet.contracts.roles import Ability
from cabinet.metering.models import Register
from cabinet.readings import conditions
from cabinet.readings.reckoning import Reckoned
from cabinet.readings.sheet import FacilitySheet, Line, PointSheet
from cabinet.readings.statuses import Kind

REGISTERS = "points__meters__registers"


@dataclass(frozen=True)
class Counts:
    """Registers of a facility or contract by the state of their reading.

    ``total`` take readings, or were sent; ``sent`` includes what was ``accepted``, not what was ``rejected``.
    """

    total: int = 0
    ready: int = 0
    doubtful: int = 0
    wrong: int = 0
    sent: int = 0
    accepted: int = 0
    rejected: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(other, name) for name in COUNTED))

    @property
    def unsent(self) -> int:
        """Typed, but not sent."""
        return self.ready + self.doubtful + self.wrong

    @property
    def done(self) -> int:
        """Ready or sent: what the progress bar fills."""
        return self.ready + self.sent

    @property
    def left(self) -> int:
        """What is still to be sent."""
        return self.total - self.sent

    @property
    def missing(self) -> int:
        """Registers nothing was typed for."""
        return max(self.total - self.sent - self.rejected - self.unsent, 0)

    @property
    def only_ready(self) -> bool:
        """Whether there is something to send and nothing else is left to do."""
        return bool(self.ready) and self.ready == self.left


COUNTED = tuple(each.name for each in fields(Counts))


@dataclass
class FacilityHead:
    """A facility's line of the page.

    ``sheet`` once its registers were read, ``open`` when they are shown, of them only ``listed`` where a search
    or filter leaves some out (``found`` so many), and ``more`` follow after the first ``upto`` where they are
    too many for once; ``reckoned`` where all its registers were.
    """

    facility: Facility
    counts: Counts = field(default_factory=Counts)
    registers: int = 0
    sheet: FacilitySheet | None = None
    open: bool = False
    listed: set[int] | None = None
    found: int = 0
    upto: int = 0
    more: int = 0
    reckoned: Reckoned | None = None

    @property
    def points(self) -> list[tuple[PointSheet, list[Line]]]:
        """The points with the lines to show."""
        points = self.sheet.points if self.sheet else []
        shown = [(point, [line for line in point.lines if self._shows(line)]) for point in points]
        return [(point, lines) for point, lines in shown if lines]

    def _shows(self, line: Line) -> bool:
        return self.listed is None or line.register.pk in self.listed


def facility_heads(user: Any, contract: Contract, period: dt.date) -> list[FacilityHead]:
    """The user's facilities of the contract with their counts, in one statement."""
    facilities = with_counts(Facility.objects.for_user(user, Ability.READINGS).filter(contract=contract), period)
    heads = [
        FacilityHead(
            facility,
            Counts(*(getattr(facility, f"count_{name}") for name in COUNTED)),
            facility.count_registers,
        )
        for facility in facilities
    ]
    return sorted(heads, key=lambda head: (natural(head.facility.name), head.facility.pk))


def facility_counts(user: Any, contract: Contract, period: dt.date) -> dict[int, tuple[int, Counts]]:
    """How many registers each of the user's facilities has, and their counts, in one statement and without models."""
    facilities = with_counts(Facility.objects.for_user(user, Ability.READINGS).filter(contract=contract), period)
    rows = facilities.order_by().values_list("pk", "count_registers", *(f"count_{name}" for name in COUNTED))
    return {pk: (registers, Counts(*counts)) for pk, registers, *counts in rows}


def with_counts(facilities: QuerySet[Facility], period: dt.date) -> QuerySet[Facility]:
    """Facilities annotated with ``count_registers`` and a ``count_…`` for each field of Counts."""
    of_period = Q(**{f"{REGISTERS}__readings__period": period, f"{REGISTERS}__readings__kind": Kind.CURRENT})
    counted = F(REGISTERS)
    return facilities.annotate(now=FilteredRelation(f"{REGISTERS}__readings", condition=of_period)).annotate(
        count_registers=Count(counted),
        **_counting(counted, "points__meters__", "count_"),
    )


def counts_of(registers: QuerySet[Register]) -> tuple[int, Counts]:
    """How many registers, and their counts, in one statement; they come joined as ``with_current`` joins them."""
    counted = registers.aggregate(registers=Count("pk"), **_counting(F("pk"), "meter__"))
    return counted.pop("registers"), Counts(**counted)


def _counting(counted: F, meter: str, prefix: str = "") -> dict[str, Count]:
    """What counts registers by state, in the order of Counts; their readings are joined as ``now``."""
    states = conditions.of_register("now__", meter)
    return {f"{prefix}{name}": Count(counted, filter=states[name]) for name in COUNTED}


def contract_counts(heads: list[FacilityHead]) -> Counts:
    """The counts of all facilities together."""
    return sum((head.counts for head in heads), Counts())
