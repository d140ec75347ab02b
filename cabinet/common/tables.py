"""Tables as Excel workbooks: rows are written as they come and never held whole."""

import datetime as dt
import math
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import zip_longest
from typing import IO, Any, NamedTuple

import xlsxwriter
from django.http import FileResponse
from django.utils import timezone
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE_ROW, HEADER_ROW, FIRST_ROW = 0, 2, 3
MOST_ROWS = 1_048_576 - FIRST_ROW
LONGEST_TEXT = 32_767
HEADER_HEIGHT = 32  # two lines, in points
PAPER_A4, PAPER_A3 = 9, 8
WIDE, WIDE_PAGE = 180, 260  # characters: what A4 takes across, and a page of A3
FORBIDDEN_IN_NAMES = '\\/:*?"<>|'


class Kind(Enum):
    """What a column holds."""

    TEXT = "text"
    FIGURE = "figure"
    DATE = "date"
    MOMENT = "moment"
    PERIOD = "period"


class Figure(NamedTuple):
    """A cell's figure with decimal places of its own, in place of its column's."""

    value: Decimal | None
    places: int


@dataclass(frozen=True)
class Column:
    """A column: its title with the unit, what it holds, its width in characters, the places of its figures."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 16
    places: int = 0


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook; ``rows`` may be a generator: a row holds a value a column, None leaves a cell empty.

    A string stays a string in a column of any kind: a sentence may stand in place of a figure. The
    first ``fixed`` columns stay in sight and stand on every sheet of paper. ``total`` is one row more, below what
    the sheet's own filter and sorting take in.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    fixed: int = 0
    total: Sequence[Any] = ()


def table_response(filename: str, *sheets: Sheet) -> FileResponse:
    """The workbook as a download; ``filename`` may be in Russian, without its ending."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  # the response closes it
    try:
        write_workbook(file, sheets)
    except BaseException:
        file.close()
        raise
    return workbook_response(file, filename)


def workbook_response(file: IO[bytes], filename: str) -> FileResponse:
    """A written workbook as a download; the response closes the file."""
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=f"{file_name(filename)}.xlsx", content_type=CONTENT_TYPE)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def file_name(text: str) -> str:
    """The text without what a file's name may not hold: «25/11-К» becomes «25-11-К»."""
    return "".join("-" if letter in FORBIDDEN_IN_NAMES or ord(letter) < 32 else letter for letter in text)


def write_workbook(target: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """Write the workbook; no cell is ever a formula, a link or a figure by guess.

    The sheets go on together, a row each: what both are made of may be shared by ``itertools.tee``.
    """
    with tempfile.TemporaryDirectory(prefix="table-") as folder:  # nothing stays of a workbook that broke off
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        workbook = xlsxwriter.Workbook(target, options)
        formats = _Formats(workbook)
        for _ in zip_longest(*[_writing(workbook.add_worksheet(sheet.name), sheet, formats) for sheet in sheets]):
            pass
        workbook.close()


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._figures: dict[tuple[int, bool], Format] = {}
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.head = workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E8F1FC", "border": 1}
        )
        # «Text», so that editing a cell that begins with «=» does not make a formula of it
        self.text = workbook.add_format({"num_format": "@", "valign": "top"})
        self.total = workbook.add_format({"num_format": "@", "bold": True, "top": 1})
        self.dates = {
            Kind.DATE: workbook.add_format({"num_format": "dd.mm.yyyy", "align": "left"}),
            Kind.MOMENT: workbook.add_format({"num_format": "dd.mm.yyyy hh:mm", "align": "left"}),
            Kind.PERIOD: workbook.add_format({"num_format": "[$-419]mmmm yyyy", "align": "left"}),
        }

    def figure(self, places: int, total: bool = False) -> Format:
        """Thousands and so many decimal places, as the reader's own settings write them."""
        if (places, total) not in self._figures:
            pattern = "#,##0" + ("." + "0" * places if places else "")
            look = {"bold": True, "top": 1} if total else {}
            self._figures[places, total] = self._workbook.add_format({"num_format": pattern, **look})
        return self._figures[places, total]


def _writing(worksheet: Worksheet, sheet: Sheet, formats: _Formats) -> Iterator[None]:
    """Writes the head, then a row a step."""
    width = sum(column.width for column in sheet.columns)
    worksheet.set_landscape()
    worksheet.set_paper(PAPER_A3 if width > WIDE else PAPER_A4)
    worksheet.fit_to_pages(math.ceil(width / WIDE_PAGE), 0)
    worksheet.repeat_rows(HEADER_ROW)
    if sheet.fixed:
        worksheet.repeat_columns(0, sheet.fixed - 1)
    worksheet.set_footer("&L&A&RСтраница &P из &N")
    worksheet.freeze_panes(FIRST_ROW, sheet.fixed)
    worksheet.write_string(TITLE_ROW, 0, sheet.title, formats.title)
    worksheet.set_row(HEADER_ROW, HEADER_HEIGHT)
    for at, column in enumerate(sheet.columns):
        worksheet.set_column(at, at, column.width)
        worksheet.write_string(HEADER_ROW, at, column.title, formats.head)
    number = HEADER_ROW
    for number, row in enumerate(sheet.rows, FIRST_ROW):
        if number - FIRST_ROW >= MOST_ROWS:
            raise ValueError(f"A sheet takes {MOST_ROWS} rows.")
        for at, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(worksheet, number, at, column, value, formats)
        yield
    worksheet.autofilter(HEADER_ROW, 0, number, len(sheet.columns) - 1)
    for at, (column, value) in enumerate(zip(sheet.columns, sheet.total)):  # noqa: B905  # most sheets have no total
        if column.kind is Kind.FIGURE and value is not None:
            worksheet.write_number(number + 1, at, value, formats.figure(column.places, total=True))
        else:
            worksheet.write_string(number + 1, at, value or "", formats.total)


def _write_cell(worksheet: Worksheet, row: int, at: int, column: Column, value: Any, formats: _Formats) -> None:
    if isinstance(value, Figure):
        value, places = value
    else:
        places = column.places
    if value is None:
        return
    if isinstance(value, str) or column.kind is Kind.TEXT:
        worksheet.write_string(row, at, str(value)[:LONGEST_TEXT], formats.text)
    elif column.kind is Kind.FIGURE:
        worksheet.write_number(row, at, value, formats.figure(places))
    else:
        if isinstance(value, dt.datetime) and timezone.is_aware(value):
            value = timezone.make_naive(value)
        worksheet.write_datetime(row, at, value, formats.dates[column.kind])
