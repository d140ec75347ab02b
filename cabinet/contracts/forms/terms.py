"""The terms of an access as one asks for them: role, scope, facilities, last day; one form for every window."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cabinet.common.errors import DomainError
from cabinet.common.fields import DateField
from cabinet.contracts.actions.administering import Terms
from cabinet.contracts.forms.picker import Picker
from cabinet.contracts.models import Contract, Facility, Scope
from cabinet.contracts.roles import ROLE_TABLE, Ability, Role
from cabinet.contracts.rules import last_day_problem

ENTER = "enter"
"""What Enter presses: a search that was just typed, else the form."""


def role_choices() -> list[tuple[str, SafeString]]:
    """The roles, each with what it may do, as the role table says."""
    sentence = '<span>{} <span class="muted small">— {}</span></span>'
    return [
        (role.value, format_html(sentence, role.label, ", ".join(each.value for each in Ability if each in may)))
        for role, may in ROLE_TABLE.items()
    ]


class RoleForm(forms.Form):
    """Role → for «Энергетик» the scope; until when. What a choice leaves out is not looked at."""

    role = forms.ChoiceField(
        label="Роль",
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите роль.", "invalid_choice": "Такой роли нет."},
    )
    scope = forms.ChoiceField(
        label="Доступ",
        choices=Scope.choices,
        initial=Scope.WHOLE,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Такого доступа нет."},
    )
    until = DateField(label="Действует по", required=False, help_text="Последний день доступа. Пусто — бессрочно.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices()

    def clean_until(self) -> dt.date | None:
        """A day that has not passed."""
        until = self.cleaned_data["until"]
        problem = last_day_problem(until, timezone.localdate())
        if problem:
            raise forms.ValidationError(problem)
        return until

    def clean(self) -> dict[str, Any]:
        """The scope counts for «Энергетик» alone."""
        data = super().clean()
        if data.get("role") != Role.ENGINEER:
            self.leave_out("scope", Scope.WHOLE)
        data["scope"] = Scope(data.get("scope") or Scope.WHOLE)
        return data

    def leave_out(self, name: str, value: Any) -> None:
        """What the person does not see cannot be wrong."""
        self.cleaned_data[name] = value
        self.errors.pop(name, None)


class TermsForm(RoleForm):
    """The terms of an access to one contract: those above with the list of its facilities.

    ``data`` is what was sent, ``start`` the terms to begin with. A button of the list changes the list alone:
    the form is looked at when ``is_final``.
    """

    def __init__(self, contract: Contract, data: QueryDict | None, start: Terms | None = None) -> None:
        sent = _as_sent(start) if data is None else data
        list_name, _, act = sent.get("step", "").partition(":")
        self.facilities = facility_list(contract, sent, act if list_name == "facility" else "")
        searches = list_name == ENTER and self.facilities.typed_anew
        self.is_final = data is not None and list_name != "facility" and not searches
        super().__init__(sent if self.is_final else None, initial=sent.dict())

    def is_valid(self) -> bool:
        """Whether the fields and the list are in order."""
        return super().is_valid() and not self.facilities.error

    def clean(self) -> dict[str, Any]:
        """The facilities count for «К выбранным объектам» alone: some, and none of another contract."""
        data = super().clean()
        if data["scope"] == Scope.CHOSEN and self.facilities.foreign:
            self.facilities.error = "Некоторых из этих объектов в договоре нет: проверьте выбор."
        elif data["scope"] == Scope.CHOSEN and not self.facilities.chosen:
            self.facilities.error = "Выберите хотя бы один объект."
        return data

    def refuse(self, refusal: DomainError) -> None:
        """Shows why nothing was done, by its field."""
        if refusal.field == "facilities":
            self.facilities.error = str(refusal)
        else:
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def terms(self) -> Terms:
        """What was chosen."""
        data = self.cleaned_data
        chosen = self.facilities.chosen if data["scope"] == Scope.CHOSEN else ()
        return Terms(Role(data["role"]), data["scope"], frozenset(chosen), data["until"])


def facility_list(contract: Contract, sent: QueryDict, act: str) -> Picker:
    """The contract's facilities to choose from."""
    rows = Facility.objects.filter(contract=contract)
    return Picker("facility", "Объекты", rows, find_facility, lambda one: "", sent, act)


def find_facility(rows: QuerySet[Facility], text: str) -> QuerySet[Facility]:
    """Facilities whose name or address has the text."""
    return rows.filter(Q(name__icontains=text) | Q(address__icontains=text))


def _as_sent(start: Terms | None) -> QueryDict:
    """The terms as the form would send them."""
    sent = QueryDict(mutable=True)
    if start:
        sent.update({"role": start.role, "scope": start.scope})
        sent["until"] = f"{start.until:%d.%m.%Y}" if start.until else ""
        sent["facility_kept"] = ",".join(map(str, sorted(start.facilities)))
    return sent
