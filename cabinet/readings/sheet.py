"""The sheet of a contract and period: a line a register, with all that the page, the act and the rules need."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet

from cabinet.common.digits import DIGITS_PROBLEM
from cabinet.common.ordering import natural
from cabinet.contracts.models import Facility
from cabinet.metering.models import Meter, MeteringPoint, Register
from cabinet.readings import rules
from cabinet.readings.basis import Basis, basis_of, facts_of, judged_on
from cabinet.readings.models import Reading
from cabinet.readings.querysets import registers_with_readings
from cabinet.readings.reckoning import Reckoned
from cabinet.readings.statuses import LOOK, Status

ORDER_OF_ENERGY = list(Register.Energy.values)


@dataclass
class Line:
    """One register in one period. ``previous`` and ``value`` are in the meter's units, ``energy`` in kWh or kvarh."""

    register: Register
    period: dt.date
    basis: Basis
    reading: Reading

    @property
    def meter(self) -> Meter:
        return self.register.meter

    @property
    def ratio(self) -> Decimal:
        return self.basis.ratio

    @property
    def previous(self) -> Decimal | None:
        return self.basis.previous

    @property
    def refusal(self) -> str:
        """Why the meter takes no readings; empty when it does."""
        return self.basis.refusal

    @property
    def value(self) -> Decimal | None:
        """What counts on the page: the draft, else what was sent."""
        return self.reading.value

    @property
    def energy(self) -> Decimal | None:
        """The energy of the period by the value on the page; None where it cannot be told or was rejected."""
        return None if self.status == Status.REJECTED else self.basis.energy_of(self.value)

    @property
    def wants_opening(self) -> bool:
        """Whether the register starts without a reading of an earlier period (manual, 6.1)."""
        return self.register.previous_sent is None

    @property
    def gap(self) -> str:
        """Why there is no energy to show; empty when there is."""
        if self.energy is not None:
            return ""
        if self.status == Status.REJECTED:
            return Status.REJECTED.label
        if self.is_refused:
            return "Показание не принимается"
        if self.previous is None:
            return "Нет показания на начало периода"
        return "Нет текущего показания" if self.value is None else "Расход не посчитан: меньше предыдущего"

    @property
    def status(self) -> Status:
        return self.reading.status

    @property
    def is_refused(self) -> bool:
        """Whether the meter's state keeps what was typed, or nothing yet, from being sent."""
        return bool(self.refusal) and self.status not in (Status.SENT, Status.ACCEPTED, Status.REJECTED)

    @property
    def badge(self) -> tuple[str, str, str]:
        """Tone, icon and words of the badge beside the reading."""
        if self.is_refused:
            return ("muted", "lock", self.refusal)
        tone, icon = LOOK[self.status]
        if self.status == Status.WRONG and self.reading.problem.startswith(DIGITS_PROBLEM):
            return (tone, icon, DIGITS_PROBLEM)
        if self.status == Status.QUESTION and self.reading.warning.startswith(rules.ROLLOVER_QUESTION):
            return (tone, "rotate", rules.ROLLOVER_QUESTION)
        return (tone, icon, self.status.label)

    @property
    def explanation(self) -> str:
        """What the badge's words leave open: the problem, the doubt, the supplier's reason."""
        if self.is_refused:
            return "Введённое показание не передаётся" if self.status != Status.EMPTY else ""
        text = {
            Status.WRONG: self.reading.problem,
            Status.QUESTION: self.reading.warning,
            Status.REJECTED: self.reading.acceptance_reason,
        }.get(self.status, "")
        text = text.removeprefix(self.badge[2]).lstrip(" :")
        return text[:1].upper() + text[1:]

    @property
    def shown(self) -> str:
        """What stands in the field: the text that could not be taken, else the value in the meter's digits."""
        if self.reading.draft_text:
            return self.reading.draft_text
        return self.in_digits(self.value) if self.value is not None else ""

    @property
    def previous_shown(self) -> str:
        return self.in_digits(self.previous)

    @property
    def sent_shown(self) -> str:
        return self.in_digits(self.reading.sent)

    def in_digits(self, value: Decimal | None) -> str:
        """A value as this meter shows it."""
        return self.basis.in_digits(value)


@dataclass
class PointSheet:
    """A metering point with its lines; ``energy`` of its active intake, losses included."""

    point: MeteringPoint
    lines: list[Line] = field(default_factory=list)

    @property
    def energy_lines(self) -> list[Line]:
        """The lines that make up the point's energy: A+ in total, or its zones where there is no total."""
        zones: dict[int, set[str]] = defaultdict(set)
        for line in self.intake:
            zones[line.meter.pk].add(line.register.zone)
        return [line for line in self.intake if line.register.zone in rules.counting_zones(zones[line.meter.pk])]

    @property
    def intake(self) -> list[Line]:
        return [line for line in self.lines if line.register.energy == Register.Energy.ACTIVE_IN]

    @property
    def losses(self) -> Decimal | None:
        """kWh of losses in ``energy``; None where the point has none or nothing is known."""
        has_losses = self.point.loss_percent or self.point.loss_kwh
        return self.energy - sum(self.known, rules.ZERO) if has_losses and self.energy is not None else None

    @property
    def known(self) -> list[Decimal]:
        return [line.energy for line in self.energy_lines if line.energy is not None]

    @property
    def energy(self) -> Decimal | None:
        """kWh with losses, of what is known; None when nothing is."""
        if not self.known:
            return None
        return rules.with_losses(
            sum(self.known, rules.ZERO), percent=self.point.loss_percent, fixed=self.point.loss_kwh
        )


@dataclass
class FacilitySheet:
    """A facility with its points; ``total`` in kWh less transit, ``unknown`` lines left out of it."""

    facility: Facility
    points: list[PointSheet] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        return [line for point in self.points for line in point.lines]

    @property
    def total(self) -> Decimal | None:
        """kWh of the facility; None when nothing is known."""
        known = [(point, point.energy) for point in self.points]
        if all(energy is None for _, energy in known):
            return None
        return rules.facility_total(
            rules.PointEnergy(energy, point.point.is_transit) for point, energy in known if energy is not None
        )

    @property
    def unknown(self) -> int:
        """How many lines of its energy lack a figure that could be given: meters that take none are left out."""
        lines = (line for point in self.points for line in point.energy_lines)
        return sum(1 for line in lines if line.energy is None and not line.is_refused)

    @property
    def reckoned(self) -> Reckoned:
        """Both, as they are reckoned without lines."""
        return Reckoned(self.total, self.unknown)


def lines_of(registers: QuerySet[Register], period: dt.date) -> list[Line]:
    """The lines of these registers, in two statements whatever their number."""
    found = registers_with_readings(registers, period).select_related("meter__point__facility")
    day = judged_on(period)
    return [line_of(register, period, day) for register in found]


def line_of(register: Register, period: dt.date, day: dt.date) -> Line:
    """The line of a register that ``registers_with_readings`` brought, judged by this day."""
    reading = register.of_period[0] if register.of_period else Reading(register=register, period=period)
    return Line(register, period, basis_of(facts_of(register), period, day), reading)


def facilities_of(lines: Iterable[Line]) -> list[FacilitySheet]:
    """The lines arranged by facility and point, in their order."""
    facilities: dict[int, FacilitySheet] = {}
    points: dict[int, PointSheet] = {}
    for line in sorted(lines, key=_order):
        point = line.meter.point
        sheet = facilities.setdefault(point.facility_id, FacilitySheet(point.facility))
        if point.pk not in points:
            points[point.pk] = PointSheet(point)
            sheet.points.append(points[point.pk])
        points[point.pk].lines.append(line)
    return list(facilities.values())


def contract_total(sheets: Iterable[FacilitySheet]) -> tuple[Decimal | None, int]:
    """kWh of all facilities and how many lines it lacks; None when nothing is known."""
    sheets = list(sheets)
    totals = [sheet.total for sheet in sheets if sheet.total is not None]
    return (sum(totals, rules.ZERO) if totals else None), sum(sheet.unknown for sheet in sheets)


def _order(line: Line) -> tuple:
    point = line.meter.point
    register = line.register
    return (
        natural(point.facility.name),
        point.facility_id,
        point.is_transit,
        natural(point.name),
        point.pk,
        line.meter.serial,
        line.meter.pk,
        ORDER_OF_ENERGY.index(register.energy),
        register.zone,
    )
