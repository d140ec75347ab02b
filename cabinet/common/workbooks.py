"""Workbooks (.xlsx) that strangers upload: is it one, and what stands in its cells.

Nothing of the file is unpacked here: ``check_workbook`` looks at its first bytes and at the directory of the archive,
``read_workbook`` has a child process with limited memory and time read it (``workbook_reader``).
"""

import logging
import marshal
import os
import select
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path, PurePath
from typing import IO, Any, NamedTuple, cast

from django.conf import settings

from cabinet.common import workbook_reader
from cabinet.common.digits import format_figure
from cabinet.common.errors import DomainError

logger = logging.getLogger(__name__)

MAX_UNPACKED = 400 << 20
MAX_MEMBERS = 2_000
MAX_DIRECTORY = 1 << 20
PATIENCE = 2 * workbook_reader.CPU_SECONDS  # without a word of the child
OLE, ZIP, PDF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK", b"%PDF-"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")

TAKE = "Загрузите книгу Excel в формате .xlsx"
BROKEN = "Файл повреждён или это не книга Excel: откройте его в Excel, сохраните как .xlsx и загрузите снова"
PROTECTED = "Книга защищена паролем: снимите пароль на открытие файла и загрузите её снова"
OLD = "Файл в старом формате .xls: откройте его в Excel и сохраните как «Книга Excel (.xlsx)»"
ODS = "Файл в формате .ods: сохраните его как «Книга Excel (.xlsx)»"
BINARY = "Файл в двоичном формате .xlsb: сохраните его как «Книга Excel (.xlsx)»"
MACROS = "Книга содержит макросы: сохраните её как «Книга Excel (.xlsx)» без макросов"
TEXT = f"Файл .csv или текст вместо книги Excel: в нём нет формы. {TAKE}"
BOMB = "Книга слишком велика в распакованном виде: удалите из неё лишние листы, рисунки и оформление"
FAR = "слишком много данных, или ячейка заполнена далеко за краем таблицы. Удалите лишнее и загрузите книгу снова"
LONG = "слишком длинный текст в ячейках. Удалите лишнее и загрузите книгу снова"
OTHERS = {
    "csv": TEXT,
    "txt": TEXT,
    "tsv": TEXT,
    "xls": OLD,
    "ods": ODS,
    "xlsb": BINARY,
    "xlsm": MACROS,
    "xltm": MACROS,
    "xlam": MACROS,
    "pdf": f"Это файл PDF. {TAKE}",
    "doc": f"Это документ Word. {TAKE}",
    "docx": f"Это документ Word. {TAKE}",
    "zip": f"Это архив: распакуйте его. {TAKE}",
}
"""Extension → what to tell whoever chose such a file."""


class NotAWorkbook(DomainError):
    """The file cannot be taken as a workbook; the sentence says why and what to do."""


class Odd(NamedTuple):
    """A cell that is no plain value: ``formula`` (``text`` is its last result), ``date`` or ``error``."""

    kind: str
    text: str


Cell = None | str | float | int | bool | Odd


class Sheet(NamedTuple):
    """A sheet whose rows follow; ``merged`` as first row, first column, last row, last column, all from 1.

    Hidden sheets and charts are named alone: no rows of theirs are read.
    """

    name: str
    hidden: bool
    merged: list[tuple[int, int, int, int]]


class Row(NamedTuple):
    """A row that holds something, numbered as Excel shows it; ``cells`` begin with column A."""

    sheet: str
    number: int
    cells: tuple[Cell, ...]


def check_workbook(file: IO[bytes], name: str) -> None:
    """Refuse what is no .xlsx by its name, first bytes or archive directory. Raises NotAWorkbook."""
    extension = PurePath(name).suffix.lower().removeprefix(".")
    otherwise = OTHERS.get(extension, f"Это не книга Excel. {TAKE}")
    _check_contents(file, BROKEN if extension == "xlsx" else otherwise)
    if extension != "xlsx":
        raise NotAWorkbook(OTHERS.get(extension, f"Имя файла не оканчивается на .xlsx. {TAKE}"))


def _check_contents(file: IO[bytes], otherwise: str = BROKEN) -> None:
    """Refuse a file whose contents are no .xlsx; ``otherwise`` is said of bytes that tell nothing."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        raise NotAWorkbook(f"Файл пустой. {TAKE}")
    if size > settings.WORKBOOK_MAX_MB << 20:
        raise NotAWorkbook(f"Файл больше {settings.WORKBOOK_MAX_MB} МБ: разделите его на несколько книг")
    file.seek(0)
    beginning = file.read(len(OLE))
    if beginning == OLE:
        file.seek(0)
        raise NotAWorkbook(PROTECTED if ENCRYPTED_PACKAGE in file.read() else OLD)
    if beginning.startswith(PDF):
        raise NotAWorkbook(OTHERS["pdf"])
    if not beginning.startswith(ZIP):
        raise NotAWorkbook(otherwise)
    try:
        with zipfile.ZipFile(_Directory(file)) as archive:
            _check_members(archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise NotAWorkbook(BROKEN) from error


class _Directory:
    """The file as ``zipfile`` sees it while it reads the directory: no piece larger than a directory may be."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.seek, self.tell = file.seek, file.tell

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size > MAX_DIRECTORY:
            raise NotAWorkbook(BOMB)
        return self.file.read(size if size >= 0 else MAX_DIRECTORY)


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """Refuse by what the archive's directory says: sizes first, then what kind of file it is."""
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise NotAWorkbook(BOMB)
    if any(member.flag_bits & 1 for member in members):
        raise NotAWorkbook(PROTECTED)
    names = {member.filename.replace("\\", "/").lower() for member in members}
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise NotAWorkbook(MACROS)
    if "xl/workbook.bin" in names:
        raise NotAWorkbook(BINARY)
    if "word/document.xml" in names:
        raise NotAWorkbook(OTHERS["docx"])
    if {"mimetype", "content.xml"} <= names:
        raise NotAWorkbook(ODS)
    if "_rels/.rels" not in names or not any(name.startswith("xl/") for name in names):
        raise NotAWorkbook(OTHERS["zip"])


def read_workbook(path: str | Path) -> Iterator[Sheet | Row]:
    """The workbook's sheets in their order, each followed by its rows. Raises NotAWorkbook, also midway.

    A child process reads and sends rows as they are asked for: this process holds no more than a piece of them.
    """
    with Path(path).open("rb") as file:
        _check_contents(file)
    with _child(str(path)) as child:
        sheet = ""
        while True:
            match _frame(child, sheet):
                case ("rows", name, numbers, rows):
                    yield from map(Row, repeat(name), numbers, rows)
                case ("marked", name, numbers, rows):
                    for number, cells in zip(numbers, rows, strict=True):
                        yield Row(name, number, tuple(Odd(*c) if isinstance(c, tuple) else c for c in cells))
                case ("reading", name):
                    sheet = name
                case ("sheet", name, hidden, merged):
                    yield Sheet(name, hidden, merged)
                case ("failed", reason, error):
                    raise _refusal(reason, error, sheet)
                case _:
                    return


@contextmanager
def _child(path: str) -> Iterator[subprocess.Popen[bytes]]:
    """The child that reads this file: without the portal's environment, and gone at the end, whatever happens."""
    child = subprocess.Popen(  # noqa: S603  (our own program)
        [sys.executable, "-I", workbook_reader.__file__, str(Path(path).resolve())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def _frame(child: subprocess.Popen[bytes], sheet: str) -> Any:
    """The next thing the child tells; a refusal where it died or keeps silent."""
    until = time.monotonic() + PATIENCE
    size = int.from_bytes(_bytes(child, 8, until, sheet), "little")
    if size > workbook_reader.MAX_FRAME:
        raise _refusal("text", "", sheet)
    return marshal.loads(_bytes(child, size, until, sheet))  # noqa: S302  (of our own child)


def _bytes(child: subprocess.Popen[bytes], size: int, until: float, sheet: str) -> bytearray:
    """So many bytes of the child's output."""
    pipe = cast(IO[bytes], child.stdout).fileno()
    data = bytearray(size)
    rest = memoryview(data)
    while rest:
        if not select.select([pipe], [], [], max(0, until - time.monotonic()))[0]:
            raise _refusal("time", "", sheet)
        count = os.readv(pipe, [rest])
        if not count:
            raise _refusal("memory", f"exit {child.wait()}", sheet)
        rest = rest[count:]
    return data


def _refusal(reason: str, error: str, sheet: str) -> NotAWorkbook:
    """What the person is told of a reading that failed; the log is told what kind of failure it was."""
    logger.warning("A workbook could not be read: %s %s", reason, error)
    limit = format_figure(workbook_reader.MAX_ROWS)
    place = f"Лист «{sheet}» не прочитан: " if sheet else "Книга не прочитана: "
    return NotAWorkbook(
        {
            "password": PROTECTED,
            "rows": f"В книге больше {limit} заполненных строк: разделите её на несколько",
            "text": place + LONG,
            "sheets": f"В книге больше {workbook_reader.MAX_SHEETS} листов: удалите лишние",
            "memory": place + FAR,
            "time": f"Книга читается слишком долго. {BOMB}",
        }.get(reason, BROKEN)
    )
