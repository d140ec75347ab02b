"""The table «Показания по договорам»: its columns, their sorting, its filter, and the same as a workbook."""

from collections.abc import Iterable

from cabinet.common import periods, tables
from cabinet.common.lists import Column, Sorting
from cabinet.common.ordering import natural
from cabinet.readings.several import ContractRow
from cabinet.readings.statuses import ContractState

COLUMNS = (
    Column("number", "Договор", lambda row: natural(row.contract.number)),
    Column("organisation", "Организация", lambda row: natural(row.contract.organisation.name)),
    Column("period", "Период", lambda row: (row.period, _closing(row))),
    Column("ready", "Готово", lambda row: row.counts.ready, figures=True),
    Column("warning", "С предупреж\u00adдением", lambda row: row.counts.doubtful, figures=True),
    Column("wrong", "С ошибкой", lambda row: row.counts.wrong, figures=True),
    Column("missing", "Не заполнено", lambda row: row.counts.missing, figures=True),
    Column("sent", "Передано", lambda row: (row.counts.sent, row.counts.total), figures=True),
    Column("state", "Состояние", lambda row: list(ContractState).index(row.state)),
)


def sorting_of(asked: str) -> Sorting:
    """How the table is sorted: ``ready``, ``-ready``; by number where the address asks for nothing."""
    return Sorting(COLUMNS, asked, COLUMNS[0].name)


def in_state(rows: Iterable[ContractRow], state: str) -> list[ContractRow]:
    """The rows in the state; all where there is no such state."""
    return [row for row in rows if state not in ContractState.values or row.state == state]


def workbook_sheet(rows: Iterable[ContractRow]) -> tables.Sheet:
    """The table as a sheet of a workbook."""
    text, figure, date = tables.Kind.TEXT, tables.Kind.FIGURE, tables.Kind.DATE
    columns = [
        tables.Column("Договор"),
        tables.Column("Дата договора", date, 12),
        tables.Column("Организация", text, 36),
        tables.Column("Период", tables.Kind.PERIOD),
        tables.Column("Приём показаний", text, 34),
        *(tables.Column(title, figure, 12) for title in ("Готово к передаче", "С предупреждением", "С ошибкой")),
        *(tables.Column(title, figure, 12) for title in ("Не заполнено", "Передано", "Всего показаний")),
        tables.Column("Состояние", text, 24),
    ]
    return tables.Sheet("Договоры", "Показания по договорам", columns, (_cells(row) for row in rows))


def _cells(row: ContractRow) -> tuple:
    counts = row.counts
    return (
        row.contract.number,
        row.contract.date,
        row.contract.organisation.name,
        row.period,
        f"открыт до {periods.moment(row.window.closes_at)}" if row.window and row.entry else row.entry.reason,
        counts.ready,
        counts.doubtful,
        counts.wrong,
        counts.missing,
        counts.sent,
        counts.total,
        row.state.label,
    )


def _closing(row: ContractRow) -> float:
    return row.window.closes_at.timestamp() if row.window else 0.0
