"""The form's columns, and the code by which a row is known wherever it was moved to."""

import datetime as dt
import re
from functools import cache
from typing import NamedTuple

from cabinet.common import periods

SHEET, INSTRUCTIONS = "Показания", "Инструкция"


class Column(NamedTuple):
    """A column: its title, by which it is found again, and its width in characters."""

    title: str
    width: int


CONTRACT = Column("Договор №", 16)
FACILITY = Column("Объект", 30)
POINT = Column("Точка учёта", 28)
SERIAL = Column("Счётчик №", 15)
SCALE = Column("Шкала", 9)
UNIT = Column("Ед. изм.", 9)
RATIO = Column("Ктр", 9)
DIGITS = Column("Знаков", 8)
PREVIOUS = Column("Предыдущее показание", 17)
VALUE = Column("Текущее показание", 17)
STATE = Column("Состояние", 26)
CODE = Column("Код строки", 21)
COLUMNS = (CONTRACT, FACILITY, POINT, SERIAL, SCALE, UNIT, RATIO, DIGITS, PREVIOUS, VALUE, STATE, CODE)

_CODE = re.compile(r"\s*(\d{4}-\d\d)-(\d{1,18})-(\d{1,9})\s*", re.ASCII)
_period_code = cache(periods.code)
_period = cache(periods.parse)


class Code(NamedTuple):
    """Which reading a row is of, and which version of it the form was made from."""

    register: int
    period: dt.date
    version: int


def code_of(register: int, period: dt.date, version: int) -> str:
    """The code of a row: ``2026-11-12345-3``."""
    return f"{_period_code(period)}-{register}-{version}"


def parse_code(text: str) -> Code | None:
    """What a row's code says; None where it says nothing."""
    found = _CODE.fullmatch(text)
    period = _period(found[1]) if found else None
    return Code(int(found[2]), period, int(found[3])) if found and period else None


def digits_of(before: int, after: int) -> str:
    """A meter's digits as the form writes them: «6,2»."""
    return f"{before},{after}"


def letters_of(index: int) -> str:
    """The letters of a column counted from zero: «L», «AB»."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
