"""What the address of a tab asks for: filtered, sorted, added up; a page of it, or all of it as a workbook."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import QueryDict

from cabinet.billing.tabs import MoneyColumn, MoneyTab
from cabinet.common import tables
from cabinet.common.digits import format_figure
from cabinet.common.filters import ListFilter
from cabinet.common.lists import Sorting, page_of
from cabinet.contracts.models import Contract

PAGE_SIZE = 20
AT_ONCE = 2_000  # rows held while a workbook is written


class Found:
    """The rows of one contract that the person asks for by the address."""

    def __init__(self, tab: MoneyTab, user: Any, contract: Contract, asked: QueryDict) -> None:
        rows = tab.model.objects.for_user(user).filter(contract=contract)  # type: ignore[attr-defined]
        self.tab, self.contract = tab, contract
        self.filter: ListFilter = tab.filter(asked, rows)
        self.sorting = Sorting(tab.columns, asked.get("sort", ""), tab.sort)
        self._page = asked.get("page")

    @cached_property
    def is_valid(self) -> bool:
        """Whether the filter can be taken."""
        return self.filter.is_valid()

    @cached_property
    def totals(self) -> dict[str, Any]:
        """``found`` and the sum of each column of money, over all pages, in one statement."""
        return self.filter.rows.aggregate(**self.tab.totals())

    @property
    def count(self) -> int:
        """How many rows were found."""
        return self.totals["found"]

    @cached_property
    def page(self) -> Page:
        """The page asked for, of rows of cells."""
        page = page_of(self.rows, self._page, PAGE_SIZE, self.count)
        page.object_list = self._cells(page.object_list)
        return page

    @property
    def rows(self) -> QuerySet:
        """All rows in their order, each a tuple of what the columns show."""
        return self.sorting.of_query(self.filter.rows).values_list(*self.tab.fields)

    def first(self, number: int) -> list[list[tuple[MoneyColumn, Any]]]:
        """So many of the first rows, each of cells with their columns."""
        return self._cells(self.rows[:number])

    @property
    def adds_up(self) -> bool:
        """Whether a sum of all that was found says anything."""
        return not self.tab.alike or self.totals["least"] == self.totals["most"]

    @property
    def counted(self) -> str:
        """The words of the last row."""
        why_no_sum = "" if self.adds_up else ". Чтобы увидеть сумму, выберите вид документа"
        return f"Найдено {format_figure(self.count)}{why_no_sum}"

    @property
    def foot(self) -> list[tuple[MoneyColumn, Any]]:
        """The sums with their columns, for the table's last row; a sum of nothing is nought."""
        return [(column, self.totals[column.name] or 0) for column in self.tab.sums] if self.adds_up else []

    @property
    def spanned(self) -> int:
        """How many columns the words of the last row take."""
        return len(self.tab.columns) - len(self.foot)

    @property
    def title(self) -> str:
        """What it is, for paper and workbook."""
        return f"{self.tab.title} по договору № {self.contract.number} от {self.contract.date:%d.%m.%Y}"

    def sheet(self) -> tables.Sheet:
        """All of it as a sheet; rows come from the database as they are written."""
        columns = [tables.Column(each.title, each.kind, each.width, 2) for each in self.tab.columns]
        sums = {column.name: value for column, value in self.foot}
        total = [sums.get(each.name) for each in self.tab.columns]
        total[0] = self.counted
        return tables.Sheet(self.tab.title, self.filter.entitle(self.title), columns, self._streamed(), total=total)

    def _streamed(self) -> Iterator[list[Any]]:
        return self.tab.cells(self.rows.iterator(chunk_size=AT_ONCE))

    def _cells(self, rows: Any) -> list[list[tuple[MoneyColumn, Any]]]:
        return [list(zip(self.tab.columns, cells, strict=True)) for cells in self.tab.cells(rows)]
