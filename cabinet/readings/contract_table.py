"""The table «Показания по договорам»: its columns, their sorting, its filter, and the same as a workbook."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cabinet.common import periods, tables
from cabinet.common.ordering import natural
from cabinet.readings.several import ContractRow
from cabinet.readings.statuses import ContractState


@dataclass(frozen=True)
class SortColumn:
    """A column one can sort by: its name in the address, its title, what orders its rows."""

    name: str
    title: str
    order: Callable[[ContractRow], Any]
    figures: bool = True


COLUMNS = (
    SortColumn("number", "Договор", lambda row: natural(row.contract.number), figures=False),
    SortColumn("organisation", "Организация", lambda row: natural(row.contract.organisation.name), figures=False),
    SortColumn("period", "Период", lambda row: (row.period, _closing(row)), figures=False),
    SortColumn("ready", "Готово", lambda row: row.counts.ready),
    SortColumn("warning", "С предупреж\u00adдением", lambda row: row.counts.doubtful),
    SortColumn("wrong", "С ошибкой", lambda row: row.counts.wrong),
    SortColumn("missing", "Не заполнено", lambda row: row.counts.missing),
    SortColumn("sent", "Передано", lambda row: (row.counts.sent, row.counts.total)),
    SortColumn("state", "Состояние", lambda row: list(ContractState).index(row.state), figures=False),
)
BY_NAME = {column.name: column for column in COLUMNS}


@dataclass(frozen=True)
class Heading:
    """The head of a column: what a press on it asks for, and how the table is sorted now (``aria-sort``)."""

    column: SortColumn
    sort: str
    direction: str


def sorted_rows(rows: Iterable[ContractRow], sort: str) -> list[ContractRow]:
    """The rows in the order that the address asks for: ``ready``, ``-ready``; by number where it asks for nothing."""
    column = BY_NAME.get(sort.removeprefix("-"), COLUMNS[0])
    by_number = sorted(rows, key=COLUMNS[0].order)
    return sorted(by_number, key=column.order, reverse=sort.startswith("-") and sort[1:] in BY_NAME)


def headings(sort: str) -> list[Heading]:
    """The heads of all columns."""
    name = sort.removeprefix("-")
    current = name if name in BY_NAME else COLUMNS[0].name
    descending = sort.startswith("-") and name in BY_NAME
    return [
        Heading(
            column,
            f"-{column.name}" if column.name == current and not descending else column.name,
            ("descending" if descending else "ascending") if column.name == current else "",
        )
        for column in COLUMNS
    ]


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
