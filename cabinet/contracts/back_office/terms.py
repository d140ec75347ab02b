"""The terms of an access as staff give them: facilities are ticked in one list."""

from typing import Any

from django import forms
from wagtail.admin.widgets import AdminDateInput

from cabinet.contracts.forms.terms import RoleForm
from cabinet.contracts.models import Contract, Facility, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.terms import Terms


def facilities_field() -> forms.ModelMultipleChoiceField:
    """The list to tick; the form narrows it to the facilities of its contract."""
    return forms.ModelMultipleChoiceField(
        Facility.objects.all(),
        label="Выбранные объекты",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Только для роли «Энергетик» с доступом «К выбранным объектам».",
        error_messages={"invalid_choice": "Некоторых из этих объектов в договоре нет: проверьте выбор."},
    )


class OfficeTermsForm(RoleForm):
    """The terms that a curator gives to who asks for access."""

    facilities = facilities_field()
    field_order = ("role", "scope", "facilities", "until")

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facilities"].queryset = Facility.objects.filter(contract=contract)
        self.fields["until"].widget = AdminDateInput()

    def terms(self) -> Terms:
        """What was chosen."""
        data = self.cleaned_data
        chosen = data["facilities"] if data["scope"] == Scope.CHOSEN else ()
        return Terms(Role(data["role"]), data["scope"], frozenset(one.pk for one in chosen), data["until"])
