"""The form that refuses a request for access, in the cabinet and in the back office."""

from django import forms

from cabinet.common.fields import LongTextField
from cabinet.contracts.models import AccessRequest

MAX_REASON = AccessRequest._meta.get_field("reason").max_length


class RefusalForm(forms.Form):
    """Why a request for access is refused."""

    reason = LongTextField(
        label="Причина отказа",
        max_length=MAX_REASON,
        help_text="Её прочитает тот, кто просит доступ.",
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        error_messages={"required": "Напишите причину отказа: её прочитает тот, кто просит доступ."},
    )
