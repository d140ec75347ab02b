"""How far a period's readings have come: counts by facility, by SQL, whatever the number of meters."""

import datetime as dt
from dataclasses import astuple, dataclass
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from cabinet.common.ordering import natural
from cabinet.contracts.models import Contract, Facility
from cabinet.contracts.roles import Ability
from cabinet.metering.models import Register
from cabinet.metering.querysets import takes_readings
from cabinet.readings import conditions
from cabinet.readings.sheet import FacilitySheet, contract_total, facilities_of, lines_of
from cabinet.readings.statuses import Acceptance, Kind

# a contract of so many registers shows all of them at once
UNFOLD_ALL = 60
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
        return Counts(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))

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


@dataclass
class FacilityHead:
    """A facility's line of the page; ``sheet`` once its registers were read, ``open`` when they are shown."""

    facility: Facility
    counts: Counts
    registers: int
    sheet: FacilitySheet | None = None
    open: bool = False


def facility_heads(user: Any, contract: Contract, period: dt.date) -> list[FacilityHead]:
    """The user's facilities of the contract with their counts, in one statement."""
    facilities = Facility.objects.for_user(user, Ability.READINGS).filter(contract=contract)
    heads = [
        FacilityHead(
            facility,
            Counts(*(getattr(facility, f"count_{name}") for name in Counts.__dataclass_fields__)),
            facility.count_registers,
        )
        for facility in with_counts(facilities, period)
    ]
    return sorted(heads, key=lambda head: (natural(head.facility.name), head.facility.pk))


def with_counts(facilities: QuerySet[Facility], period: dt.date) -> QuerySet[Facility]:
    """Facilities annotated with ``count_registers`` and a ``count_…`` for each field of Counts."""
    of_period = Q(**{f"{REGISTERS}__readings__period": period, f"{REGISTERS}__readings__kind": Kind.CURRENT})
    takes = takes_readings("points__meters__")
    counted = F(REGISTERS)
    return facilities.annotate(now=FilteredRelation(f"{REGISTERS}__readings", condition=of_period)).annotate(
        count_registers=Count(counted),
        count_total=Count(counted, filter=takes | Q(now__sent__isnull=False)),
        count_ready=Count(counted, filter=conditions.ready("now__") & takes),
        count_doubtful=Count(counted, filter=conditions.doubtful("now__") & takes),
        count_wrong=Count(counted, filter=conditions.wrong("now__") & takes),
        count_sent=Count(counted, filter=conditions.settled("now__")),
        count_accepted=Count(counted, filter=conditions.settled("now__") & Q(now__acceptance=Acceptance.ACCEPTED)),
        count_rejected=Count(counted, filter=conditions.rejected("now__")),
    )


def read_sheets(
    user: Any,
    contract: Contract,
    period: dt.date,
    heads: list[FacilityHead],
    *,
    everything: bool = False,
    asked: int | None = None,
) -> None:
    """Give the heads their sheets: all of a small contract, else the facility asked for; ``everything`` reads all.

    What is read of a big contract only to be reckoned stays folded.
    """
    small = sum(head.registers for head in heads) <= UNFOLD_ALL
    registers = Register.objects.for_user(user, Ability.READINGS).of_contract(contract)
    if not (small or everything):
        if asked is None:
            return
        registers = registers.filter(meter__point__facility=asked)
    sheets = {sheet.facility.pk: sheet for sheet in facilities_of(lines_of(registers, period))}
    for head in heads:
        head.sheet = sheets.get(head.facility.pk, FacilitySheet(head.facility) if small or everything else None)
        head.open = head.sheet is not None and (small or head.facility.pk == asked)


def totals(heads: list[FacilityHead]) -> dict:
    """``total`` in kWh of all facilities and the count of ``unknown`` lines; nothing while any is unread."""
    if any(head.sheet is None for head in heads):
        return {}
    total, unknown = contract_total(head.sheet for head in heads)
    return {"total": total, "unknown": unknown}


def contract_counts(heads: list[FacilityHead]) -> Counts:
    """The counts of all facilities together."""
    return sum((head.counts for head in heads), Counts())
