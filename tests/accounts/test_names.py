"""What is a name, and what would make the portal's letters carry somebody's words."""

import pytest
from django.core.exceptions import ValidationError

from cabinet.accounts.names import clean_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Иванова", "Иванова"),
        (" Салтыков - Щедрин ", "Салтыков-Щедрин"),
        ("О’Нил", "О’Нил"),
        ("д'Артаньян", "д'Артаньян"),
        ("Пётр  И.", "Пётр И."),
        ("П. И.", "П. И."),
        ("Алиев Гейдар Алирза оглы", "Алиев Гейдар Алирза оглы"),
        ("Лю", "Лю"),
        ("", ""),
    ],
)
def test_names_are_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "www.evil-bank.ru",
        "evil.ru",
        "И.И",
        "w.w.evil",
        "evil .ru",
        "Иванов.",
        "Зайдите на evil. ru",
        "'Иванов",
        "Иванов-",
        "Иван--ов",
        "Иванов7",
        "a@b",
        "<b>",
        "Иванов\u202eвонавИ",
    ],
)
def test_an_address_or_markup_is_no_name(typed: str) -> None:
    with pytest.raises(ValidationError, match="Допустимы буквы"):
        clean_name(typed)


def test_a_sentence_is_no_name() -> None:
    with pytest.raises(ValidationError, match="Слишком много слов"):
        clean_name("Вы выиграли приз звоните скорее")
