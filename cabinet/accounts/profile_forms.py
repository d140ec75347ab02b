"""The forms of the profile's windows."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cabinet.accounts.forms import PersonNameForm, email_field, new_password, password_field
from cabinet.accounts.models import User
from cabinet.common.emails import plain_email
from cabinet.common.phones import format_phone, parse_phone

NOT_CURRENT = "Неверный текущий пароль."


class ChangePasswordForm(forms.Form):
    """Section 4.2 of the manual."""

    old_password = password_field("Текущий пароль", "current-password")
    password1 = password_field("Новый пароль", "new-password", rules=True)
    password2 = password_field("Повтор пароля", "new-password")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old_password(self) -> str:
        """The one who changes it knows it."""
        if not self.user.check_password(self.cleaned_data["old_password"]):
            raise ValidationError(NOT_CURRENT, code="password")
        return self.cleaned_data["old_password"]

    def clean(self) -> dict[str, Any]:
        """The rule, and both alike."""
        new_password(self, self.user)
        return self.cleaned_data


class PersonalDataForm(PersonNameForm):
    """Section 4.1 of the manual."""

    email = email_field("Адрес электронной почты", "email")
    current_password = password_field("Текущий пароль", "current-password")
    phone = forms.CharField(
        label="Контактный телефон",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "placeholder": "+7 916 123-45-67"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        initial = {
            "last_name": user.last_name,
            "first_name": user.first_name,
            "patronymic": user.patronymic,
            "no_patronymic": not user.patronymic,
            "email": user.email,
            "phone": format_phone(user.phone),
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.user = user
        self.fields["email"].help_text = "Новый адрес начнёт действовать после подтверждения по ссылке из письма."
        self.fields["current_password"].required = False
        self.fields["current_password"].help_text = "Нужен, если меняете адрес."

    @property
    def asks_new_login(self) -> bool:
        """Whether another address was typed."""
        return self.is_bound and plain_email(self.data.get("email", "")) != self.user.email

    def clean_phone(self) -> str:
        """In E.164, or empty."""
        text = self.cleaned_data["phone"].strip()
        return parse_phone(text) if text else ""

    def clean(self) -> dict[str, Any]:
        """The login is changed by the one who knows the password, not by whoever finds the browser open."""
        data = super().clean()
        if self.asks_new_login and "current_password" in data:
            if not data["current_password"]:
                self.add_error("current_password", "Введите текущий пароль, чтобы сменить адрес.")
            elif not self.user.check_password(data["current_password"]):
                self.add_error("current_password", NOT_CURRENT)
        return data
