"""Figures on paper. The fonts of the PDF have a thin space (U+2009) but not its narrow no-break kin."""

from decimal import Decimal

from django import template

from cabinet.common.digits import THIN_SPACE, format_figure, format_reading
from cabinet.common.templatetags.figures import ratio
from cabinet.metering.models import Meter

register = template.Library()
THIN_SPACE_ON_PAPER = "\u2009"


@register.filter
def on_paper(value: Decimal | None, places: int = 0) -> str:
    """Thin-space thousands, decimal comma; nothing for None."""
    return "" if value is None else _paper(format_figure(value, places))


@register.filter
def in_digits(value: Decimal | None, meter: Meter) -> str:
    """A reading as its meter shows it; nothing for None."""
    return "" if value is None else _paper(format_reading(value, meter.digits_before, meter.digits_after))


@register.filter
def plain(value: Decimal) -> str:
    """A factor without zeros at its end: «1 800», «2,5»."""
    return _paper(ratio(value))


def _paper(text: str) -> str:
    return text.replace(THIN_SPACE, THIN_SPACE_ON_PAPER)
