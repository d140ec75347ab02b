"""Dates, sums of money, long texts and addresses of e-mail as people type them."""

import re
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from cabinet.common.digits import DigitsError, parse_money
from cabinet.common.emails import has_one_spelling, plain_email

RUSSIAN, SHORT, ISO = "%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d"
FIRST_YEAR, LAST_YEAR = 1990, 2100  # what can be meant; the calendar's very ends break what is reckoned from a day
_LOOKS_LIKE_A_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{2}|\d{4})|\d{4}-\d{1,2}-\d{1,2}")


class DateInput(forms.DateInput):
    """A date typed as ДД.ММ.ГГГГ, with a calendar where there is a script (``common/calendar.js``)."""

    template_name = "components/date_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        typed = {"placeholder": "ДД.ММ.ГГГГ", "inputmode": "decimal", "maxlength": 10, "autocomplete": "off"}
        super().__init__({**typed, **(attrs or {})}, RUSSIAN)

    def format_value(self, value: Any) -> Any:
        """A date of an address (2026-11-24) as people write it; whatever else was typed, as it was."""
        if isinstance(value, str):
            with suppress(ValueError):
                value = datetime.strptime(value, ISO).date()  # noqa: DTZ007  # a date has no zone
        return super().format_value(value)


class DateField(forms.DateField):
    """A date: ДД.ММ.ГГГГ or ДД.ММ.ГГ from people, ГГГГ-ММ-ДД from addresses."""

    widget = DateInput
    input_formats = [RUSSIAN, SHORT, ISO]
    default_error_messages = {
        "invalid": "Введите дату как ДД.ММ.ГГГГ, например 24.11.2026.",
        "no_such_day": "Такого дня нет в календаре.",
        "reversed": "Дата «до» раньше даты «от».",
        "far": f"Введите год от {FIRST_YEAR} до {LAST_YEAR}.",
    }

    def to_python(self, value: Any) -> date | None:
        """The date; a day that no month has, and a year nobody means, are told from what is no date at all."""
        if isinstance(value, str) and not value.strip():
            return None
        try:
            day = super().to_python(value)
        except ValidationError:
            if _LOOKS_LIKE_A_DATE.fullmatch(str(value).strip()):
                raise ValidationError(self.error_messages["no_such_day"], code="no_such_day") from None
            raise
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(self.error_messages["far"], code="far")
        return day


class MoneyField(forms.Field):
    """A sum in roubles: «1 240 000,50», with spaces of any kind, comma or point."""

    widget = forms.TextInput
    default_error_messages = {"reversed": "Сумма «до» меньше суммы «от»."}

    def to_python(self, value: Any) -> Decimal | None:
        """The sum."""
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return parse_money(str(value))
        except DigitsError as problem:
            raise ValidationError(str(problem), code="invalid") from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The keyboard of figures on a phone."""
        return {"inputmode": "decimal", "autocomplete": "off", "maxlength": 40}


class LongTextField(forms.CharField):
    """A text of several lines: the browser does not cut what is too long, the form says by how much."""

    widget = forms.Textarea

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No ``maxlength``: a browser drops the rest of a pasted text without a word."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class PlainEmailValidator(EmailValidator):
    """An address as mailboxes have it: no quotes, no control characters, no number in place of the domain.

    A domain that mail reads as another spelling is refused: it would be a second login of the same mailbox.
    """

    user_regex = re.compile(r"[-!#$%&'*+/=?^_`{}|~0-9a-z]+(?:\.[-!#$%&'*+/=?^_`{}|~0-9a-z]+)*\Z", re.I | re.A)

    def validate_domain_part(self, domain_part: str) -> bool:
        """Whether the domain is a name, in its one spelling."""
        if not self.domain_regex.match(domain_part):
            return False
        return has_one_spelling(plain_email(f"@{domain_part}")[1:])


class EmailField(forms.EmailField):
    """An address of e-mail, in its one spelling."""

    default_validators = [PlainEmailValidator()]
    default_error_messages = {"invalid": "Введите адрес полностью, например name@company.ru."}

    def clean(self, value: Any) -> str:
        """The address."""
        return plain_email(super().clean(value))
