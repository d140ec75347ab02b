"""The three tabs of money: which rows, which columns, which filter. Page, paper and workbook are made of this alone."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min
from django.db.models import Model as DatabaseModel

from cabinet.billing.filters import DocumentFilter, PaymentFilter, ViolationFilter
from cabinet.billing.kinds import DocumentKind, ViolationKind
from cabinet.billing.models import Payment, SupplierDocument, ViolationAct
from cabinet.common.filters import ListFilter
from cabinet.common.lists import Column
from cabinet.common.money import MoneySum
from cabinet.common.tables import Kind
from cabinet.contracts.tabs import TABS

DOCUMENT_KINDS = dict(DocumentKind.choices)
VIOLATION_KINDS = dict(ViolationKind.choices)


@dataclass(frozen=True)
class MoneyColumn(Column):
    """A column whose ``order`` is also the fields it shows; ``shown`` makes one value of them."""

    order: tuple[str, ...] = ()
    kind: Kind = Kind.TEXT
    width: int = 16
    shown: Callable[..., Any] | None = None


@dataclass(frozen=True)
class MoneyTab:
    """A tab: the name of its address, its rows and how they are shown."""

    name: str
    model: type[DatabaseModel]
    filter: type[ListFilter]
    columns: tuple[MoneyColumn, ...]
    nothing: str
    sort: str = "-date"
    alike: str = ""
    """The field that must be alike in all rows for a sum to mean anything: one delivery has a bill and an invoice."""

    @property
    def title(self) -> str:
        """Its name among the tabs of «Информация по договору»."""
        return TABS[self.name]

    @property
    def fields(self) -> list[str]:
        """All fields that the columns show, one after the other."""
        return [field for column in self.columns for field in column.order]

    @property
    def sums(self) -> list[MoneyColumn]:
        """The columns that are added up."""
        return [column for column in self.columns if column.figures]

    def totals(self) -> dict[str, Any]:
        """What one statement says of all that was found: how many rows, and the sum of each column of money."""
        counted = {"found": Count("pk")} | {column.name: MoneySum(column.order[0]) for column in self.sums}
        return counted | ({"least": Min(self.alike), "most": Max(self.alike)} if self.alike else {})

    def cells(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[list[Any]]:
        """What the columns show of each row of ``fields``."""
        for row in rows:
            values = iter(row)
            parts = ((column, [next(values) for _ in column.order]) for column in self.columns)
            yield [column.shown(*part) if column.shown else part[0] for column, part in parts]


def _money(name: str, title: str) -> MoneyColumn:
    return MoneyColumn(name, title, (name,), figures=True, kind=Kind.FIGURE, width=22)


def _days(first: dt.date, last: dt.date) -> str:
    return f"{first:%d.%m.%Y} – {last:%d.%m.%Y}"


def _dated(date: dt.date, number: str) -> str:
    return f"{date:%d.%m.%Y} № {number}"


PAYMENTS = MoneyTab(
    "contract-payments",
    Payment,
    PaymentFilter,
    (
        MoneyColumn("number", "Номер ПД", ("number",), width=24),
        MoneyColumn("date", "Дата платежа", ("date",), kind=Kind.DATE),
        _money("amount", "Сумма платежа, руб."),
    ),
    "Здесь появятся платежи, которые поставщик зачёл по договору.",
)
DOCUMENTS = MoneyTab(
    "contract-documents",
    SupplierDocument,
    DocumentFilter,
    (
        MoneyColumn("kind", "Вид документа", ("kind",), width=40, shown=lambda kind: DOCUMENT_KINDS.get(kind, kind)),
        MoneyColumn("date", "Дата документа", ("date",), kind=Kind.DATE),
        MoneyColumn("number", "Номер документа", ("number",), width=24),
        _money("total", "Сумма итоговая, руб."),
        _money("vat", "Сумма НДС, руб."),
    ),
    "Здесь появятся счета, счета-фактуры и акты, которые поставщик выставил по договору.",
    alike="kind",
)
VIOLATIONS = MoneyTab(
    "contract-violations",
    ViolationAct,
    ViolationFilter,
    (
        MoneyColumn("date", "Дата и номер составленного акта", ("date", "number"), width=26, shown=_dated),
        MoneyColumn(
            "kind", "Вид выставленного акта", ("kind",), width=34, shown=lambda kind: VIOLATION_KINDS.get(kind, kind)
        ),
        MoneyColumn("period", "Период учета акта", ("period_from", "period_to"), width=24, shown=_days),
        MoneyColumn("point", "Наименование точки учета", ("point_name",), width=30),
        MoneyColumn("meter", "Номер прибора учета", ("meter_serial",)),
        _money("amount", "Сумма по выставленному акту (в руб.)"),
    ),
    "Актов безучётного и бездоговорного потребления по договору нет.",
)
