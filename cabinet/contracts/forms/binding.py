"""The form of «Привязать договор»."""

from typing import Any

from django import forms

from cabinet.common.fields import EmailField
from cabinet.contracts.rules import plain_inn, plain_number
from cabinet.contracts.validators import validate_inn


class BindForm(forms.Form):
    """The window «Привязать договор»: three data that must match the supplier's record."""

    email = EmailField(
        label="Адрес электронной почты организации",
        max_length=254,
        help_text="Тот, что указан в договоре.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    inn = forms.CharField(
        label="ИНН",
        max_length=30,
        help_text="10 цифр у организации, 12 — у предпринимателя.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    number = forms.CharField(
        label="Номер договора",
        max_length=60,
        help_text="Можно вводить с «№» и пробелами.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    another = forms.BooleanField(
        label="Привязать еще один договор", required=False, help_text="Окно останется открытым, почта и ИНН сохранятся."
    )

    def __init__(self, *args: Any, start: str = "email", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:  # with errors the page starts at the first of them
            self.fields[start].widget.attrs["autofocus"] = True

    def clean_inn(self) -> str:
        """Check digits are looked at before anything is looked up."""
        inn = plain_inn(self.cleaned_data["inn"])
        validate_inn(inn)
        return inn

    def clean_number(self) -> str:
        """The number in one spelling."""
        number = plain_number(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError("Введите номер договора.")
        return number

    def next_one(self) -> "BindForm":
        """The form for another contract of the same organisation: e-mail and ИНН kept, the number awaited."""
        kept = {name: self.cleaned_data[name] for name in ("email", "inn", "another")}
        return BindForm(initial=kept, start="number")
