"""Writing the form: reference columns locked, the current reading open, its digits checked while it is typed."""

import datetime as dt
import io
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import IO, Any, NamedTuple, Self

import xlsxwriter
from django.utils import timezone
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cabinet.common import periods
from cabinet.common.workbook_rows import empty_cell, figure_cell, text_cell, write_rows
from cabinet.readings.workbook import columns
from cabinet.readings.workbook.columns import COLUMNS, code_of, digits_of, letters_of
from cabinet.readings.workbook.instructions import LINES, WHAT_TO_DO

TITLE_ROW, SUBJECT_ROW, WHAT_TO_DO_ROW, HEADER_ROW = 0, 1, 2, 4
FIRST_ROW = HEADER_ROW + 1
STEP = 500  # rows between two words of progress
PAPER_A4 = 9
MOST_PLACES = 6  # after the point of a meter
LINE_HEIGHT, PARAGRAPH = 15, 100
WRAPPED = tuple(each.width - 2 for each in (columns.CONTRACT, columns.FACILITY, columns.POINT, columns.STATE))
VALUE, DIGITS, CODE = (COLUMNS.index(each) for each in (columns.VALUE, columns.DIGITS, columns.CODE))
INK, FAINT, RULE, HEAD, INPUT, OFF = "#1B2430", "#5C6672", "#D5DAE0", "#E6EDF5", "#FFF6D6", "#F2F4F6"
PROTECTION = {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True}


class FormLine(NamedTuple):
    """A register's row. ``text`` is a draft that could not be taken; ``is_open`` whether its meter takes a reading."""

    contract: str
    facility: str
    point: str
    serial: str
    scale: str
    unit: str
    ratio: Decimal
    digits_before: int
    digits_after: int
    previous: Decimal | None
    value: Decimal | None
    text: str
    state: str
    is_open: bool
    register: int
    period: dt.date
    version: int


def write_form(
    file: IO[bytes],
    lines: Iterable[FormLine],
    *,
    subject: str,
    of: Sequence[dt.date],
    progress: Callable[[int], None] = lambda rows: None,
) -> int:
    """Write the form of these lines and say how many there were.

    ``subject`` says whose readings they are, ``of`` which periods; ``progress`` is told the rows written so far.
    Rows go to the file as they come: memory does not grow with them.
    """

    def rows(styles: list[str]) -> Iterator[str]:
        look = Styles.of(styles)
        for count, line in enumerate(lines, 1):
            yield _row(look, HEADER_ROW + 1 + count, line)
            if count % STEP == 0:
                progress(count)

    count = write_rows(file, lambda count: _frame(subject, of, count), rows)
    progress(count)
    return count


def _frame(subject: str, of: Sequence[dt.date], count: int) -> IO[bytes]:
    """The form for so many rows, without them: its last row shows each format once."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": "Форма показаний", "subject": subject})
        sheet = book.add_worksheet(columns.SHEET)
        looks = _Looks(book)
        _head(sheet, looks, subject, of)
        for index, look in enumerate(looks.of_rows):
            sheet.write_blank(FIRST_ROW, index, None, look)
        _tail(sheet, HEADER_ROW + max(count, 1))
        _instructions(book.add_worksheet(columns.INSTRUCTIONS), looks)
    return file


class Styles(NamedTuple):
    """The ids of the formats of a row; figures by their digits after the point."""

    text: str
    word: str
    right: str
    ratio: str
    code: str
    previous: list[str]
    open: list[str]
    shut: list[str]

    @classmethod
    def of(cls, ids: list[str]) -> Self:
        """From ids in the order of ``_Looks.of_rows``."""
        text, word, right, ratio, code, *figures = ids
        places = len(figures) // 3
        return cls(
            text, word, right, ratio, code, figures[:places], figures[places : 2 * places], figures[2 * places :]
        )


class _Looks:
    """The formats of the book."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.title = self.new(bold=True, font_size=15, valign="vcenter")
        self.subject = self.new(font_color=FAINT)
        self.todo = self.new()
        self.header = self.boxed(bold=True, bg_color=HEAD, text_wrap=True, valign="vcenter", indent=1)
        self.header_right = self.boxed(
            bold=True, bg_color=HEAD, text_wrap=True, valign="vcenter", align="right", indent=1
        )
        self.heading = self.new(bold=True, font_size=12)
        self.paragraph = self.new(text_wrap=True)

    @property
    def of_rows(self) -> list[Format]:
        """The formats of the rows: words, then previous, open and shut figures with each number of digits."""
        right = {"align": "right", "indent": 1}
        left = {"align": "left", "indent": 1}
        places = ["#,##0." + "0" * after if after else "#,##0" for after in range(MOST_PLACES + 1)]
        looks = [
            self.boxed(text_wrap=True, **left),
            self.boxed(**left),
            self.boxed(**right),
            self.boxed(num_format="0.###", **right),
            self.boxed(font_color=FAINT, font_size=9, **left),
        ]
        looks += [self.boxed(num_format=each, **right) for each in places]
        looks += [self.boxed(num_format=each, bg_color=INPUT, bold=True, locked=False, **right) for each in places]
        looks += [self.boxed(num_format=each, bg_color=OFF, font_color=FAINT, **right) for each in places]
        return looks

    def new(self, **look: Any) -> Format:
        """A format of the book's font."""
        return self.book.add_format(
            {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top"} | look
        )

    def boxed(self, **look: Any) -> Format:
        """A cell of the table."""
        return self.new(border=1, border_color=RULE, **look)


def _head(sheet: Worksheet, looks: _Looks, subject: str, of: Sequence[dt.date]) -> None:
    """Everything above the rows, and how they are printed."""
    months = ", ".join(periods.label(period) for period in sorted(of))
    for index, column in enumerate(COLUMNS):
        sheet.set_column(index, index, column.width)
    sheet.set_row(TITLE_ROW, 24)
    sheet.write_string(TITLE_ROW, 0, f"Показания приборов учёта: {months}", looks.title)
    made = f"{timezone.localtime():%d.%m.%Y %H:%M}"
    sheet.write_string(SUBJECT_ROW, 0, f"{subject}. Выгружено {made} (МСК)", looks.subject)
    sheet.write_string(WHAT_TO_DO_ROW, 0, WHAT_TO_DO, looks.todo)
    sheet.set_row(HEADER_ROW, 32)
    figures = (columns.RATIO, columns.DIGITS, columns.PREVIOUS, columns.VALUE)
    for index, column in enumerate(COLUMNS):
        look = looks.header_right if column in figures else looks.header
        sheet.write_string(HEADER_ROW, index, column.title, look)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.set_landscape()
    sheet.set_paper(PAPER_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_footer("&L&A&RСтраница &P из &N")


def _row(look: Styles, row: int, line: FormLine) -> str:
    """A line of the form."""
    words = line.contract, line.facility, line.point, line.state
    lines = max(map(_lines, words, WRAPPED))
    height = f' ht="{lines * LINE_HEIGHT}" customHeight="1"' if lines > 1 else ""
    after = line.digits_after
    value = f"J{row}", (look.open if line.is_open else look.shut)[after]
    return "".join(
        (
            f'<row r="{row}"{height}>',
            text_cell(f"A{row}", look.text, line.contract),
            text_cell(f"B{row}", look.text, line.facility),
            text_cell(f"C{row}", look.text, line.point),
            text_cell(f"D{row}", look.word, line.serial),
            text_cell(f"E{row}", look.word, line.scale),
            text_cell(f"F{row}", look.word, line.unit),
            figure_cell(f"G{row}", look.ratio, line.ratio),
            text_cell(f"H{row}", look.right, digits_of(line.digits_before, after)),
            text_cell(f"I{row}", look.previous[after], "—")
            if line.previous is None
            else figure_cell(f"I{row}", look.previous[after], line.previous),
            text_cell(*value, line.text)
            if line.text
            else empty_cell(*value)
            if line.value is None
            else figure_cell(*value, line.value),
            text_cell(f"K{row}", look.text, line.state),
            text_cell(f"L{row}", look.code, code_of(line.register, line.period, line.version)),
            "</row>",
        )
    )


@lru_cache(maxsize=4096)
def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column. Not every program measures rows when it opens a file."""
    return len(textwrap.wrap(text, width)) if len(text) > width else 1


def _tail(sheet: Worksheet, last: int) -> None:
    """What is said of the rows as a whole: filter, print area, checks while typing, protection."""
    sheet.autofilter(HEADER_ROW, 0, last, len(COLUMNS) - 1)
    sheet.print_area(0, 0, last, CODE - 1)
    value, digits = f"{letters_of(VALUE)}{FIRST_ROW + 1}", f"${letters_of(DIGITS)}{FIRST_ROW + 1}"
    sheet.data_validation(
        FIRST_ROW,
        VALUE,
        last,
        VALUE,
        {
            "validate": "custom",
            "value": _fits(value, digits),
            "error_title": "Ошибка значности",
            "error_message": (
                "Введите число не меньше нуля, в котором знаков до и после запятой не больше, чем указано в столбце "
                "«Знаков» этой строки."
            ),
        },
    )
    sheet.protect("", PROTECTION)


def _fits(value: str, digits: str) -> str:
    """A formula: the value has the digits that stand in its own row, so that sorting does it no harm."""
    before, after = f'VALUE(LEFT({digits},FIND(",",{digits})-1))', f'VALUE(MID({digits},FIND(",",{digits})+1,2))'
    return f"=AND(ISNUMBER({value}),{value}>=0,{value}<10^{before},ROUND({value},{after})={value})"


def _instructions(sheet: Worksheet, looks: _Looks) -> None:
    """How to fill the form, in short."""
    sheet.set_column(0, 0, PARAGRAPH)
    sheet.hide_gridlines(2)
    for row, (is_heading, words) in enumerate(LINES):
        sheet.set_row(row, _lines(words, PARAGRAPH) * LINE_HEIGHT + 3)
        sheet.write_string(row, 0, words, looks.heading if is_heading else looks.paragraph)
    sheet.set_landscape()
    sheet.set_paper(PAPER_A4)
    sheet.fit_to_pages(1, 1)
    sheet.protect("", {})
