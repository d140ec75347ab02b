"""Reception windows of a whole year at once."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from cabinet.common import periods
from cabinet.common.errors import DomainError, NotAllowed
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Department, ReceptionWindow
from cabinet.contracts.staff import departments_for, sees_all_departments
from cabinet.contracts.trail import recording


def fill_year(*, department: Department | None, year: int, first_day: int, last_day: int, actor: Any) -> int:
    """Make the year's missing windows of readings; the number made. Existing windows stay as they are.

    A window opens on ``first_day`` of its period at 00:00 and closes at the end of ``last_day`` of
    the next month (of the same month when it is not earlier than the first day).
    """
    if not may_fill(actor, department):
        raise NotAllowed("Общие окна приёма и окна чужих отделений меняет администратор.", field="department")
    if not (1 <= first_day <= 28 and 1 <= last_day <= 31):
        raise DomainError("Укажите день открытия от 1 до 28 и день закрытия от 1 до 31.", field="first_day")
    with transaction.atomic():
        _wait_for_others(department)
        windows = [_window(department, dt.date(year, month, 1), first_day, last_day) for month in range(1, 13)]
        of_year = ReceptionWindow.objects.filter(
            department=department, kind=ReceptionWindow.Kind.READINGS, period__year=year
        )
        known = of_year.count()
        ReceptionWindow.objects.bulk_create(windows, ignore_conflicts=True)
        made = of_year.count() - known
        if made:
            recording.record(
                action="contracts.windows_year",
                actor=actor,
                department=department,
                door=Door.OFFICE,
                instance=of_year.order_by("period")[0],
                data={"year": year, "made": made},
            )
    return made


def _wait_for_others(department: Department | None) -> None:
    """One filling at a time, so that each counts its own windows."""
    waited_for = Department.objects.all() if department is None else Department.objects.filter(pk=department.pk)
    list(waited_for.select_for_update(no_key=True).order_by("pk"))


def may_fill(actor: Any, department: Department | None) -> bool:
    """Whether the windows of the department (None: the common ones) are the actor's to make."""
    if not actor.has_perm("contracts.add_receptionwindow"):
        return False
    if department is None:
        return sees_all_departments(actor)
    return departments_for(actor).filter(pk=department.pk).exists()


def _window(department: Department | None, period: dt.date, first_day: int, last_day: int) -> ReceptionWindow:
    """The window of one period; a last day that the month lacks is the month's last."""
    closing = period if last_day >= first_day else periods.shift(period, 1)
    length = (periods.shift(closing, 1) - closing).days
    last = closing.replace(day=min(last_day, length))
    zone = timezone.get_default_timezone()
    return ReceptionWindow(
        department=department,
        period=period,
        opens_at=dt.datetime.combine(period.replace(day=first_day), dt.time(0, 0), zone),
        closes_at=dt.datetime.combine(last, dt.time(23, 59), zone),
    )
