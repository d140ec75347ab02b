"""How telephones are shown."""

import pytest

from cabinet.common.phones import format_phone
from cabinet.common.templatetags.figures import phone


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+79161234567", "+7 916 123-45-67"),
        ("+375291234567", "+375 29 123-45-67"),
        ("+7 (495) 123-45-67, доб. 12", "+7 (495) 123-45-67, доб. 12"),
        ("8 (495) 123-45-67", "8 (495) 123-45-67"),
        ("спросите на проходной", "спросите на проходной"),
        ("", ""),
    ],
)
def test_a_kept_number_is_parted_and_a_typed_one_stays_as_it_is(kept: str, shown: str) -> None:
    assert format_phone(kept) == shown
    assert f">{shown}</a>" in phone(kept)


def test_a_telephone_is_only_text() -> None:
    assert phone("<b>1</b>") == '<a class="nowrap" href="tel:1">&lt;b&gt;1&lt;/b&gt;</a>'
