"""What people type is made comparable with the supplier's record."""

import pytest

from cabinet.contracts.rules import plain_inn, plain_number


@pytest.mark.parametrize("typed", ["АБ-12/7", " аб-12/7 ", "№ аб-12/7", "№аб – 12/7", "АБ—12/7", "аб\u00a0-12/7"])
def test_a_number_has_one_spelling(typed: str) -> None:
    assert plain_number(typed) == "АБ-12/7"


def test_spaces_between_groups_of_an_inn_do_not_matter() -> None:
    assert plain_inn(" 77 0708 3893\u00a0") == "7707083893"
