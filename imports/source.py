"""A load's file as lines with named cells: an Excel workbook or a CSV text, whatever its encoding and separator.

The row with the titles is found, not counted: people keep their own headings above it. What concerns the whole file
(a column that is missing or stands twice, merged cells) is refused here, in the words of sheet, row and column.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import IO, Any, NamedTuple

from django.conf import settings

from cabinet.common.digits import format_figure
from cabinet.common.errors import DomainError
from cabinet.common.workbook_reader import MAX_ROWS
from cabinet.common.workbooks import Cell, Row, Sheet, check_workbook, read_workbook

TITLES_WITHIN = 20  # rows from the top
CSV, EXCEL = ".csv", ".xlsx"
SEPARATORS = ";\t,"
LONGEST_CELL = 32_767  # as in Excel
EMPTY = "Файл пустой. Возьмите шаблон, заполните его и загрузите снова."
NO_ROWS = "Под названиями столбцов нет ни одной заполненной строки."
TAKE = "Загрузите книгу Excel (.xlsx) или текст с разделителями (.csv)."
_SPACES = re.compile(r"\s+")
_SCRIPTS = str.maketrans("ёЁ", "еЕ")


class Title(NamedTuple):
    """A column that is looked for: its title, and whether a file without it is refused."""

    text: str
    required: bool


class Line(NamedTuple):
    """A filled row: its number as Excel shows it, its cells by the titles that were looked for."""

    number: int
    cells: dict[str, Cell]


@dataclass
class Source:
    """The part of the file that is loaded; ``lines`` come as they are asked for and may raise DomainError midway."""

    sheet: str
    titles: list[str]
    lines: Iterator[Line]
    notes: list[str] = field(default_factory=list)


def check_file(file: IO[bytes], name: str) -> None:
    """Refuse what is neither .xlsx nor .csv by its name and first bytes. Raises DomainError."""
    extension = PurePath(name).suffix.lower()
    if extension != CSV:
        check_workbook(file, name)
        return
    file.seek(0)
    beginning = file.read(4096)
    if not beginning.strip():
        raise DomainError(EMPTY, field="file")
    if beginning.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise DomainError(f"Имя файла оканчивается на .csv, но это не текст. {TAKE}", field="file")
    if file.seek(0, 2) > settings.WORKBOOK_MAX_MB << 20:
        raise DomainError(f"Файл больше {settings.WORKBOOK_MAX_MB} МБ: разделите его на несколько.", field="file")


def open_source(path: Path, name: str, titles: Sequence[Title]) -> Source:
    """The lines under the titles. Raises DomainError when there is no such row of titles, or it is wrong."""
    rows = _csv_rows(path) if PurePath(name).suffix.lower() == CSV else read_workbook(path)
    return _Finder(titles).found_in(rows)


class _Finder:
    """Looks for the row of titles, sheet by sheet."""

    def __init__(self, titles: Sequence[Title]) -> None:
        self.titles = {_plain(title.text): title for title in titles}
        self.best: tuple[int, list[str]] = (0, [])
        self.other_sheets: list[str] = []

    def found_in(self, rows: Iterator[Sheet | Row]) -> Source:
        sheet, passed, any_row = Sheet("", False, []), 0, False
        for row in rows:
            if isinstance(row, Sheet):
                sheet, passed = row, 0
                continue
            any_row, passed = True, passed + 1
            if passed <= TITLES_WITHIN and (places := self._places(row)):
                self._refuse_merged(sheet, row.number)
                return self._source(sheet, row, places, rows)
        raise DomainError(self._missing() if any_row else EMPTY, field="file")

    def _places(self, row: Row) -> dict[int, str]:
        """Which cell holds which title; nothing when this is not the row of titles."""
        places: dict[int, str] = {}
        for at, cell in enumerate(row.cells):
            title = self.titles.get(_plain(text_of(cell)))
            if title is None:
                continue
            if title.text in places.values():
                raise DomainError(
                    f"{_place(row.sheet, row.number)}: столбец «{title.text}» стоит дважды.", field="file"
                )
            places[at] = title.text
        missing = [title.text for title in self.titles.values() if title.required and title.text not in places.values()]
        if len(places) > self.best[0]:
            self.best = (len(places), missing)
        return {} if missing else places

    def _missing(self) -> str:
        found, missing = self.best
        if found:
            return f"Нет столбцов: {_quoted(missing)}. Названия должны стоять в одной строке, как в шаблоне."
        return f"Не найдена строка с названиями столбцов: {_quoted(title.text for title in self.titles.values())}."

    def _refuse_merged(self, sheet: Sheet, titles_row: int) -> None:
        for first, left, last, _ in sheet.merged:
            if last >= titles_row:
                raise DomainError(
                    f"{_place(sheet.name, first)}, столбец {_letters(left)}: объединённые ячейки. "
                    "Отмените объединение и заполните каждую ячейку.",
                    field="file",
                )

    def _source(self, sheet: Sheet, head: Row, places: dict[int, str], rows: Iterator[Sheet | Row]) -> Source:
        source = Source(sheet.name, list(places.values()), iter(()))
        unknown = [text for at, cell in enumerate(head.cells) if at not in places and (text := text_of(cell))]
        if unknown:
            source.notes.append(f"Столбцы не загружаются: {_quoted(unknown[:10])}.")
        source.lines = self._lines(rows, places, source)
        return source

    def _lines(self, rows: Iterator[Sheet | Row], places: dict[int, str], source: Source) -> Iterator[Line]:
        any_line = False
        for row in rows:
            if isinstance(row, Sheet):
                source.notes.append(f"Загружается только лист «{source.sheet}».")
                break
            cells = {title: row.cells[at] if at < len(row.cells) else None for at, title in places.items()}
            if any(cell not in (None, "") for cell in cells.values()):
                any_line = True
                yield Line(row.number, cells)
        if not any_line:
            raise DomainError(NO_ROWS, field="file")


def text_of(cell: Cell) -> str:
    """The text that a person sees in the cell: figures without an idle fraction, as Excel shows fifteen digits."""
    match cell:
        case None:
            return ""
        case bool():
            return "ИСТИНА" if cell else "ЛОЖЬ"
        case float():
            return digits_of(cell)
        case str() | int():
            return str(cell).strip()
        case _:
            return cell.text.strip()


def digits_of(cell: float) -> str:
    """A figure in plain digits: Excel keeps fifteen of them, what stands behind is noise of the machine."""
    text = f"{cell:.15g}"
    if "e" in text or "n" in text:  # 1e+16, nan, inf
        return f"{cell:.0f}" if abs(cell) < 1e30 else text
    return text


def _plain(title: str) -> str:
    return _SPACES.sub(" ", title.translate(_SCRIPTS)).strip(" *:").lower()


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(f"«{text}»" for text in texts)


def _place(sheet: str, row: int) -> str:
    return f"Лист «{sheet}», строка {row}" if sheet else f"Строка {row}"


def _letters(column: int) -> str:
    """«AB» for 28."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _csv_rows(path: Path) -> Iterator[Row]:
    """The rows of a text with separators."""
    encoding = _encoding_of(path)
    with closing(path.open(encoding=encoding, newline="")) as text:
        beginning = text.read(16_384)
        text.seek(0)
        csv.field_size_limit(LONGEST_CELL)
        reader = csv.reader(_without_nul(text), delimiter=_separator_of(beginning))
        count = 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise DomainError(
                    f"Строка {reader.line_num}: не читается ({_csv_problem(error)}).", field="file"
                ) from error
            except UnicodeDecodeError as error:
                raise DomainError(
                    f"Строка {reader.line_num + 1}: знаки не в кодировке {encoding}.", field="file"
                ) from error
            if any(cells):
                count += 1
                if count > MAX_ROWS:
                    raise DomainError(f"В файле больше {format_figure(MAX_ROWS)} строк: разделите его.", field="file")
                yield Row("", reader.line_num, tuple(cells))


def _csv_problem(error: csv.Error) -> str:
    return "слишком длинная ячейка: проверьте кавычки" if "limit" in str(error) else "проверьте кавычки"


def _without_nul(text: Iterable[str]) -> Iterator[str]:
    for line in text:
        if "\0" in line:
            raise DomainError(f"В файле есть нулевые знаки: это не текст с разделителями. {TAKE}", field="file")
        yield line


def _encoding_of(path: Path) -> str:
    """What Excel and accounting programs write: UTF-8 with or without its mark, UTF-16 with it, else Windows-1251."""
    with path.open("rb") as file:
        beginning = file.read(4)
        if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if beginning.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        file.seek(0)
        decoder: Any = codecs.getincrementaldecoder("utf-8")()
        try:
            while piece := file.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1251"
        return "utf-8"


def _separator_of(beginning: str) -> str:
    """The separator that stands most often in the first line that has any."""
    for line in beginning.splitlines():
        counts = {separator: line.count(separator) for separator in SEPARATORS}
        if any(counts.values()):
            return max(counts, key=lambda separator: counts[separator])
    return SEPARATORS[0]
