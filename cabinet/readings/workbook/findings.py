"""What the judging of an uploaded form found: pages of rows for people, and entries to be applied.

Kept as one zip beside the uploaded file, so that any page of a hundred thousand rows is read alone.
"""

import datetime as dt
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, Self

from django.core.paginator import Paginator
from django.db import models

from cabinet.common import periods

PAGE = 100
BATCH = 1000
COMPRESSION = 1  # written once, read for a day: the quickest is enough


class Group(models.TextChoices):
    """What a row comes to, in the order in which people look at it."""

    WRONG = "wrong", "С ошибкой"
    STALE = "stale", "Изменены после выгрузки"
    DOUBTFUL = "doubtful", "С предупреждением"
    READY = "ready", "Без замечаний"


class Finding(NamedTuple):
    """A row of the form as a person reads it: where it stands, whose it is, old → new, and why not or what of it.

    ``state`` is that of a reading that was sent already. ``kept``: a wrong text that will stand under the reading
    with its error.
    """

    sheet: str
    row: int
    column: str
    contract: str
    facility: str
    serial: str
    scale: str
    was: str
    becomes: str
    state: str = ""
    reason: str = ""
    kept: bool = False

    @property
    def cell(self) -> str:
        """«Лист!L12», as Excel names it."""
        return f"{self.sheet}!{self.column}{self.row}"


class Entry(NamedTuple):
    """A text to be put into a register's reading, if it still has the version that was judged."""

    register: int
    text: str
    version: int


class Entries(NamedTuple):
    """Some entries of one contract and period; ``stale`` ones are applied only when the person asks for it."""

    contract: int
    period: dt.date
    stale: bool
    entries: list[Entry]


class FindingsWriter:
    """Writes findings and entries as they come; a context manager."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION)
        self._found: dict[Group, list[Finding]] = defaultdict(list)
        self._entries: dict[tuple[int, dt.date, bool], list[Entry]] = defaultdict(list)
        self._pages: dict[str, int] = defaultdict(int)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            for group in self._found:
                self._flush_found(group)
            for key in self._entries:
                self._flush_entries(key)
        self._zip.close()

    def add(self, group: Group, finding: Finding) -> None:
        """A row for people."""
        self._found[group].append(finding)
        if len(self._found[group]) == PAGE:
            self._flush_found(group)

    def apply(self, contract: int, period: dt.date, entry: Entry, *, stale: bool = False) -> None:
        """A row to be applied."""
        key = (contract, period, stale)
        self._entries[key].append(entry)
        if len(self._entries[key]) == BATCH:
            self._flush_entries(key)

    def _flush_found(self, group: Group) -> None:
        if self._found[group]:
            self._write(group.value, self._found[group])
            self._found[group] = []

    def _flush_entries(self, key: tuple[int, dt.date, bool]) -> None:
        contract, period, stale = key
        if self._entries[key]:
            self._write("entries", [contract, periods.code(period), stale, self._entries[key]])
            self._entries[key] = []

    def _write(self, folder: str, content: Any) -> None:
        name = f"{folder}/{self._pages[folder]}"
        self._pages[folder] += 1
        self._zip.writestr(name, json.dumps(content, ensure_ascii=False))


class Findings:
    """Reads what ``FindingsWriter`` wrote."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file)

    def page(self, group: Group, number: int) -> list[Finding]:
        """The rows of a page, counted from one; none where there is no such page."""
        try:
            return [Finding(*row) for row in self._read(f"{group.value}/{number - 1}")]
        except KeyError:
            return []

    def all(self, group: Group) -> Iterator[Finding]:
        """All rows of a group."""
        number = 1
        while rows := self.page(group, number):
            yield from rows
            number += 1

    def entries(self) -> Iterator[Entries]:
        """All that is to be applied, some at a time."""
        number = 0
        while f"entries/{number}" in self._zip.NameToInfo:
            contract, period, stale, rows = self._read(f"entries/{number}")
            yield Entries(contract, dt.date.fromisoformat(f"{period}-01"), stale, [Entry(*row) for row in rows])
            number += 1

    def _read(self, name: str) -> Any:
        return json.loads(self._zip.read(name))


def paginator(count: int) -> Paginator:
    """The pages of a group of so many rows."""
    return Paginator(range(count), PAGE)
