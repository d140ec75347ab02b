"""Keys that come as text."""

import pytest

from cabinet.common.ids import parse_id


@pytest.mark.parametrize(("text", "key"), [("1", 1), ("007", 7), ("9223372036854775807", 2**63 - 1)])
def test_a_key_in_plain_digits_is_read(text: str, key: int) -> None:
    assert parse_id(text) == key


@pytest.mark.parametrize(
    "text",
    ["", "0", "-1", "+1", "1.0", " 1", "1_000", "abc", "١٢", "²", "\x00", "9223372036854775808", "9" * 20, "1" * 5000],
)
def test_whatever_cannot_be_a_key_is_none(text: str) -> None:
    assert parse_id(text) is None
