"""Rows written straight into a workbook whose frame XlsxWriter makes.

XlsxWriter knows everything of a workbook but takes most of its time to write one cell after the other. So it writes the
frame, with one pattern row that uses each format once; the rows take the pattern's place as finished XML.
"""

import re
import zipfile
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import IO

SHEET = "xl/worksheets/sheet1.xml"
LEVEL = 5  # of compression: no larger than at the usual 6, and quicker
ROWS_AT_ONCE = 200
_DIMENSION = re.compile(rb"<dimension [^>]*/>")  # may be left out, and is not known while the rows come
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads «_x0041_» as a letter

Frame = Callable[[int], IO[bytes]]
"""Makes the workbook for so many rows; the first sheet's last row is the pattern."""
Rows = Callable[[list[str]], Iterable[str]]
"""The rows as XML, given the ids of the pattern's formats, from its first cell to its last."""


def write_rows(file: IO[bytes], frame: Frame, rows: Rows) -> int:
    """Write the workbook with its rows into ``file`` as they come; answers how many there were."""
    count = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        before, pattern, _ = _parts_of(frame(1))
        with archive.open(SHEET, "w") as sheet:
            sheet.write(_DIMENSION.sub(b"", before, count=1))
            waiting = []
            for count, row in enumerate(rows(re.findall(r' s="(\d+)"', pattern)), 1):
                waiting.append(row)
                if count % ROWS_AT_ONCE == 0:
                    sheet.write("".join(waiting).encode())
                    waiting = []
            framed = frame(count)
            sheet.write("".join(waiting).encode() + _parts_of(framed)[2])
        with zipfile.ZipFile(framed) as made:
            for name in made.namelist():
                if name != SHEET:
                    archive.writestr(name, made.read(name))
    return count


def _parts_of(framed: IO[bytes]) -> tuple[bytes, str, bytes]:
    """The first sheet's XML: what comes before the pattern row, the pattern row, what comes after it."""
    with zipfile.ZipFile(framed) as made:
        xml = made.read(SHEET)
    start, end = xml.rindex(b"<row "), xml.rindex(b"</row>") + len(b"</row>")
    return xml[:start], xml[start:end].decode(), xml[end:]


def text_cell(address: str, style: str, text: str) -> str:
    """A cell with a string that stays a string, whatever it begins with."""
    return f'<c r="{address}" s="{style}" t="inlineStr"><is><t>{_escaped(text)}</t></is></c>'


def figure_cell(address: str, style: str, value: Decimal) -> str:
    """A cell with a number."""
    return f'<c r="{address}" s="{style}"><v>{value:f}</v></c>'


def empty_cell(address: str, style: str) -> str:
    """A cell with its format alone."""
    return f'<c r="{address}" s="{style}"/>'


def _escaped(text: str) -> str:
    text = text.strip()
    if not text.isprintable() or "_x" in text:
        text = _LOOKS_ESCAPED.sub("_x005F_", _ILLEGAL.sub("", text))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
