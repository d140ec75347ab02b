"""Cells as values of the database, and back: widgets of django-import-export that speak to the person who fills a file.

``clean`` takes a cell as ``imports.source`` reads it and raises ValueError with a sentence; ``render`` gives the text
that the preview shows.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet, TextChoices
from import_export import widgets

from cabinet.common import periods
from cabinet.common.digits import DigitsError, parse_money
from cabinet.common.emails import plain_email
from cabinet.common.fields import DateField, EmailField
from cabinet.common.workbooks import Odd
from imports.source import text_of

EMPTY = "Не заполнено."
ODD_CELLS = {
    "formula": "В ячейке формула: вставьте её значение.",
    "error": "В ячейке ошибка Excel.",
}


class CellWidget(widgets.Widget):
    """A text, and what all cells have in common."""

    takes_dates: ClassVar = False

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The value of the cell; None of an empty one."""
        if isinstance(value, Odd):
            if problem := ODD_CELLS.get(value.kind):
                raise ValueError(problem)
            if not self.takes_dates:
                raise ValueError("Вместо значения дата: задайте ячейке формат «Текстовый».")
        text = text_of(value)
        return self.value_of(text, value) if text else None

    def value_of(self, text: str, cell: Any) -> Any:
        """The value of a text that is not empty."""
        return text

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The value as the preview shows it."""
        return "" if value is None else str(value)


class NumberWidget(CellWidget):
    """A number that names something (ИНН, serial …): text, one spelling given by ``spelling``.

    A cell of figures loses the zeros before them: they come back where the length is ``lengths``.
    """

    def __init__(self, spelling: Any = str, lengths: Iterable[int] = ()) -> None:
        super().__init__()
        self.spelling, self.lengths = spelling, tuple(lengths)

    def value_of(self, text: str, cell: Any) -> str:
        """The number in its one spelling."""
        if isinstance(cell, float | int) and len(text) + 1 in self.lengths:
            text = f"0{text}"
        return self.spelling(text)


class EmailWidget(CellWidget):
    """An address of e-mail, in its one spelling."""

    field = EmailField()

    def value_of(self, text: str, cell: Any) -> str:
        """The address."""
        try:
            return self.field.clean(plain_email(text))
        except ValidationError as problem:
            raise ValueError(problem.messages[0]) from None


class DateWidget(CellWidget):
    """A day: a date of Excel, or text as people write dates."""

    takes_dates = True
    field = DateField()

    def value_of(self, text: str, cell: Any) -> dt.date:
        """The day; a time of day is cut off."""
        if isinstance(cell, float | int):
            raise ValueError("Число вместо даты: задайте ячейке формат «Дата».")
        try:
            day = self.field.clean(text.partition(" ")[0] if isinstance(cell, Odd) else text)
        except ValidationError as problem:
            raise ValueError(problem.messages[0]) from None
        return day

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """«24.11.2026»."""
        return f"{value:%d.%m.%Y}" if value else ""


class PeriodWidget(DateWidget):
    """A month: «Ноябрь 2026», «11.2026», «2026-11», or a date within it."""

    def value_of(self, text: str, cell: Any) -> dt.date:
        """Its first day."""
        if not isinstance(cell, Odd | float | int):
            words = text.lower().split()
            if len(words) == 2 and words[0] in periods.MONTHS and words[1].isdecimal():
                text = f"{words[1]}-{periods.MONTHS.index(words[0]) + 1:02d}"
            month, point, year = text.partition(".")
            if point and "." not in year:
                text = f"{year}-{month.zfill(2)}"
            if found := periods.parse(text):
                return found
        try:
            return periods.period_of(super().value_of(text, cell))
        except ValueError:
            raise ValueError("Введите месяц, например «Ноябрь 2026» или 11.2026.") from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """«Ноябрь 2026»."""
        return periods.label(value) if value else ""


class MoneyWidget(CellWidget):
    """A sum in roubles; ``signed`` where it may be below nought."""

    def __init__(self, signed: bool = False) -> None:
        super().__init__()
        self.signed = signed

    def value_of(self, text: str, cell: Any) -> Decimal:
        """The sum."""
        minus = self.signed and text[0] in "-\u2212\u2013"
        try:
            value = parse_money(text[1:] if minus else text)
        except DigitsError as problem:
            raise ValueError(str(problem)) from None
        return -value if minus else value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """«1240000,50»."""
        return "" if value is None else f"{value:.2f}".replace(".", ",")


class FigureWidget(CellWidget):
    """A figure with a fraction, such as kWh or per cent."""

    def value_of(self, text: str, cell: Any) -> Decimal:
        """The figure."""
        plain = "".join(text.split()).replace(",", ".").replace("\u2212", "-")
        unsigned = plain.removeprefix("-").replace(".", "", 1)
        if not (unsigned.isascii() and unsigned.isdecimal() and len(unsigned) <= 30):
            raise ValueError("Введите число, например 15064,15.")
        return Decimal(plain)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Without idle zeros: «15064,15»."""
        if value is None:
            return ""
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


class WholeWidget(CellWidget):
    """A whole number."""

    def value_of(self, text: str, cell: Any) -> int:
        """The number."""
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise ValueError("Введите целое число.")
        return int(text)


class ChoiceWidget(CellWidget):
    """One of the words of a list, whatever the case; ``others`` are other ways to write it."""

    def __init__(self, choices: type[TextChoices], others: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.labels = dict(choices.choices)
        self.values = {label.lower().replace("ё", "е"): value for value, label in self.labels.items()}
        self.values |= {word.lower(): value for word, value in (others or {}).items()}

    def value_of(self, text: str, cell: Any) -> str:
        """The value behind the words."""
        value = self.values.get(" ".join(text.lower().replace("ё", "е").split()))
        if value is None:
            known = "», «".join(label for label in self.labels.values() if label)
            raise ValueError(f"«{text}» нет в списке: «{known}».")
        return value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The words of the value."""
        return "" if value is None else str(self.labels.get(value, value))


class WrongCell(ValueError):
    """What is wrong with one of the cells that name a row: the title of its column and the sentence."""

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__(sentence)
        self.title = title


class Reference(CellWidget):
    """A row of another table, named by its own numbers: one query for all those that a piece of the file names.

    ``columns`` are the titles of the cells that name it, ``lookups`` what they are compared with; ``rows`` the rows
    within the person's reach. ``missing`` says that there is no such row: of a row out of reach the same is said.
    """

    def __init__(
        self, model: type[Model], columns: Mapping[str, CellWidget], lookups: Iterable[str], missing: str
    ) -> None:
        super().__init__()
        self.model, self.columns, self.lookups, self.missing = model, columns, tuple(lookups), missing
        self.optional: frozenset[str] = frozenset()
        self.rows: QuerySet | None = None
        self.known: dict[tuple, Any] = {}

    def name_in(self, cells: Mapping[str, Any]) -> tuple | None:
        """The numbers by which the line names the row; None of empty cells. Raises WrongCell for a wrong one."""
        name = tuple(self.part(title, cells) for title in self.columns)
        if not any(part is not None for part in name):
            return None
        for title, part in zip(self.columns, name, strict=True):
            if part is None and title not in self.optional:
                raise WrongCell(title, EMPTY)
        return tuple("" if part is None else part for part in name)

    def part(self, title: str, cells: Mapping[str, Any]) -> Any:
        """One of the numbers."""
        try:
            return self.columns[title].clean(cells.get(title))
        except ValueError as problem:
            raise WrongCell(title, str(problem)) from None

    def prepare(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Look up all rows that the lines name and that are not known yet."""
        names = set()
        for cells in lines:
            try:
                name = self.name_in(cells)
            except ValueError:
                continue
            if name is not None and name not in self.known:
                names.add(name)
        if not names:
            return
        self.known |= dict.fromkeys(names)
        wanted = {f"{lookup}__in": {name[at] for name in names} for at, lookup in enumerate(self.lookups)}
        found = self.rows.filter(**wanted).values_list("pk", *self.lookups)  # type: ignore[union-attr]
        twice = set()
        for pk, *name in found:
            key = tuple(name)
            if key in names:
                if self.known[key] is not None:
                    twice.add(key)
                self.known[key] = pk
        for key in twice:
            self.known[key] = SEVERAL

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        """The primary key of the row that the line names."""
        name = self.name_in(row)
        if name is None:
            return None
        pk = self.known.get(name)
        if pk is None:
            raise ValueError(self.missing.format(*name))
        if pk is SEVERAL:
            raise ValueError("Таких записей несколько: эту строку внесите вручную.")
        return pk


SEVERAL = object()
