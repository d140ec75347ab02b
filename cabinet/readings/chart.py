"""The chart of a register's months: where its bars stand, for the template to draw. Pure: figures in, figures out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cabinet.common import periods
from cabinet.common.digits import format_figure
from cabinet.readings import rules
from cabinet.readings.months import Month

HEIGHT = 150  # of the drawn field, in pixels; across it is measured in per cent
LEAST = 2  # a bar of nothing is still seen
ROOM = Decimal("0.18")  # of a month's width, left on each side of its bar
LABELLED = (1, 4, 7, 10)  # months with a label


@dataclass(frozen=True)
class Bar:
    """A bar, or the dash of a month without one (``height`` empty), and what it says."""

    x: str
    width: str
    y: str
    height: str
    says: str


@dataclass(frozen=True)
class Label:
    """A month's name below the field."""

    x: str
    text: str
    half_year: bool


@dataclass(frozen=True)
class Chart:
    """The bars and the scale; ``top`` and ``middle`` are figures of the scale, ``tells`` the picture in words."""

    bars: list[Bar]
    labels: list[Label]
    top: str
    middle: str
    tells: str


def chart_of(months: Sequence[Month], unit: str) -> Chart | None:
    """The chart of these months, the earliest first; None where no consumption is known.

    A consumption over several months is one bar as wide as they are, as high as their mean.
    """
    known = {month.period: month.energy / month.spans for month in months if month.energy is not None}
    if not known:
        return None
    top = rules.scale_top(max(known.values()))
    slot = Decimal(100) / len(months)
    covered = 0  # months that already have their bar, from the left
    bars = []
    for n, month in enumerate(months):
        if month.energy is None:
            continue
        first = max(n - month.spans + 1, covered)
        bars += [_dash(months[at], at, slot) for at in range(covered, first)]
        bars.append(_bar(month, first, n, slot, known[month.period] / top, unit))
        covered = n + 1
    bars += [_dash(months[at], at, slot) for at in range(covered, len(months))]
    labels = [
        Label(_number(slot * n + slot / 2), periods.short(month.period), month.period.month in (1, 7))
        for n, month in enumerate(months)
        if month.period.month in LABELLED
    ]
    middle = top / 2
    places = 0 if middle == middle.to_integral_value() else 2
    return Chart(bars, labels, format_figure(top, places), format_figure(middle, places), _words(months, known, unit))


def _bar(month: Month, first: int, last: int, slot: Decimal, share: Decimal, unit: str) -> Bar:
    height = max(share * HEIGHT, Decimal(LEAST))
    mean = f", в среднем за {month.spans} мес." if month.spans > 1 else ""
    energy = format_figure(month.energy / month.spans, 2)  # type: ignore[operator]  # only of months with energy
    return Bar(
        x=_number(slot * (first + ROOM)),
        width=_number(slot * (last - first + 1 - 2 * ROOM)),
        y=_number(HEIGHT - height),
        height=_number(height),
        says=f"{periods.label(month.period)}: {energy} {unit}{mean}",
    )


def _dash(month: Month, at: int, slot: Decimal) -> Bar:
    why = month.state if month.value is None or month.is_rejected else f"расход {month.gap}"
    x, width = slot * (at + ROOM), slot * (1 - 2 * ROOM)
    return Bar(
        _number(x), _number(width), _number(Decimal(HEIGHT)), "", f"{periods.label(month.period)}: {why.lower()}"
    )


def _words(months: Sequence[Month], known: dict, unit: str) -> str:
    """«С декабря 2024 по ноябрь 2026: …»: the picture for those who do not see it."""
    highest, lowest = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
    return (
        f"{periods.label(months[0].period)} – {periods.label(months[-1].period).lower()}. "
        f"Наибольший месячный расход {format_figure(known[highest], 2)} {unit} ({periods.label(highest).lower()}), "
        f"наименьший {format_figure(known[lowest], 2)} {unit} ({periods.label(lowest).lower()}). "
        "Все значения — в таблице ниже."
    )


def _number(value: Decimal) -> str:
    return f"{value:.2f}"
