"""Figures on paper. The fonts of the PDF have a thin space (U+2009) but not its narrow no-break kin."""

from decimal import Decimal

from django import template

from cabinet.common.digits import THIN_SPACE
from cabinet.metering.models import Meter
from cabinet.readings.act import words

register = template.Library()
register.filter("digits", words.digits)
register.filter("losses", words.losses)
register.filter("totals_note", words.totals_note)
register.filter("unit", words.unit)
THIN_SPACE_ON_PAPER = "\u2009"


@register.filter
def on_paper(value: Decimal | None, places: int = 0) -> str:
    """Thin-space thousands, decimal comma; nothing for None."""
    return _paper(words.figure(value, places))


@register.filter
def in_digits(value: Decimal | None, meter: Meter) -> str:
    """A reading as its meter shows it; nothing for None."""
    return _paper(words.reading(value, meter))


@register.filter
def plain(value: Decimal) -> str:
    """A factor without zeros at its end: «1 800», «2,5»."""
    return _paper(words.factor(value))


@register.filter
def remarks(point: object) -> list[str]:
    """What stands under the point's name."""
    return [_paper(remark) for remark in words.remarks(point)]


def _paper(text: str) -> str:
    return text.replace(THIN_SPACE, THIN_SPACE_ON_PAPER)
