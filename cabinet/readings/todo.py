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
from cabinet.readings import conditions
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
    """Open windows of the user's contracts whose readings are not all sent, soonest to close first."""
    contracts = list(Contract.objects.for_user(user, Ability.READINGS).only("pk", "number", "department"))
    due = [(window, contract) for contract, windows in _open_windows(contracts) for window in windows]
    counts = _counts(user, due)
    items = []
    for window, contract in sorted(due, key=lambda pair: (pair[0].closes_at, pair[1].number)):
        total, done, settled = counts.get((contract.pk, window.period), (0, 0, 0))
        if settled < total and len(items) < SHOWN:
            items.append(_item(contract, window, total, done, settled))
    return items


def _open_windows(contracts: list[Contract]) -> list[tuple[Contract, list[ReceptionWindow]]]:
    """The windows that are open now, by contract; a department's own hides the common one of its period."""
    now = timezone.now()
    readings = ReceptionWindow.objects.filter(kind=ReceptionWindow.Kind.READINGS)
    theirs = Q(department__in={contract.department_id for contract in contracts}) | Q(department=None)
    rows = list(readings.filter(theirs, closes_at__gte=now - NEAR, opens_at__lte=now + NEAR)) if contracts else []
    own = {(row.department_id, row.period) for row in rows}
    return [
        (
            contract,
            [
                row
                for row in rows
                if row.opens_at <= now <= row.closes_at
                and (
                    row.department_id == contract.department_id
                    or (row.department_id is None and (contract.department_id, row.period) not in own)
                )
            ],
        )
        for contract in contracts
    ]


Counted = dict[tuple[int, dt.date], tuple[int, int, int]]


def _counts(user: Any, due: list[tuple[ReceptionWindow, Contract]]) -> Counted:
    """By contract and period: registers that take readings, those ready or settled, those settled."""
    counts: Counted = {}
    for period in {window.period for window, _ in due}:
        contracts = [contract.pk for window, contract in due if window.period == period]
        registers = Register.objects.for_user(user, Ability.READINGS).filter(takes_readings("meter__"))
        counts |= _counts_of(registers.filter(**{f"{CONTRACT}__in": contracts}), period)
    return counts


def _counts_of(registers: QuerySet[Register], period: dt.date) -> Counted:
    current = Q(readings__kind=Kind.CURRENT, readings__period=period)
    settled = conditions.settled("now__")
    rows = (
        registers.annotate(now=FilteredRelation("readings", condition=current))
        .values_list(CONTRACT)
        .annotate(
            total=Count("pk"),
            done=Count("pk", filter=settled | conditions.typed("now__")),
            settled=Count("pk", filter=settled),
        )
        .order_by()
    )
    return {(pk, period): (total, done, whole) for pk, total, done, whole in rows}


def _item(contract: Contract, window: ReceptionWindow, total: int, done: int, settled: int) -> TodoItem:
    until = timezone.localtime(window.closes_at)
    return TodoItem(
        title=f"Передать показания: осталось {total - settled} из {total}",
        detail=f"Договор № {contract.number} · приём до {until.day} {MONTHS_GENITIVE[until.month - 1]}, {until:%H:%M}",
        url=reverse("readings-period", args=[contract.pk, window.period]),
        action="Продолжить" if done else "Передать показания",
    )
