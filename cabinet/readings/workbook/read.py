"""What stands in a form that comes back: its rows by the header's titles, wherever rows and columns were moved to."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from cabinet.common.workbooks import Cell, NotAWorkbook, Odd, Row, Sheet, read_workbook
from cabinet.readings.workbook import columns
from cabinet.readings.workbook.columns import letters_of, parse_code

HEADER_WITHIN = 30  # rows of a sheet
LONGEST = 200  # letters of a cell that are kept: more than any name or figure of ours has
NOTES_SHOWN = 10
FEWEST_TITLES = 3  # of the form's, for a row to be its header
NEEDED = (columns.SERIAL, columns.VALUE, columns.CODE)
SHOWN = (columns.CONTRACT, columns.FACILITY)

NO_FORM = (
    "В книге нет формы показаний: выгрузите форму из личного кабинета, заполните столбец «Текущее показание» и "
    "загрузите её"
)
NO_COLUMN = "На листе «{sheet}» нет столбца «{title}»: верните его или выгрузите форму заново"
TWO_COLUMNS = "На листе «{sheet}» два столбца «{title}»: оставьте один"
HIDDEN = "Скрытый лист «{sheet}» не прочитан"
NO_HEADER = "Лист «{sheet}» пропущен: на нём нет таблицы показаний"
NO_CODE = "Код строки не распознан: выгрузите форму заново и перенесите показание в неё"
MERGED = "Ячейки объединены: разъедините их и введите показание в каждую строку"
BOOLEAN = "В ячейке логическое значение, а нужно число"
ODD = {
    "formula": "В ячейке формула: замените её значением",
    "date": "В ячейке дата, а нужно число: дробную часть отделяйте запятой",
    "error": "В ячейке ошибка: введите число",
}


ODD_TEXT = {"formula": "формула", "date": "дата", "error": "ошибка"}


class FormRow(NamedTuple):
    """A row of the form. ``text`` is what was typed, ``problem`` why it cannot be read at all.

    ``column`` is the letter of the input cell; ``register``, ``period`` and ``version`` are what the row's code says.
    """

    sheet: str
    row: int
    column: str
    contract: str
    facility: str
    serial: str
    register: int | None
    period: dt.date | None
    version: int | None
    text: str
    problem: str


class Form:
    """The rows of a form, read as they are asked for.

    ``notes`` of the sheets that were left out are complete after the last row. Raises NotAWorkbook.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = path
        self.notes: list[str] = []

    def __iter__(self) -> Iterator[FormRow]:
        sheet, table = Sheet("", False, []), None
        hidden: list[str] = []
        headed: dict[str, bool] = {}
        for item in read_workbook(self.path):
            if isinstance(item, Sheet):
                sheet, table = item, None
                if item.hidden:
                    hidden.append(item.name)
            elif table is not None:
                yield table.row(item)
            else:
                table = _table_of(item, sheet) if item.number <= HEADER_WITHIN else None
                headed[item.sheet] = table is not None
        if not any(headed.values()):
            raise NotAWorkbook(NO_FORM)
        without = [name for name, has_header in headed.items() if not has_header and name != columns.INSTRUCTIONS]
        self.notes = [HIDDEN.format(sheet=name) for name in hidden]
        self.notes += [NO_HEADER.format(sheet=name) for name in without]
        if (more := len(self.notes) - NOTES_SHOWN) > 0:
            self.notes[NOTES_SHOWN:] = [f"…и ещё {more}"]


def read_form(path: str | Path) -> Form:
    """The form in this file; rows are read while it is iterated."""
    return Form(path)


def _table_of(row: Row, sheet: Sheet) -> "_Table | None":
    """The table below this row, if it is the form's header. Raises NotAWorkbook for a header that lacks a column."""
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(row.cells):
        if isinstance(cell, str):
            places.setdefault(_squeezed(cell), []).append(index)
    if sum(_squeezed(column.title) in places for column in columns.COLUMNS) < FEWEST_TITLES:
        return None
    for column in NEEDED:
        found = places.get(_squeezed(column.title), [])
        if len(found) != 1:
            sentence = TWO_COLUMNS if found else NO_COLUMN
            raise NotAWorkbook(sentence.format(sheet=sheet.name, title=column.title))
    first = {title: indexes[0] for title, indexes in places.items()}
    return _Table(row, sheet, [first.get(_squeezed(column.title)) for column in (*SHOWN, *NEEDED)])


def _squeezed(title: str) -> str:
    """A title however its spaces and letters were changed."""
    return "".join(title.split()).casefold().replace("ё", "е")


class _Table:
    """The rows below a header."""

    def __init__(self, header: Row, sheet: Sheet, places: list[int | None]) -> None:
        self.places = [-1 if place is None else place for place in places]  # -1: the None added to each row's end
        self.value = self.places[3]
        self.width = max(self.places) + 1
        self.letter = letters_of(self.value)
        spans = sorted(
            (top, bottom)
            for top, left, bottom, right in sheet.merged
            if left <= self.value + 1 <= right and bottom > header.number
        )
        self.tops = [top for top, _ in spans]
        self.bottoms = list(accumulate((bottom for _, bottom in spans), max))

    def row(self, row: Row) -> FormRow:
        """A row of the form."""
        cells = (*row.cells, *[None] * (self.width - len(row.cells)), None)
        contract, facility, serial, value, code = (cells[place] for place in self.places)
        text, problem = ("", "") if value is None else _text_of(value)
        known = parse_code(code) if isinstance(code, str) else None
        if known is None:
            register, period, version, problem = None, None, None, NO_CODE
        else:
            register, period, version = known
        if self.tops and self._is_merged(row.number):
            problem = problem or MERGED
        return FormRow(
            row.sheet,
            row.number,
            self.letter,
            _words(contract),
            _words(facility),
            _words(serial),
            register,
            period,
            version,
            text,
            problem,
        )

    def _is_merged(self, number: int) -> bool:
        before = bisect_right(self.tops, number)
        return bool(before) and self.bottoms[before - 1] >= number


def _text_of(value: Cell) -> tuple[str, str]:
    """What was typed into a cell, and why it cannot be taken."""
    if isinstance(value, str):
        return value.strip()[:LONGEST], ""
    if isinstance(value, bool):
        return ("ИСТИНА" if value else "ЛОЖЬ"), BOOLEAN
    if isinstance(value, Odd):
        return value.text[:LONGEST] or ODD_TEXT[value.kind], ODD[value.kind]
    return _figure(value or 0), ""


def _figure(value: float) -> str:
    """A number as Excel shows it: no more than 15 digits, the comma of people, no exponent."""
    text = f"{value:.15g}"
    return (f"{Decimal(text):f}" if "e" in text else text).replace(".", ",")


def _words(cell: Cell) -> str:
    """A reference cell as text: a number of a contract or meter may have become a figure."""
    if isinstance(cell, str):
        return cell.strip()[:LONGEST]
    return _text_of(cell)[0] if cell is not None else ""
