"""The act as an Excel workbook, ready for printing: figures are figures, and no text is ever a formula."""

import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from math import ceil
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format

from cabinet.readings.act import words
from cabinet.readings.act.content import Act, FacilityRows, MeterRows, PointRows, RegisterRow, Totals

Progress = Callable[[int], None]


class Column(NamedTuple):
    """A column of the act's table: its head, its width in characters."""

    title: str
    width: float


COLUMNS = (
    Column("№ п/п", 4.5),
    Column("Точка учёта", 17.5),
    Column("Ур. напр.", 5.5),
    Column("номер и тип", 13.5),
    Column("значность", 8),
    Column("поверка до", 9.5),
    Column("Ктр", 6.5),
    Column("Вид энергии, зона", 7.5),
    Column("Предыдущие показания", 11),
    Column("Текущие показания", 11),
    Column("Разность", 9.5),
    Column("расход", 11),
    Column("потери", 9),
    Column("транзит", 9.5),
    Column("итого к расчёту", 11.5),
    Column("Примечание", 12.5),
)
LAST = len(COLUMNS) - 1
GROUPS = {"Прибор учёта": (3, 6), "Объём, кВт·ч": (11, 14)}
ENERGY, NOTES = 11, LAST
HEAD_ROWS = 7  # the title, the parties, the columns' heads
LETTERS_PER_WIDTH, LINE, PADDING = 1.2, 11.25, 3.0  # of Arial 8 in a column measured by the workbook's Calibri 11
PEN_HEIGHT = 24.0
FOOTER_LIMIT = 255
ROWS_DONE, WRITTEN = 60, 99  # shares of the time, measured

Style = tuple[tuple[str, Any], ...]


def style(**properties: Any) -> Style:
    """Properties of a format; styles are added up, the last word counts."""
    return tuple(properties.items())


FONT = style(font_name="Arial", font_size=8, valign="top")
GREY = style(font_color="#444444")
SMALL = (*FONT, *style(font_size=7), *GREY)
LARGE, LARGER = style(font_size=9), style(font_size=10)
BOLD, CENTER, RIGHT = style(bold=True), style(align="center"), style(align="right")
BOX = (*FONT, *style(border=1, border_color="#888888"))
TEXT = (*BOX, *style(text_wrap=True, num_format="@"))
FIGURE = (*BOX, *RIGHT, *style(shrink=True))
HEAD = (*BOX, *BOLD, *CENTER, *style(text_wrap=True, valign="vcenter", bg_color="#ECEFF2"))
NOTE = (*TEXT, *style(font_size=7))
LINE_ABOVE = (*SMALL, *CENTER, *style(top=1))
FACILITY, ACT_TOTAL = style(bg_color="#F6F7F9"), style(bg_color="#ECEFF2")


def act_xlsx(act: Act, progress: Progress = lambda percent: None) -> bytes:
    """The act as a workbook; ``progress`` is told how far it is, in per cent."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True})
    _Sheet(workbook, act).write(progress)
    workbook.close()
    progress(WRITTEN)
    return target.getvalue()


class _Sheet:
    """The act's sheet, written from above; ``at`` is the row that comes next."""

    def __init__(self, workbook: xlsxwriter.Workbook, act: Act) -> None:
        self.act, self.words, self.at = act, words.words_of(act), 0
        self.workbook, self.sheet = workbook, workbook.add_worksheet("Акт снятия показаний")
        self.formats: dict[Style, Format] = {}

    def write(self, progress: Progress) -> None:
        """All of it."""
        self._set_up()
        self._head()
        self._columns()
        for number, facility in enumerate(self.act.facilities, 1):
            self._facility(facility)
            progress(ROWS_DONE * number // len(self.act.facilities))
        self._totals(self.words.act_total, self.act.totals, ACT_TOTAL)
        self.sheet.ignore_errors({"number_stored_as_text": f"A1:P{self.at}"})
        self._foot()

    def format(self, wanted: Style) -> Format:
        """The format of these properties, made once."""
        if wanted not in self.formats:
            self.formats[wanted] = self.workbook.add_format(dict(wanted))
        return self.formats[wanted]

    def put(
        self, at: int, first: int, value: Any, wanted: Style, *, last: int = 0, down: int = 1, small: str = ""
    ) -> None:
        """A value in a cell, or one merged of ``down`` rows and the columns to ``last``; ``small`` letters follow."""
        form = self.format(wanted)
        if down > 1 or last > first:
            self.sheet.merge_range(at, first, at + down - 1, max(first, last), "", form)
        if value is None or value == "":
            self.sheet.write_blank(at, first, None, form)
        elif small:
            large = self.format((*FONT, *BOLD) if ("bold", True) in wanted else FONT)
            self.sheet.write_rich_string(at, first, large, value, self.format(SMALL), small, form)
        elif isinstance(value, str):
            self.sheet.write_string(at, first, value, form)
        else:
            self.sheet.write_number(at, first, value, form)

    def _set_up(self) -> None:
        self.workbook.set_properties({"title": self.words.document, "author": self.words.department})
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        sheet.repeat_rows(HEAD_ROWS - 2, HEAD_ROWS - 1)
        sheet.freeze_panes(HEAD_ROWS, 0)
        running = f"договор № {self.act.contract.number}".replace("&", "&&")
        sheet.set_footer(f"&L&8{self.words.formed}&C&8{running}&R&8стр. &P из &N"[:FOOTER_LIMIT])
        for at, column in enumerate(COLUMNS):
            sheet.set_column(at, at, column.width)

    def _head(self) -> None:
        said = self.words
        self.put(0, 0, words.TITLE, (*FONT, *BOLD, *style(font_size=14)), last=11)
        self.put(0, 12, said.number_and_date, (*FONT, *LARGER, *RIGHT), last=LAST)
        self.put(1, 0, said.under, (*FONT, *LARGE, *GREY), last=LAST)
        value = (*FONT, *LARGE, *style(text_wrap=True))
        for at, parties in (
            (2, (("Потребитель", said.organisation), ("Договор", said.contract))),
            (3, (("ИНН / КПП", said.inn_and_kpp), ("Отделение", said.department))),
        ):
            for (label, text), (first, middle, last) in zip(parties, ((0, 2, 9), (10, 11, LAST)), strict=True):
                self.put(at, first, label, SMALL, last=middle - 1)
                self.put(at, middle, text, value, last=last)
            self.sheet.set_row(at, 2 + max(_height(parties[0][1], 2, 9), _height(parties[1][1], 11, LAST)))
        self.sheet.set_row(0, 21)
        self.sheet.set_row(4, 6)

    def _columns(self) -> None:
        top = HEAD_ROWS - 2
        for title, (first, last) in GROUPS.items():
            self.put(top, first, title, HEAD, last=last)
        grouped = {at for first, last in GROUPS.values() for at in range(first, last + 1)}
        for at, column in enumerate(COLUMNS):
            if at in grouped:
                self.put(top + 1, at, column.title, HEAD)
            else:
                self.put(top, at, column.title, HEAD, down=2)
        self.sheet.set_row(top + 1, 2 * LINE + PADDING)
        self.at = HEAD_ROWS

    def _facility(self, part: FacilityRows) -> None:
        name, address = part.facility.name, part.facility.address
        small = f" {address}" if address else ""
        self.put(self.at, 0, name, (*TEXT, *BOLD, *FACILITY), last=LAST, small=small)
        self.sheet.set_row(self.at, _height(name + small, 0, LAST))
        self.at += 1
        for point in part.points:
            self._point(point)
        self._totals("Итого по объекту", part.totals, FACILITY)

    def _point(self, part: PointRows) -> None:
        top, size = self.at, part.size
        small = "".join(f"\n{remark}" for remark in words.remarks(part.point))
        heights = [height for meter in part.meters for height in self._meter(meter)]
        self.put(top, 1, part.point.name, TEXT, down=size, small=small)
        self.put(top, 2, part.point.voltage_level, (*TEXT, *CENTER), down=size)
        for at, value in enumerate((words.losses(part.losses), part.transit), ENERGY + 1):
            self.put(top, at, value, _figure(2), down=size)
        self.put(top, ENERGY + 3, part.total, (*_figure(2), *BOLD), down=size)
        for at, height in enumerate(heights, top):
            self.sheet.set_row(at, max(height, _height(part.point.name + small, 1) / size))

    def _meter(self, part: MeterRows) -> Iterator[float]:
        """Write the meter and its lines; gives the heights they want."""
        top, size, meter = self.at, len(part.registers), part.meter
        small = f"\n{meter.type_name}"
        self.put(top, 0, part.number, (*BOX, *CENTER), down=size)
        self.put(top, 3, meter.serial, (*TEXT, *BOLD), down=size, small=small)
        self.put(top, 4, words.digits(meter), (*TEXT, *CENTER), down=size)
        self.put(top, 5, words.day(meter.verification_due), (*TEXT, *CENTER), down=size)
        self.put(top, 6, part.ratio, _figure(_places(part.ratio)), down=size)
        wanted = _height(meter.serial + small, 3) / size
        for row in part.registers:
            yield max(self._register(row, part), wanted, 0 if self.act.filled else PEN_HEIGHT)

    def _register(self, row: RegisterRow, part: MeterRows) -> float:
        after = part.meter.digits_after
        in_digits = _in_digits(part.meter.digits_before, after)
        energy = "\n".join(filter(None, (str(row.register), words.unit(row.register))))
        notes = ". ".join(row.notes)
        self.put(self.at, 7, energy, (*TEXT, *CENTER))
        self.put(self.at, 8, row.previous, in_digits)
        self.put(self.at, 9, row.current, (*in_digits, *BOLD))
        self.put(self.at, 10, row.difference, _figure(after))
        self.put(self.at, ENERGY, row.energy, _figure(2) if row.counts else (*_figure(2), *GREY))
        self.put(self.at, NOTES, notes, NOTE)
        self.at += 1
        return max(_height(energy, 7), _height(notes, NOTES))

    def _totals(self, title: str, totals: Totals, colour: Style) -> None:
        note = words.totals_note(totals)
        self.put(self.at, 0, title, (*TEXT, *BOLD, *RIGHT, *colour), last=ENERGY - 1)
        sums = (totals.energy, words.losses(totals.losses), totals.transit, totals.total)
        for at, value in enumerate(sums, ENERGY):
            self.put(self.at, at, value, (*_figure(2), *BOLD, *colour))
        self.put(self.at, NOTES, note, (*NOTE, *colour))
        self.sheet.set_row(self.at, _height(note, NOTES))
        self.at += 1

    def _foot(self) -> None:
        self.put(self.at, 0, self.words.rules, SMALL, last=LAST)
        if self.words.agreement:
            self.at += 1
            self.put(self.at, 0, self.words.agreement, (*FONT, *BOLD, *LARGE), last=LAST)
        self.at += 2
        for side, (first, name, last) in zip(words.SIDES, ((0, 3, 6), (9, 12, LAST)), strict=True):
            self.put(self.at, first, side, (*FONT, *BOLD, *LARGE), last=last)
            self.put(self.at + 2, first, "должность", LINE_ABOVE, last=last)
            self.put(self.at + 4, first, "подпись", LINE_ABOVE, last=name - 2)
            self.put(self.at + 4, name, "фамилия, имя, отчество", LINE_ABOVE, last=last)
            self.put(self.at + 6, first, "М. П.", (*FONT, *LARGE))
            self.put(self.at + 6, name, "«____» ______________ 20____ г.", (*FONT, *LARGE, *RIGHT), last=last)
        for at in (self.at + 1, self.at + 3):
            self.sheet.set_row(at, 20)


@cache
def _figure(places: int) -> Style:
    return (*FIGURE, *style(num_format=f"#,##0.{'0' * places}" if places else "#,##0"))


def _places(value: Decimal) -> int:
    """How many decimal places a factor needs."""
    return max(-int(value.normalize().as_tuple().exponent), 0)


@cache
def _in_digits(before: int, after: int) -> Style:
    """Leading zeros and groups, as a meter shows its reading: «000 000.00»."""
    head = before % 3
    groups = [*(["0" * head] if head else []), *["000"] * (before // 3)]
    return (*FIGURE, *style(num_format="\\ ".join(groups) + (f".{'0' * after}" if after else "")))


def _height(text: str, first: int, last: int = 0) -> float:
    """The height in points that the text takes in these columns: Excel measures no merged cells by itself."""
    width = sum(column.width for column in COLUMNS[first : max(first, last) + 1])
    lines = sum(max(1, ceil(len(part) / (width * LETTERS_PER_WIDTH))) for part in text.split("\n"))
    return lines * LINE + PADDING
