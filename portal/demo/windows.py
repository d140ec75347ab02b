"""Reception windows of the demo: its departments take readings all month, so that it works on any day."""

import datetime as dt

from django.utils import timezone

from cabinet.common import periods
from cabinet.contracts.models import Department, ReceptionWindow
from portal.demo.builders import month_bounds
from portal.demo.clock import PERIODS_AHEAD, Clock


def make_windows(departments: list[Department], clock: Clock) -> None:
    """The departments' windows for all periods of the demo, and the common ones where there are none yet."""
    spanned = [*clock.closed, *(clock.months_ago(-ahead) for ahead in range(PERIODS_AHEAD + 1))]
    windows = [
        ReceptionWindow(department=department, period=period, opens_at=opens, closes_at=closes)
        for department in departments
        for period in spanned
        for opens, closes in [month_bounds(period)]
    ]
    if not ReceptionWindow.objects.filter(department=None).exists():
        windows += [common_window(period) for period in spanned]
    ReceptionWindow.objects.bulk_create(windows)


def common_window(period: dt.date) -> ReceptionWindow:
    """The usual window of a supplier: from the 23rd to the end of the 2nd of the next month."""
    opens = dt.datetime.combine(period.replace(day=23), dt.time())
    closes = dt.datetime.combine(periods.shift(period, 1).replace(day=3), dt.time())
    return ReceptionWindow(period=period, opens_at=timezone.make_aware(opens), closes_at=timezone.make_aware(closes))


def remove_windows() -> None:
    """Remove the common windows that are exactly the demo's; a department's go with it."""
    common = ReceptionWindow.objects.filter(department=None)
    demo = [
        window.pk
        for window in common
        for made in [common_window(window.period)]
        if (window.opens_at, window.closes_at) == (made.opens_at, made.closes_at)
    ]
    common.filter(pk__in=demo).delete()
