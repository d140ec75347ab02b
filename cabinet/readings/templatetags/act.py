"""Figures on paper. The fonts of the PDF have a thin space (U+2009) but not its narrow no-break kin."""

from decimal import Decimal

from django import template

from cabinet.common.digits import THIN_SPACE
from cabinet.metering.models import Meter
from cabinet.readings import act_words

register = template.Library()
register.filter("digits", act_words.digits)
register.filter("losses", act_words.losses)
register.filter("totals_note", act_words.totals_note)
register.filter("unit", act_words.unit)
THIN_SPACE_ON_PAPER = "\u2009"


@register.filter
def on_paper(value: Decimal | None, places: int = 0) -> str:
    """Thin-space thousands, decimal comma; nothing for None."""
    return _paper(act_words.figure(value, places))


@register.filter
def in_digits(value: Decimal | None, meter: Meter) -> str:
    """A reading as its meter shows it; nothing for None."""
    return _paper(act_words.reading(value, meter))


@register.filter
def plain(value: Decimal) -> str:
    """A factor without zeros at its end: «1 800», «2,5»."""
    return _paper(act_words.factor(value))


@register.filter
def remarks(point: object) -> list[str]:
    """What stands under the point's name."""
    return [_paper(remark) for remark in act_words.remarks(point)]


def _paper(text: str) -> str:
    return text.replace(THIN_SPACE, THIN_SPACE_ON_PAPER)
