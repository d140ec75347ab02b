"""Phone numbers: kept as +79161234567 (E.164), shown as +7 916 123-45-67."""

import phonenumbers
from django.core.exceptions import ValidationError
from phonenumbers import NumberParseException, PhoneNumberFormat

REGION = "RU"


def parse_phone(text: str) -> str:
    """The number a person typed, in E.164; raises ValidationError for what is no number."""
    try:
        number = phonenumbers.parse(text, REGION)
    except NumberParseException as error:
        raise ValidationError("Введите номер телефона, например +7 916 123-45-67.", code="phone") from error
    if not phonenumbers.is_valid_number(number):
        raise ValidationError("Такого номера нет. Проверьте код и число цифр.", code="phone")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def format_phone(number: str) -> str:
    """A kept number as people read it; whatever is not kept in E.164 is shown as it was typed."""
    try:
        parsed = phonenumbers.parse(number, None)
    except NumberParseException:
        return number
    if phonenumbers.format_number(parsed, PhoneNumberFormat.E164) != number:
        return number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
