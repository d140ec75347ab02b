"""The arithmetic of readings and what does not look right: pure functions, no database, no HTTP.

Energy is in kWh (reactive in kvarh), readings in the meter's own units, ratios without dimension.
Nothing is rounded here: whoever shows a figure rounds it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cabinet.common.digits import format_figure

ZERO = Decimal(0)
ROUND_STEPS = (Decimal(1), Decimal("1.5"), *(Decimal(n) for n in (2, 3, 4, 5, 6, 8, 10)))
ROLLOVER_QUESTION = "Переход через ноль?"


@dataclass(frozen=True)
class Limits:
    """What is believable for one register since its previous reading.

    ``hours`` since then, over ``months`` (more than one where readings were skipped); ``max_power_kw`` of
    the point, None where unknown or for reactive energy; ``usual`` energy of a month for this register,
    None where there is no history; ``margin`` over what the power allows; ``factor`` by which a
    consumption may differ from the usual one.
    """

    hours: int
    months: int = 1
    max_power_kw: Decimal | None = None
    usual: Decimal | None = None
    margin: Decimal = Decimal("1.1")
    factor: Decimal = Decimal(3)


@dataclass(frozen=True)
class Turn:
    """The difference of two readings: in the meter's units, and whether the meter passed zero."""

    difference: Decimal
    rolled_over: bool


def turn(previous: Decimal, current: Decimal, digits_before: int) -> Turn:
    """How far the register went from one reading to the next.

    A reading below the previous one means that the meter passed zero at 10^digits_before.
    """
    if current >= previous:
        return Turn(current - previous, False)
    return Turn(current + Decimal(10) ** digits_before - previous, True)


def rollover_is_believable(energy: Decimal, digits_before: int, ratio: Decimal, limits: Limits) -> bool:
    """Whether a passage through zero explains a reading below the previous one.

    By the power of the point over the hours since then where it is known, else by the usual
    consumption, else by a tenth of the meter's range (common practice; the margin is a setting).
    """
    if limits.max_power_kw is not None:
        return energy <= limits.max_power_kw * limits.hours * limits.margin
    if limits.usual:
        return energy <= limits.usual * limits.months * limits.factor
    return energy <= Decimal(10) ** digits_before * ratio / 10


def consumption(
    previous: Decimal, current: Decimal, *, digits_before: int, ratio: Decimal, limits: Limits
) -> Decimal | None:
    """(current − previous) × ratio, through zero where that is believable; else None (below the previous reading)."""
    step = turn(previous, current, digits_before)
    energy = step.difference * ratio
    if step.rolled_over and not rollover_is_believable(energy, digits_before, ratio, limits):
        return None
    return energy


def doubt(
    previous: Decimal | None, current: Decimal, *, digits_before: int, ratio: Decimal, limits: Limits, unit: str
) -> str:
    """Why a reading does not look right, for the person to confirm; an empty string when it does.

    Never a refusal: the meter may have been replaced, the plant may have stood still.
    """
    if previous is None:
        return ""
    step = turn(previous, current, digits_before)
    energy = step.difference * ratio
    shown = f"{format_figure(energy)} {unit}"
    if step.rolled_over:
        if rollover_is_believable(energy, digits_before, ratio, limits):
            return f"{ROLLOVER_QUESTION} Показание меньше предыдущего, расход с переходом — {shown}"
        return "Меньше предыдущего показания, и переход через ноль не похож на правду"
    if limits.max_power_kw is not None and energy > limits.max_power_kw * limits.hours * limits.margin:
        return f"Расход {shown} больше возможного при максимальной мощности {format_figure(limits.max_power_kw)} кВт"
    if limits.usual:
        usual = f"обычно около {format_figure(limits.usual)} {unit} в месяц"
        if limits.months > 1:
            usual += f", предыдущее показание снято {limits.months} мес. назад"
        expected = limits.usual * limits.months
        if energy > expected * limits.factor:
            return f"Расход {shown} намного больше обычного: {usual}"
        if energy * limits.factor < expected:
            return f"Расход {shown} намного меньше обычного: {usual}"
    return ""


def usual_energy(
    past: Decimal | None, previous: Decimal | None, months: int, *, digits_before: int, ratio: Decimal
) -> Decimal | None:
    """The mean energy of a month between two earlier readings so many months apart; None without history."""
    if past is None or previous is None or months < 1:
        return None
    return turn(past, previous, digits_before).difference * ratio / months


def with_losses(energy: Decimal, *, percent: Decimal, fixed: Decimal) -> Decimal:
    """The energy of a metering point with its losses: a share of it and a fixed kWh of the period."""
    return energy * (1 + percent / 100) + fixed


@dataclass(frozen=True)
class PointEnergy:
    """Energy of one metering point in a period, losses included, and whether it is transit."""

    energy: Decimal
    is_transit: bool


def facility_total(points: Iterable[PointEnergy]) -> Decimal:
    """A facility's consumption: its points less the transit ones (manual, section 6.1).

    May fall below zero where transit exceeds intake: the caller says so, it is never hidden.
    """
    return sum((-point.energy if point.is_transit else point.energy for point in points), ZERO)


def counting_zones(zones: Iterable[str]) -> set[str]:
    """Which registers of one kind of energy on one meter make up its energy.

    The total register where there is one (the zones are its parts), else all zones.
    """
    present = set(zones)
    return {""} if "" in present else present


def scale_top(highest: Decimal) -> Decimal:
    """The round figure a chart's scale ends at: not below the highest bar; 1 where all are zero."""
    if highest <= 0:
        return Decimal(1)
    unit = Decimal(1).scaleb(highest.adjusted())
    return next(step * unit for step in ROUND_STEPS if step * unit >= highest)
