"""Check digits of the numbers that identify an organisation."""

from django.core.exceptions import ValidationError
from stdnum.exceptions import ValidationError as NumberError
from stdnum.ru import inn


def validate_inn(value: str) -> None:
    """ИНН of 10 (organisation) or 12 digits (person), both check digits (приказ ФНС ММВ-7-6/435)."""
    try:
        if inn.validate(value) != value:
            raise ValidationError("ИНН состоит только из цифр.")
    except NumberError:
        raise ValidationError("Проверьте ИНН: контрольные цифры не сходятся.") from None


def validate_ogrn(value: str) -> None:
    """ОГРН of 13 or ОГРНИП of 15 digits: number modulo 11 or 13, last digit of the remainder."""
    if not (value.isascii() and value.isdigit() and len(value) in (13, 15)):
        raise ValidationError("ОГРН: 13 цифр, ОГРНИП: 15 цифр.")
    if int(value[:-1]) % (len(value) - 2) % 10 != int(value[-1]):
        raise ValidationError("Проверьте ОГРН: контрольная цифра не сходится.")
