"""A period is a calendar month, kept as the date of its first day."""

import datetime as dt

from django.utils import timezone

MONTHS = (
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
)
FIRST_YEAR, LAST_YEAR = 2000, 2100  # what an address may ask for
MONTHS_GENITIVE = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)


def period_of(date: dt.date) -> dt.date:
    """The period a date falls into."""
    return date.replace(day=1)


def this_period() -> dt.date:
    """The period of today in the supplier's time zone."""
    return period_of(timezone.localdate())


def shift(period: dt.date, months: int) -> dt.date:
    """The period so many months later (earlier when negative)."""
    index = period.year * 12 + period.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def months_between(earlier: dt.date, later: dt.date) -> int:
    """How many months lie from one period to the other."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def hours_in(period: dt.date) -> int:
    """Hours of the period (Moscow has had no change of clocks since 2014)."""
    return (shift(period, 1) - period).days * 24


def label(period: dt.date) -> str:
    """«Ноябрь 2026»."""
    return f"{MONTHS[period.month - 1].capitalize()} {period.year}"


def short(period: dt.date) -> str:
    """«ноя 26», for a chart's scale."""
    return f"{MONTHS[period.month - 1][:3]} {period:%y}"


def moment(value: dt.datetime) -> str:
    """«25.11.2026 в 23:59», in Moscow's time."""
    return timezone.localtime(value).strftime("%d.%m.%Y в %H:%M")


def parse(text: str) -> dt.date | None:
    """A period written as ``2026-11`` in an address; None for anything else."""
    try:
        year, month = text.split("-")
        if len(year) == 4 and len(month) == 2 and FIRST_YEAR <= int(year) <= LAST_YEAR:
            return dt.date(int(year), int(month), 1)
    except ValueError:
        pass
    return None


def code(period: dt.date) -> str:
    """The period as an address writes it: ``2026-11``."""
    return f"{period:%Y-%m}"
