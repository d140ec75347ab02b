"""The day the demo is made for: all its dates are relative to it."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from cabinet.common import periods
from portal.demo.builders import month_bounds

CLOSED_PERIODS = 25  # two years of consumption need the reading before them
PERIODS_AHEAD = 12


@dataclass(frozen=True)
class Clock:
    """``now`` on the demo's day: the real moment for today, noon for any other day."""

    now: dt.datetime

    @classmethod
    def on(cls, today: dt.date | None) -> "Clock":
        """The clock of a day; of today when none is given."""
        if today is None or today == timezone.localdate():
            return cls(timezone.now())
        return cls(timezone.make_aware(dt.datetime.combine(today, dt.time(12))))

    @property
    def today(self) -> dt.date:
        return timezone.localdate(self.now)

    @property
    def period(self) -> dt.date:
        """The period that readings are taken for."""
        return periods.period_of(self.today)

    @property
    def closed(self) -> list[dt.date]:
        """The closed periods, oldest first."""
        return [self.months_ago(months) for months in range(CLOSED_PERIODS, 0, -1)]

    def months_ago(self, months: int) -> dt.date:
        """The period so many months before the current one."""
        return periods.shift(self.period, -months)

    @property
    def earlier_this_month(self) -> dt.datetime:
        """A moment of the current month that has passed already, on its first day too."""
        start = month_bounds(self.period)[0]
        return start + (self.now - start) / 2
