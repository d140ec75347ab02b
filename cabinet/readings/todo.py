"""What a person has to do about readings now, for the main page."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from cabinet.common.digits import format_figure
from cabinet.common.periods import MONTHS_GENITIVE
from cabinet.common.todo import SHOWN, TodoItem
from cabinet.contracts.models import Contract, ReceptionWindow
from cabinet.contracts.roles import Ability
from cabinet.readings.overview import Counts
from cabinet.readings.permissions import windows_of_each
from cabinet.readings.several import counts_of_contracts


def readings_todo(user: Any) -> list[TodoItem]:
    """Open windows of the user's contracts whose readings are not all sent, soonest to close first."""
    now = timezone.now()
    contracts = list(Contract.objects.for_user(user, Ability.READINGS).only("pk", "number", "department"))
    windows = windows_of_each(contracts) if contracts else {}
    due = [
        (window, contract)
        for contract in contracts
        for window in windows[contract.pk]
        if window.opens_at <= now <= window.closes_at
    ]
    counts = counts_of_contracts(user, {window.period for window, _ in due}) if due else {}
    items = []
    for window, contract in sorted(due, key=lambda pair: (pair[0].closes_at, pair[1].number)):
        counted = counts.get((contract.pk, window.period), Counts())
        if counted.left and len(items) < SHOWN:
            items.append(_item(contract, window, counted))
    return items


def _item(contract: Contract, window: ReceptionWindow, counts: Counts) -> TodoItem:
    until = timezone.localtime(window.closes_at)
    return TodoItem(
        title=f"Передать показания: осталось {format_figure(counts.left)} из {format_figure(counts.total)}",
        detail=f"Договор № {contract.number} · приём до {until.day} {MONTHS_GENITIVE[until.month - 1]}, {until:%H:%M}",
        url=reverse("readings-period", args=[contract.pk, window.period]),
        action="Продолжить" if counts.sent or counts.unsent else "Передать показания",
    )
