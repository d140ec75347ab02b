"""Figures as people type and read them: parsing, a meter's digits (значность), formatting."""

import re
from decimal import Decimal

THIN_SPACE = "\u202f"
MAX_TEXT = 40
DIGITS_PROBLEM = "Ошибка значности"
MONEY_LIMIT = Decimal(10) ** 13  # what a DecimalField(15, 2) of the database takes
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f']")
_NUMBER = re.compile(r"\d{1,30}(\.\d{0,20})?|\.\d{1,20}", re.ASCII)


class DigitsError(ValueError):
    """A figure that cannot be taken; the message is for the person."""


def parse_figure(text: str) -> Decimal:
    """A non-negative figure typed by a person: comma or point, spaces of any kind between thousands.

    Raises DigitsError for letters, a sign, two separators, an empty string.
    """
    squeezed = _SPACES.sub("", text).replace(",", ".")
    if not squeezed:
        raise DigitsError("Введите показание")
    if squeezed[0] in "-\u2212\u2013":
        raise DigitsError("Показание не может быть отрицательным")
    if not _NUMBER.fullmatch(squeezed):
        raise DigitsError("Показание — число, например 15064,15")
    return Decimal(squeezed)


def parse_money(text: str) -> Decimal:
    """A sum in roubles typed by a person: «1 240 000,50», with spaces of any kind, comma or point.

    Raises DigitsError for letters, a sign, parts of a kopeck, what no sum of the portal can be.
    """
    squeezed = _SPACES.sub("", text).replace(",", ".")
    if squeezed[:1] in {"-", "\u2212", "\u2013"}:
        raise DigitsError("Сумма не может быть отрицательной.")
    whole, _, kopecks = squeezed.partition(".")
    if not (whole + kopecks).isascii() or not (whole + kopecks).isdecimal():
        raise DigitsError("Введите сумму цифрами, например 1240000,50.")
    if len(kopecks) > 2:
        raise DigitsError("Введите не больше двух знаков после запятой: рубли и копейки.")
    value = Decimal(f"{whole or 0}.{kopecks or 0}")
    if value >= MONEY_LIMIT:
        raise DigitsError(f"Введите сумму меньше {format_figure(MONEY_LIMIT)} руб.")
    return value


def check_digits(value: Decimal, before: int, after: int) -> None:
    """Hold a reading against the meter's digits before and after the point (domain rule «значность»).

    Zeros at the end of the fraction do not count. Raises DigitsError («Ошибка значности»).
    """
    if value >= Decimal(10) ** before:
        raise DigitsError(f"{DIGITS_PROBLEM}: у счётчика {plural(before, 'знак', 'знака', 'знаков')} до запятой")
    if value != value.quantize(Decimal(1).scaleb(-after)):
        kept = f"{plural(after, 'знак', 'знака', 'знаков')} после запятой" if after else "нет знаков после запятой"
        raise DigitsError(f"{DIGITS_PROBLEM}: у счётчика {kept}")


def plural(number: int, one: str, few: str, many: str) -> str:
    """«1 знак», «3 знака», «5 знаков», «10 000 знаков»."""
    tens, units = abs(number) % 100, abs(number) % 10
    word = many if 11 <= tens <= 14 else one if units == 1 else few if 2 <= units <= 4 else many
    return f"{format_figure(number)} {word}"


def format_figure(value: Decimal | int | None, places: int = 0) -> str:
    """A figure for reading: thin-space thousands, decimal comma; a dash for none."""
    if value is None:
        return "—"
    text = f"{value:,.{places}f}".replace(",", THIN_SPACE).replace(".", ",")
    return text.replace("-", "\u2212")


def format_reading(value: Decimal | None, before: int, after: int) -> str:
    """A reading in its meter's digits, with the leading zeros a meter shows: «015 064,15»."""
    if value is None:
        return "—"
    whole, _, fraction = f"{value:.{after}f}".partition(".")
    whole = whole.zfill(before)
    head = len(whole) % 3
    groups = ([whole[:head]] if head else []) + [whole[i : i + 3] for i in range(head, len(whole), 3)]
    return THIN_SPACE.join(groups) + (f",{fraction}" if fraction else "")
