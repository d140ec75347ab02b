"""The forms behind the link of an invitation."""

from typing import Any

from django import forms

from cabinet.accounts.forms import PersonNameForm, new_password, password_field
from cabinet.accounts.models import User

NAMES = ("last_name", "first_name", "patronymic")


class CodeForm(forms.Form):
    """The code that the administrator told: all that is asked of a person who has an account."""

    code = forms.CharField(
        label="Код от администратора",
        max_length=20,
        help_text="8 цифр. Их сообщит тот, кто вас пригласил; в письме кода нет.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Введите код, который сообщил администратор."},
    )


class AcceptForm(PersonNameForm, CodeForm):
    """Section 5.2 of the manual: code, names, password twice."""

    password1 = password_field("Пароль", "new-password", rules=True)
    password2 = password_field("Повтор пароля", "new-password")
    field_order = ["code", *NAMES, "no_patronymic", "password1", "password2"]  # a wrong code is seen at once

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """The password by the same rule as at registration."""
        data = super().clean()
        names = {name: data.get(name, "") for name in NAMES[:2]}
        new_password(self, User(email=self.email, **names))
        return data
