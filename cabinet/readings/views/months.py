"""The months before: beside a register's row, as a page of its own, and as Excel files."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import tee
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cabinet.common import periods
from cabinet.common.access import signed_in
from cabinet.common.tables import Column, Figure, Kind, Sheet, table_response
from cabinet.common.windows import page_or_fragment
from cabinet.contracts.models import Contract
from cabinet.readings.chart import chart_of
from cabinet.readings.models import AcceptedConsumption
from cabinet.readings.months import History, Month, histories, shown_periods
from cabinet.readings.querysets import registers_of
from cabinet.readings.views.doorway import contract_of


@signed_in
@require_safe
def months(request: HttpRequest, contract_id: int, period: dt.date, register_id: int) -> HttpResponse:
    """A register's last 24 periods up to this one: a fragment for the sheet, a page without its script."""
    contract = contract_of(request, contract_id)
    history = _history(request, contract, period, register_id)
    shown = history.since_first
    accepted = _accepted(register_id, shown)
    context = {
        "contract": contract,
        "period": period,
        "history": history,
        "months": [(month, history.in_digits(month.value), accepted.get(month.period)) for month in reversed(shown)],
        "has_accepted": bool(accepted),
        "chart": chart_of(shown, history.unit),
    }
    return page_or_fragment(request, "readings/months/page.html", "readings/months/_fragment.html", context)


@signed_in
@require_safe
def register_history(request: HttpRequest, contract_id: int, period: dt.date, register_id: int) -> FileResponse:
    """The same months as an Excel file."""
    contract = contract_of(request, contract_id)
    history = _history(request, contract, period, register_id)
    name = f"Счётчик № {history.serial}, {history.register}"
    title = f"{name}, {history.facility}, договор № {contract.number}"
    columns = [
        Column("Период", Kind.PERIOD, 18),
        Column("Показание", Kind.FIGURE, 16, history.facts.digits_after),
        Column(f"Расход, {history.unit}", Kind.FIGURE, 18, 2),
        Column("Ктр", Kind.FIGURE, 10),
        Column(f"Принятый расход, {history.unit}", Kind.FIGURE, 18, 2),
        Column("Состояние", width=24),
        Column("Передано", Kind.MOMENT, 18),
        Column("Пояснение", width=48),
    ]
    accepted = _accepted(register_id, history.since_first)
    rows = (_month_row(month, accepted.get(month.period)) for month in reversed(history.since_first))
    return table_response(f"Показания, {name}", Sheet("Показания", title, columns, rows))


def _accepted(register_id: int, months: Sequence[Month]) -> dict[dt.date, Decimal]:
    """What the supplier took into calculation, by period; the caller has made sure whose register it is."""
    wanted = [month.period for month in months]
    found = AcceptedConsumption.objects.filter(register=register_id, period__in=wanted)
    return dict(found.values_list("period", "energy"))


def _month_row(month: Month, accepted: Decimal | None) -> list[Any]:
    ratio = month.ratio
    if ratio is not None:
        ratio = Figure(ratio, max(-int(ratio.normalize().as_tuple().exponent), 0))
    notes = [month.reason, *month.notes] if month.reason else month.notes
    return [month.period, month.value, month.energy, ratio, accepted, month.state, month.sent_at, "; ".join(notes)]


@signed_in
@require_safe
def contract_history(request: HttpRequest, contract_id: int, period: dt.date) -> FileResponse:
    """All registers of the contract over the last 24 periods: a sheet of readings, a sheet of consumption."""
    contract = contract_of(request, contract_id)
    registers = registers_of(request.user, contract)
    title = f"договор № {contract.number}, по {periods.label(period).lower()}"
    names = [Column("Объект", width=28), Column("Точка учёта", width=26), Column("Прибор учёта, №", width=14)]
    names += [Column("Шкала", width=8), Column("Единица", width=9)]
    shown = [Column(periods.label(each), Kind.FIGURE, 14, 2) for each in shown_periods(period)]
    first, second = tee(histories(registers, period))
    readings = Sheet("Показания", f"Показания, {title}", [*names, *shown], map(_readings, first), len(names))
    notes = Column("Пояснение", width=60)
    consumption = Sheet("Расход", f"Расход, {title}", [*names, *shown, notes], map(_consumption, second), len(names))
    return table_response(f"Показания за два года, договор {contract.number}", readings, consumption)


def _readings(history: History) -> list[Any]:
    return _names(history) + [_reading(month, history) for month in history.months]


def _reading(month: Month, history: History) -> Any:
    """The reading; what was not accepted stands as text, so that nobody reckons with it."""
    if month.is_rejected:
        return f"{history.in_digits(month.value)} — не принято"
    return Figure(month.value, history.facts.digits_after)


def _consumption(history: History) -> list[Any]:
    noted = [(month.period, month.notes) for month in history.months if month.notes]
    told = "; ".join(f"{periods.label(period).lower()}: {', '.join(notes)}" for period, notes in noted)
    return [*_names(history), *(month.energy for month in history.months), told]


def _names(history: History) -> list[Any]:
    return [history.facility, history.point, history.serial, history.register, history.unit]


def _history(request: HttpRequest, contract: Contract, period: dt.date, register_id: int) -> History:
    """The history of the user's own register; a stranger's does not exist."""
    mine = registers_of(request.user, contract)
    register = get_object_or_404(mine, pk=register_id)
    return next(histories(mine.filter(pk=register.pk), period))
