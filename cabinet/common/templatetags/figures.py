"""Figures, dates and periods as the portal writes them."""

import datetime as dt
import re
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cabinet.common import digits, periods
from cabinet.common.phones import format_phone

register = template.Library()


@register.filter
def figure(value: Decimal | int | None, places: int = 0) -> str:
    """Thin-space thousands, decimal comma: ``{{ kwh|figure }}``, ``{{ roubles|figure:2 }}``."""
    return digits.format_figure(value, places)


@register.filter
def energy(value: Decimal | None) -> str:
    """kWh to the hundredth, as the act prints them, so that a column lines up; a dash for none."""
    return digits.format_figure(value, 2)


@register.filter
def ratio(value: Decimal) -> str:
    """A transformer ratio without idle zeros: «80», «1 800», «0,5»."""
    whole = value.normalize()
    return digits.format_figure(whole, max(-int(whole.as_tuple().exponent), 0))


@register.filter
def period(value: dt.date) -> str:
    """«Ноябрь 2026»."""
    return periods.label(value)


@register.filter
def period_code(value: dt.date) -> str:
    """The period as an address writes it: ``2026-11``."""
    return periods.code(value)


@register.simple_tag
def count(number: int, one: str, few: str, many: str) -> str:
    """«3 объекта»: ``{% count n "объект" "объекта" "объектов" %}``."""
    return digits.plural(number, one, few, many)


@register.filter
def numbered(text: str) -> SafeString:
    """«от 17.08.2026 № 08-03/БУ»: the number stays whole and with its sign where the line ends."""
    before, sign, number = text.rpartition("№ ")
    return format_html('{}<span class="nowrap">{}</span>', before, sign + number) if sign else format_html("{}", text)


@register.filter
def phone(number: str) -> SafeString:
    """A telephone as a link: «+7 916 123-45-67»."""
    return format_html('<a class="nowrap" href="tel:{}">{}</a>', re.sub(r"[^\d+]", "", number), format_phone(number))
