"""The act as an Excel workbook, ready for printing: figures are figures, and no text is ever a formula."""

import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from math import ceil
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format

from cabinet.readings import act_words as words
from cabinet.readings.act import Act, FacilityRows, MeterRows, PointRows, RegisterRow, Totals

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

FONT = {"font_name": "Arial", "font_size": 8, "valign": "top"}
BOX = FONT | {"border": 1, "border_color": "#888888"}
TEXT = BOX | {"text_wrap": True, "num_format": "@"}
FIGURE = BOX | {"align": "right", "shrink": True}
SMALL = {"font_name": "Arial", "font_size": 7, "font_color": "#444444"}
HEAD = BOX | {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#ECEFF2"}
FACILITY, ACT_TOTAL = "#F6F7F9", "#ECEFF2"


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
        self.formats: dict[tuple, Format] = {}

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

    def format(self, base: dict[str, Any], **more: Any) -> Format:
        """The format of these properties, made once."""
        properties = base | more
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format(properties)
        return self.formats[key]

    def put(self, at: int, first: int, value: Any, base: dict[str, Any], *, last: int = 0, down: int = 1) -> None:
        """A value in a cell, or in one merged of ``down`` rows and the columns up to ``last``."""
        last = max(first, last)
        form = self.format(base)
        if down > 1 or last > first:
            self.sheet.merge_range(at, first, at + down - 1, last, "", form)
        if value is None or value == "":
            self.sheet.write_blank(at, first, None, form)
        elif isinstance(value, str):
            self.sheet.write_string(at, first, value, form)
        else:
            self.sheet.write_number(at, first, value, form)

    def _add_small(self, at: int, column: int, text: str, small: str, base: dict[str, Any], bold: bool = True) -> None:
        """Write a cell's text anew, what belongs to it in small letters."""
        if text and small:
            pieces = (self.format(FONT, bold=bold), text, self.format(SMALL), small, self.format(base))
            self.sheet.write_rich_string(at, column, *pieces)

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
        self.put(0, 0, words.TITLE, FONT | {"bold": True, "font_size": 14}, last=11)
        self.put(0, 12, said.number_and_date, FONT | {"font_size": 10, "align": "right"}, last=LAST)
        self.put(1, 0, said.under, FONT | {"font_size": 9, "font_color": "#444444"}, last=LAST)
        value = FONT | {"font_size": 9, "text_wrap": True}
        for at, parties in (
            (2, (("Потребитель", said.organisation), ("Договор", said.contract))),
            (3, (("ИНН / КПП", said.inn_and_kpp), ("Отделение", said.department))),
        ):
            for (label, text), (first, middle, last) in zip(parties, ((0, 2, 9), (10, 11, LAST)), strict=True):
                self.put(at, first, label, SMALL | {"valign": "top"}, last=middle - 1)
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
        bold = TEXT | {"bold": True, "bg_color": FACILITY}
        self.put(self.at, 0, name, bold, last=LAST)
        self._add_small(self.at, 0, name, f" {address}" if address else "", bold)
        self.sheet.set_row(self.at, _height(f"{name} {address}", 0, LAST))
        self.at += 1
        for point in part.points:
            self._point(point)
        self._totals("Итого по объекту", part.totals, FACILITY)

    def _point(self, part: PointRows) -> None:
        top, size = self.at, part.size
        small = "".join(f"\n{remark}" for remark in words.remarks(part.point))
        name = f"{part.point.name}{small}"
        heights = [height for meter in part.meters for height in self._meter(meter)]
        self.put(top, 1, name, TEXT, down=size)
        self._add_small(top, 1, part.point.name, small, TEXT, bold=False)
        self.put(top, 2, part.point.voltage_level, TEXT | {"align": "center"}, down=size)
        sums = (words.losses(part.losses), part.transit, part.total)
        for at, (value, bold) in enumerate(zip(sums, (False, False, True), strict=True), ENERGY + 1):
            self.put(top, at, value, _figure(2) | {"bold": bold}, down=size)
        for at, height in enumerate(heights, top):
            self.sheet.set_row(at, max(height, _height(name, 1) / size))

    def _meter(self, part: MeterRows) -> Iterator[float]:
        """Write the meter and its lines; gives the heights they want."""
        top, size, meter = self.at, len(part.registers), part.meter
        kind = f"{meter.serial}\n{meter.type_name}"
        self.put(top, 0, part.number, BOX | {"align": "center"}, down=size)
        self.put(top, 3, kind, TEXT, down=size)
        self._add_small(top, 3, meter.serial, f"\n{meter.type_name}", TEXT)
        self.put(top, 4, words.digits(meter), TEXT | {"align": "center"}, down=size)
        self.put(top, 5, words.day(meter.verification_due), TEXT | {"align": "center"}, down=size)
        self.put(top, 6, part.ratio, _figure(_places(part.ratio)), down=size)
        wanted = _height(kind, 3) / size
        for row in part.registers:
            yield max(self._register(row, part), wanted, 0 if self.act.filled else PEN_HEIGHT)

    def _register(self, row: RegisterRow, part: MeterRows) -> float:
        after = part.meter.digits_after
        in_digits = FIGURE | {"num_format": _digits_format(part.meter.digits_before, after)}
        energy = "\n".join(filter(None, (str(row.register), words.unit(row.register))))
        notes = ". ".join(row.notes)
        self.put(self.at, 7, energy, TEXT | {"align": "center"})
        self.put(self.at, 8, row.previous, in_digits)
        self.put(self.at, 9, row.current, in_digits | {"bold": True})
        self.put(self.at, 10, row.difference, _figure(after))
        self.put(self.at, ENERGY, row.energy, _figure(2) | ({} if row.counts else {"font_color": "#444444"}))
        self.put(self.at, NOTES, notes, TEXT | {"font_size": 7})
        self.at += 1
        return max(_height(energy, 7), _height(notes, NOTES))

    def _totals(self, title: str, totals: Totals, colour: str) -> None:
        bold = {"bold": True, "bg_color": colour}
        note = words.totals_note(totals)
        self.put(self.at, 0, title, TEXT | bold | {"align": "right"}, last=ENERGY - 1)
        sums = (totals.energy, words.losses(totals.losses), totals.transit, totals.total)
        for at, value in enumerate(sums, ENERGY):
            self.put(self.at, at, value, _figure(2) | bold)
        self.put(self.at, NOTES, note, TEXT | {"font_size": 7, "bg_color": colour})
        self.sheet.set_row(self.at, _height(note, NOTES))
        self.at += 1

    def _foot(self) -> None:
        self.put(self.at, 0, self.words.rules, SMALL | {"valign": "vcenter"}, last=LAST)
        if self.words.agreement:
            self.at += 1
            self.put(self.at, 0, self.words.agreement, FONT | {"bold": True, "font_size": 9}, last=LAST)
        self.at += 2
        line = SMALL | {"align": "center", "valign": "top", "top": 1}
        for side, (first, name, last) in zip(words.SIDES, ((0, 3, 6), (9, 12, LAST)), strict=True):
            self.put(self.at, first, side, FONT | {"bold": True, "font_size": 9}, last=last)
            self.put(self.at + 2, first, "должность", line, last=last)
            self.put(self.at + 4, first, "подпись", line, last=name - 2)
            self.put(self.at + 4, name, "фамилия, имя, отчество", line, last=last)
            self.put(self.at + 6, first, "М. П.", FONT | {"font_size": 9})
            date = FONT | {"font_size": 9, "align": "right"}
            self.put(self.at + 6, name, "«____» ______________ 20____ г.", date, last=last)
        for at in (self.at + 1, self.at + 3):
            self.sheet.set_row(at, 20)


def _figure(places: int) -> dict[str, Any]:
    return FIGURE | {"num_format": f"#,##0.{'0' * places}" if places else "#,##0"}


def _places(value: Decimal) -> int:
    """How many decimal places a factor needs."""
    return max(-int(value.normalize().as_tuple().exponent), 0)


def _digits_format(before: int, after: int) -> str:
    """Leading zeros and groups, as a meter shows its reading: «000 000.00»."""
    groups = f"{0:0{before}d}"
    head = before % 3
    parts = ([groups[:head]] if head else []) + [groups[at : at + 3] for at in range(head, before, 3)]
    return "\\ ".join(parts) + (f".{'0' * after}" if after else "")


def _height(text: str, first: int, last: int = 0) -> float:
    """The height in points that the text takes in these columns: Excel measures no merged cells by itself."""
    width = sum(column.width for column in COLUMNS[first : max(first, last) + 1])
    lines = sum(max(1, ceil(len(part) / (width * LETTERS_PER_WIDTH))) for part in text.split("\n"))
    return lines * LINE + PADDING
