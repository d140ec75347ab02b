"""What a person has to do about readings now, for the main page."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, FilteredRelation, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from cabinet.common.periods import MONTHS_GENITIVE
from cabinet.contracts.models import Contract, ReceptionWindow
from cabinet.contracts.roles import Ability
from cabinet.metering.models import Register
from cabinet.metering.querysets import takes_readings
from cabinet.readings.statuses import Kind

SHOWN = 5
NEAR = dt.timedelta(days=62)  # a department's own window, open or not, hides the common one of its period
CONTRACT = "meter__point__facility__contract"


@dataclass(frozen=True)
class TodoItem:
    """One thing to do: what, about which contract and until when, where, and the button's word."""

    title: str
    detail: str
    url: str
    action: str


def readings_todo(user: Any) -> list[TodoItem]:
    """Contracts whose reception window is open and whose readings are not all sent, soonest first."""
    contracts = list(Contract.objects.for_user(user, Ability.READINGS).only("pk", "number", "department"))
    windows = _open_windows(contracts)
    due = sorted(
        ((windows[contract.pk].closes_at, contract) for contract in contracts if contract.pk in windows),
        key=lambda pair: (pair[0], pair[1].number),
    )
    items = []
    counts = _counts(user, windows)
    for closes_at, contract in due:
        total, done, sent = counts.get(contract.pk, (0, 0, 0))
        if sent < total and len(items) < SHOWN:
            items.append(_item(contract, closes_at, total, done))
    return items


def _open_windows(contracts: list[Contract]) -> dict[int, ReceptionWindow]:
    """The window that is open now, by contract: its department's own before the common one."""
    now = timezone.now()
    readings = ReceptionWindow.objects.filter(kind=ReceptionWindow.Kind.READINGS)
    departments = {contract.department_id for contract in contracts}
    theirs = readings.filter(Q(department__in=departments) | Q(department=None))
    rows = list(theirs.filter(closes_at__gte=now - NEAR, opens_at__lte=now + NEAR))
    own = {(row.department_id, row.period) for row in rows}
    found = {}
    for contract in contracts:
        for row in rows:
            mine = row.department_id == contract.department_id
            common = row.department_id is None and (contract.department_id, row.period) not in own
            if (mine or common) and row.opens_at <= now <= row.closes_at:
                found[contract.pk] = row
    return found


def _counts(user: Any, windows: dict[int, ReceptionWindow]) -> dict[int, tuple[int, int, int]]:
    """By contract: registers that take readings, those typed or sent, those sent; a statement a period."""
    counts = {}
    for period in {window.period for window in windows.values()}:
        contracts = [pk for pk, window in windows.items() if window.period == period]
        registers = Register.objects.for_user(user, Ability.READINGS).filter(takes_readings("meter__"))
        counts |= _counts_of(registers.filter(**{f"{CONTRACT}__in": contracts}), period)
    return counts


def _counts_of(registers: QuerySet[Register], period: dt.date) -> dict[int, tuple[int, int, int]]:
    current = Q(readings__kind=Kind.CURRENT, readings__period=period)
    sent = Q(now__sent__isnull=False, now__draft=None, now__draft_text="")
    rows = (
        registers.annotate(now=FilteredRelation("readings", condition=current))
        .values_list(CONTRACT)
        .annotate(
            total=Count("pk"),
            done=Count("pk", filter=Q(now__sent__isnull=False) | Q(now__draft__isnull=False)),
            sent=Count("pk", filter=sent),
        )
        .order_by()
    )
    return {pk: (total, done, whole) for pk, total, done, whole in rows}


def _item(contract: Contract, closes_at: dt.datetime, total: int, done: int) -> TodoItem:
    until = timezone.localtime(closes_at)
    return TodoItem(
        title=f"Передать показания: {done} из {total}" if done else f"Передать показания: {total}",
        detail=f"Договор № {contract.number} · приём до {until.day} {MONTHS_GENITIVE[until.month - 1]}, {until:%H:%M}",
        url=reverse("readings", args=[contract.pk]),
        action="Продолжить" if done else "Передать показания",
    )
