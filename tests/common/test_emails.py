"""One mailbox, one spelling."""

import pytest
from django.core.exceptions import ValidationError

from cabinet.common.emails import plain_email
from cabinet.common.fields import EmailField


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Office@Example.COM ", "office@example.com"),
        ("o'neil+portal@a-b.example", "o'neil+portal@a-b.example"),
        ("Info@Почта.РФ", "info@почта.рф"),
        ("info@xn--80a1acny.xn--p1ai", "info@почта.рф"),
        ("info@bücher.example", "info@bücher.example"),
        ("info@localhost", "info@localhost"),
    ],
)
def test_an_address_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert EmailField().clean(typed) == kept == plain_email(kept)


@pytest.mark.parametrize(
    "typed",
    [
        "office@ｅxample.com",  # full-width
        "office@exam\u00adple.com",  # a soft hyphen
        "office@exa\u200dmple.com",
        "office@bu\u0308cher.example",  # decomposed
        "office@straße.de",
        "office@example。com",
        "офис@почта.рф",
        "o\u212affice@example.com",
        "offi\u017fe@example.com",
        '"a b"@example.com',
        '"\x01"@example.com',
        "office@[127.0.0.1]",
        "office@xn--zzzzzz9999.ru",
        "office\x00@example.com",
        "office@exam\x07ple.com",
        "office@example.com\x85evil.com",
        "office",
        "@",
    ],
)
def test_another_spelling_and_what_breaks_a_workbook_are_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        EmailField().clean(typed)


def test_what_is_no_address_has_a_spelling_too() -> None:
    assert [plain_email(text) for text in ("", "@", " A", "a@..", "a@" + "b" * 300)] == [
        "",
        "@",
        "a",
        "a@..",
        "a@" + "b" * 300,
    ]
