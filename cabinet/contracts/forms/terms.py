"""The terms of an access as one asks for them: role, scope, facilities, last day; one form for every window."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cabinet.common.ordering import natural
from cabinet.contracts.actions.administering import Terms
from cabinet.contracts.models import Contract, Facility, Scope
from cabinet.contracts.roles import ROLE_TABLE, Ability, Role
from cabinet.contracts.rules import last_day_problem

SEARCHED_FROM = 10
"""From so many facilities on, the list can be searched."""


def role_choices() -> list[tuple[str, SafeString]]:
    """The roles, each with what it may do, as the role table says."""
    sentence = '{} <span class="muted small">— {}</span>'
    return [
        (role.value, format_html(sentence, role.label, ", ".join(each.value for each in Ability if each in may)))
        for role, may in ROLE_TABLE.items()
    ]


class FacilitiesField(forms.TypedMultipleChoiceField):
    """Facilities of the contracts at hand: asked for once, and none but these is taken."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, **kwargs)
        self._known: frozenset[str] = frozenset()

    def offer(self, facilities: Iterable[Facility], *, with_contract: bool) -> None:
        """Let these be chosen, in the order in which people expect names."""
        found = [(f"№ {one.contract.number}: {one.name}" if with_contract else one.name, one) for one in facilities]
        found.sort(key=lambda named: natural(named[0]))
        self.choices = [(str(one.pk), _with_address(name, one)) for name, one in found]
        self._known = frozenset(value for value, _ in self.choices)

    def valid_value(self, value: str) -> bool:
        """Whether it was offered."""
        return value in self._known


def _with_address(name: str, facility: Facility) -> SafeString:
    return format_html('<span>{} <span class="muted small">{}</span></span>', name, facility.address)


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
    until = forms.DateField(
        label="Действует по",
        required=False,
        help_text="Последний день доступа. Пусто — бессрочно.",
        widget=forms.DateInput(
            format="%d.%m.%Y", attrs={"placeholder": "ДД.ММ.ГГГГ", "inputmode": "numeric", "autocomplete": "off"}
        ),
        error_messages={"invalid": "Такой даты нет. Введите её как ДД.ММ.ГГГГ, например 31.12.2026."},
    )

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
    """The same with the facilities, which count for «К выбранным объектам» alone."""

    facilities = FacilitiesField(
        label="Объекты", required=False, error_messages={"invalid_choice": "Такого объекта в договоре нет."}
    )
    field_order = ["role", "scope", "facilities", "until"]

    def __init__(self, *args: Any, contracts: Collection[Contract], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._facilities = list(Facility.objects.filter(contract__in=list(contracts)).select_related("contract"))
        self.fields["facilities"].offer(self._facilities, with_contract=len(contracts) > 1)
        if not self._facilities:
            self.fields["scope"].help_text = "Выбрать объекты нельзя: в договоре их пока нет."
            self.fields["scope"].choices = [(Scope.WHOLE.value, Scope.WHOLE.label)]

    @property
    def searchable(self) -> bool:
        """Whether the list of facilities is long enough to be searched."""
        return len(self._facilities) >= SEARCHED_FROM

    def clean(self) -> dict[str, Any]:
        """At least one facility, where facilities are chosen."""
        data = super().clean()
        if data["scope"] != Scope.CHOSEN:
            self.leave_out("facilities", [])
        elif not data.get("facilities") and "facilities" not in self.errors:
            self.add_error("facilities", "Выберите хотя бы один объект.")
        return data

    def terms(self, contract: Contract | None = None) -> Terms:
        """What was chosen; of several contracts, with the facilities of this one."""
        chosen = frozenset(self.cleaned_data["facilities"])
        if contract is not None:
            chosen &= {one.pk for one in self._facilities if one.contract_id == contract.pk}
        return Terms(
            role=Role(self.cleaned_data["role"]),
            scope=self.cleaned_data["scope"],
            facilities=chosen,
            until=self.cleaned_data["until"],
        )
