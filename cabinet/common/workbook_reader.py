"""The child process that reads a stranger's workbook: a program of its own, run by ``workbooks.read_workbook``.

calamine lays a sheet out as a full rectangle: one cell in the last corner asks for hundreds of gigabytes and ends the
process. So this process limits its own memory and time first, knows nothing of the portal (no Django, no environment),
and tells what it reads in frames: eight bytes of length, then ``marshal``.

calamine gives formulas by their last result and errors as nothing: cells of both kinds are found in the sheet's XML.
"""

import datetime as dt
import marshal
import posixpath
import re
import resource
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.parsers import expat

MAX_ROWS = 200_000
MEMORY = 1536 << 20
CPU_SECONDS = 60
MAX_FRAME = 16 << 20
MAX_TOLD = 128 << 20  # of all rows: a form of the most rows takes half of it
MAX_SHEETS = 100
LONGEST_NAME = 31  # of a sheet, as Excel has it
CELLS_IN_FRAME = 24_000
PIECE = 1 << 18
LONGEST_TAG = 40  # of what is searched for between two pieces
MARKS = tuple(
    map(re.compile, (rb"<f[\s/>]", rb":f[\s/>]", rb't="e"', rb"t='e'"))
)  # each begins with plain letters: quick
Marks = dict[int, dict[int, tuple[str, str]]]
"""Row → column (both from 1) → kind and text of a cell that is no plain value."""


class TooMuch(Exception):
    """The workbook holds more than is read; the argument says what."""


told = 0


def tell(*frame: Any) -> None:
    """Write one frame to the parent, which has no limit of memory of its own."""
    global told
    data = marshal.dumps(frame, 2)
    if len(data) > MAX_FRAME or told + len(data) > MAX_TOLD:
        raise TooMuch("text")
    told += len(data)
    sys.stdout.buffer.write(len(data).to_bytes(8, "little") + data)
    sys.stdout.buffer.flush()


class Parts:
    """The parts of the workbook's package that are looked into here: which sheet is which file, and their XML."""

    def __init__(self, path: str) -> None:
        self.archive = zipfile.ZipFile(path)
        self.names = {name.replace("\\", "/").lower(): name for name in self.archive.namelist()}

    def pieces(self, part: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece; nothing where it is missing."""
        name = self.names.get(part.lower())
        if name is None:
            return
        with self.archive.open(name) as file:
            while piece := file.read(PIECE):
                yield piece

    def targets(self, part: str) -> dict[str, tuple[str, str]]:
        """The relationships of a part: id → kind and the part it leads to."""
        found: dict[str, tuple[str, str]] = {}
        folder, name = posixpath.split(part)

        def start(name: str, attributes: dict[str, str]) -> None:
            if local(name) == "Relationship":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                found[attributes.get("Id", "")] = (kind, target.lstrip("/"))

        walk(self.pieces(posixpath.join(folder, "_rels", f"{name}.rels")), start=start)
        return found

    def sheets(self) -> dict[str, str]:
        """Names of the sheets → their parts, through the relationships of the package and of the workbook."""
        workbook = next((part for kind, part in self.targets("").values() if kind == "officeDocument"), "")
        targets = self.targets(workbook)
        sheets: dict[str, str] = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            if local(name) == "sheet":
                key = next((value for key, value in attributes.items() if key.endswith(" id")), "")
                sheets[attributes.get("name", "")] = targets.get(key, ("", ""))[1]

        walk(self.pieces(workbook), start=start)
        return sheets

    def marks(self, part: str) -> Marks:
        """Formulas and errors of a sheet: a quick search for any first, since most sheets have none."""
        return marks_of(self.pieces(part)) if has_marks(self.pieces(part)) else {}


def has_marks(pieces: Iterator[bytes]) -> bool:
    """Whether the XML of a sheet may have a formula or an error at all. Reads all of it, whatever it claims to be."""
    found, tail = False, b""
    for piece in pieces:
        text = tail + piece
        found = found or any(mark.search(text) for mark in MARKS)
        tail = text[-LONGEST_TAG:]
    return found


def marks_of(pieces: Iterator[bytes]) -> Marks:
    """Where the formulas and errors of a sheet stand. Rows and cells without an address follow the one before."""
    marks: Marks = defaultdict(dict)
    row = column = 0
    is_error = False
    text: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, is_error
        match local(name):
            case "row":
                row, column = int(attributes.get("r", row + 1)), 0
            case "c":
                column = column_of(attributes["r"]) if "r" in attributes else column + 1
                is_error = attributes.get("t") == "e"
                text.clear()
            case "f":
                marks[row][column] = ("formula", "")
            case "v":
                text.clear()

    def end(name: str) -> None:
        if is_error and local(name) == "c":
            kind = "formula" if column in marks.get(row, {}) else "error"
            marks[row][column] = (kind, "".join(text))

    def characters(data: str) -> None:
        if is_error:
            text.append(data)

    walk(pieces, start=start, end=end, characters=characters)
    return dict(marks)


def walk(pieces: Iterator[bytes], start: Any, end: Any = None, characters: Any = None) -> None:
    """Go through XML as it comes; a document type, and with it any entity, is refused."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, characters
    parser.StartDoctypeDeclHandler = refuse_doctype
    for piece in pieces:
        parser.Parse(piece)
    parser.Parse(b"", True)


def refuse_doctype(*declared: Any) -> None:
    """Workbooks declare none: who does is after entities."""
    raise ValueError("A document type in a workbook")


def local(name: str) -> str:
    """The name of an element without its namespace."""
    return name.rpartition(" ")[2]


def column_of(address: str) -> int:
    """The column of an address like «AB12», from 1."""
    number = 0
    for letter in address.rstrip("0123456789"):
        number = number * 26 + ord(letter.upper()) - 64
    return number


def rows_of(sheet: Any, marks: Marks) -> Iterator[tuple[int, list[Any]]]:
    """Rows that hold something, with their numbers; cells from column A, nothing as None."""
    left = [None] * (sheet.start[1] if sheet.start else 0)
    number = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        if any(row) or number in marks or any(cell != "" for cell in row):
            cells = [cell if cell or cell == 0 else None for cell in row]
            cells = left + cells if left else cells
            yield number, with_marks(cells, marks[number]) if number in marks else cells
    for last in sorted(key for key in marks if key > number):
        yield last, with_marks([], marks[last])


def with_marks(cells: list[Any], marks: dict[int, tuple[str, str]]) -> list[Any]:
    """The row with its formulas and errors as pairs of kind and text."""
    cells = cells + [None] * (max(marks) - len(cells))
    for column, (kind, text) in marks.items():
        cells[column - 1] = (kind, text or shown(cells[column - 1]))
    return cells


def plain(cell: Any) -> Any:
    """A cell that ``marshal`` takes: dates and times as a pair of kind and text."""
    return cell if cell is None or isinstance(cell, str | float | int | tuple) else ("date", shown(cell))


def shown(cell: Any) -> str:
    """A cell as a person writes it."""
    if isinstance(cell, dt.datetime):
        return f"{cell:%d.%m.%Y %H:%M}".removesuffix(" 00:00")
    if isinstance(cell, dt.date):
        return f"{cell:%d.%m.%Y}"
    return "" if cell is None else str(cell).removesuffix(".0")


def tell_rows(name: str, numbers: list[int], rows: list[Any], marked: bool) -> None:
    """Rows in as many frames as their size asks for."""
    try:
        tell("marked" if marked else "rows", name, numbers, rows)
    except ValueError:  # what marshal does not know: dates and times
        tell_rows(name, numbers, [[plain(cell) for cell in row] for row in rows], marked=True)
    except TooMuch:
        if len(rows) == 1:
            raise
        half = len(rows) // 2
        tell_rows(name, numbers[:half], rows[:half], marked)
        tell_rows(name, numbers[half:], rows[half:], marked)


def read(path: str) -> None:
    """Tell the sheets in their order, each followed by its rows; of hidden ones and charts no rows are read."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    parts = Parts(path)
    files = parts.sheets()
    total = 0
    with load_workbook(path) as book, ThreadPoolExecutor(1) as beside:
        if len(book.sheets_metadata) > MAX_SHEETS:
            raise TooMuch("sheets")
        for about in book.sheets_metadata:
            hidden = about.visible != SheetVisibleEnum.Visible
            if hidden or about.typ != SheetTypeEnum.WorkSheet:
                tell("sheet", about.name[:LONGEST_NAME], hidden, [])
                continue
            tell("reading", about.name[:LONGEST_NAME])
            looking = beside.submit(parts.marks, files.get(about.name, ""))
            sheet = book.get_sheet_by_name(about.name)  # frees the interpreter meanwhile
            merged = [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in sheet.merged_cell_ranges or ()]
            marks = looking.result()
            tell("sheet", about.name[:LONGEST_NAME], False, merged)
            total = read_rows(sheet, marks, total)


def read_rows(sheet: Any, marks: Marks, total: int) -> int:
    """Tell the rows of a sheet; the number of all rows told so far."""
    name = sheet.name[:LONGEST_NAME]
    at_once = max(1, CELLS_IN_FRAME // max(1, sheet.width))
    numbers: list[int] = []
    rows: list[Any] = []
    for number, cells in rows_of(sheet, marks):
        total += 1
        if total > MAX_ROWS:
            raise TooMuch("rows")
        numbers.append(number)
        rows.append(tuple(cells))
        if len(rows) >= at_once:
            tell_rows(name, numbers, rows, bool(marks))
            numbers, rows = [], []
    if rows:
        tell_rows(name, numbers, rows, bool(marks))
    return total


def limit() -> None:
    """Give this process no more memory, time and disk than reading a large workbook takes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Read the workbook named by the only argument; whatever happens is told."""
    limit()
    try:
        read(sys.argv[1])
    except TooMuch as much:
        tell("failed", str(much), "")
    except MemoryError:
        tell("failed", "memory", "")
    except BaseException as error:  # a panic of the library is no Exception
        if isinstance(error, BrokenPipeError):
            raise  # nobody listens any more
        tell("failed", "password" if type(error).__name__ == "PasswordError" else "broken", type(error).__name__)
    else:
        tell("end")


if __name__ == "__main__":
    main()
