"""The manual's rule for passwords: letters and digits (section 1)."""

from typing import Any

from django.core.exceptions import ValidationError


class LettersAndDigitsValidator:
    """A password has at least one letter and one digit."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError when either is missing."""
        if not (any(map(str.isalpha, password)) and any(map(str.isdigit, password))):
            raise ValidationError(self.get_help_text(), code="password_letters_and_digits")

    def get_help_text(self) -> str:
        """The rule in words."""
        return "Пароль должен содержать и буквы, и цифры."
