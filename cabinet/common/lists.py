"""What lists have in common: columns to sort by, their headings, pages. All of it lives in the address."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


@dataclass(frozen=True)
class Column:
    """A column: its name in the address, its title, what orders its rows, whether it holds figures.

    ``order`` is the names of fields where the rows are a query, a sorting key where they are in
    memory, nothing where nobody sorts by the column.
    """

    name: str
    title: str
    order: tuple[str, ...] | Callable[[Any], Any] | None = None
    figures: bool = False


@dataclass(frozen=True)
class Heading:
    """The head of a column: what a press on it asks for, and how the list is sorted by it now (``aria-sort``)."""

    column: Column
    sort: str
    direction: str


class Sorting:
    """How a list is sorted: ``date`` or, from the end, ``-date``; by ``default`` where the address asks for rubbish."""

    def __init__(self, columns: Sequence[Column], asked: str, default: str) -> None:
        sortable = {column.name: column for column in columns if column.order}
        self.code = asked if asked.removeprefix("-") in sortable else default
        self.columns = columns
        self.column = sortable[self.code.removeprefix("-")]
        self.descending = self.code.startswith("-")

    def of_query(self, rows: QuerySet) -> QuerySet:
        """The query in this order; the primary key decides between equals, so that pages never overlap."""
        fields = [*self.column.order, "pk"]  # type: ignore[misc]  # a query's columns name fields
        return rows.order_by(*(f"-{field}" if self.descending else field for field in fields))

    def of_rows(self, rows: Iterable[Any]) -> list[Any]:
        """The rows in this order; the first column decides between equals."""
        by_first = sorted(rows, key=self.columns[0].order)  # type: ignore[arg-type]  # columns of rows have keys
        return sorted(by_first, key=self.column.order, reverse=self.descending)  # type: ignore[arg-type]

    def headings(self) -> list[Heading]:
        """The heads of all columns, for ``components/headings.html``."""
        return [self._heading(column) for column in self.columns]

    def _heading(self, column: Column) -> Heading:
        if not column.order:
            return Heading(column, "", "")
        if column is not self.column:
            return Heading(column, column.name, "")
        if self.descending:
            return Heading(column, column.name, "descending")
        return Heading(column, f"-{column.name}", "ascending")


class _CountedPaginator(Paginator):
    """Pages of a query whose number of rows is known already.

    A page of the second half is read from the end: the database counts through all rows before the first it gives.
    """

    def __init__(self, rows: QuerySet, size: int, count: int) -> None:
        super().__init__(rows, size)
        self.rows, self.count = rows, count

    def page(self, number: Any) -> Page:
        """The page."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        if first < self.count // 2:
            return super().page(number)
        last = min(first + self.per_page, self.count)
        backwards = self.rows.reverse()[self.count - last : self.count - first]
        return Page(list(backwards)[::-1], number, self)


def back_to_list(request: HttpRequest, name: str, *args: Any) -> HttpResponse:
    """To the list that a file was asked of: it says what is wrong with the filter."""
    return redirect(f"{reverse(name, args=args)}?{request.META.get('QUERY_STRING', '')}")


def page_of(rows: Any, asked: str | None, size: int, count: int | None = None) -> Page:
    """The page that the address asks for, the nearest where there is none; ``count`` saves the asking for it."""
    paginator = Paginator(rows, size) if count is None else _CountedPaginator(rows, size, count)
    return paginator.get_page(asked)
