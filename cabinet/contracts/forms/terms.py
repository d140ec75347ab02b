"""The terms of an access as one asks for them: role, scope, facilities, last day; one form for every window."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet, TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cabinet.common.errors import DomainError
from cabinet.common.fields import DateField
from cabinet.contracts.forms.picker import Picker
from cabinet.contracts.models import Facility, Scope
from cabinet.contracts.roles import ROLE_TABLE, Ability, Role
from cabinet.contracts.rules import last_day_problem
from cabinet.contracts.terms import Terms


class Step(TextChoices):
    """The buttons of the form; those of its lists are «list:act»."""

    ENTER = "enter"  # what Enter presses: a search that was just typed, else the form
    SAVE = "save"
    FIND = "find"
    BACK = "back"
    CONFIRM = "confirm"
    INVITE = "invite"


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
    """The terms of an access: those above with a list of the ``facilities`` to choose from.

    ``data`` is what was sent, ``start`` the terms to begin with, ``group`` names the group of a facility, ``above``
    are lists before this one. A button of a list changes the list alone: the form is looked at when ``is_final``.
    """

    steps = Step

    def __init__(
        self,
        facilities: QuerySet[Facility],
        data: QueryDict | None,
        start: Terms | None = None,
        group: Callable[[Facility], str] = lambda one: "",
        above: Sequence[Picker] = (),
    ) -> None:
        sent = _as_sent(start) if data is None else data
        self.facilities = Picker("facility", "Объекты", facilities, _find_facility, group, sent)
        self.pickers = [*above, self.facilities]
        self.step = sent.get("step", Step.ENTER)
        searches = self.step == Step.ENTER and any(each.typed_anew for each in self.pickers)
        asks_more = data is None or searches or ":" in self.step or self.step == Step.BACK
        self.is_final = not asks_more or any(each.overflows for each in self.pickers)
        super().__init__(sent if self.is_final else None, initial=sent.dict())

    def is_valid(self) -> bool:
        """Whether the fields and the lists are in order."""
        return super().is_valid() and not any(each.error for each in self.pickers)

    def clean(self) -> dict[str, Any]:
        """The facilities count for «К выбранным объектам» alone: some, and none of another contract."""
        data = super().clean()
        if data["scope"] == Scope.CHOSEN and self.names_strangers():
            self.facilities.error = "Некоторых из этих объектов в договоре нет: проверьте выбор."
        elif data["scope"] == Scope.CHOSEN and not (self.facilities.chosen or self.facilities.error):
            self.facilities.error = "Выберите хотя бы один объект."
        return data

    def names_strangers(self) -> bool:
        """Whether something was sent that is none of the facilities."""
        return self.facilities.foreign

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
        return Terms(Role(data["role"]), Scope(data["scope"]), frozenset(chosen), data["until"])


def _find_facility(rows: QuerySet[Facility], text: str) -> QuerySet[Facility]:
    return rows.filter(Q(name__icontains=text) | Q(address__icontains=text))


def _as_sent(start: Terms | None) -> QueryDict:
    """The terms as the form would send them."""
    sent = QueryDict(mutable=True)
    if start:
        sent.update({"role": start.role, "scope": start.scope})
        sent["until"] = f"{start.until:%d.%m.%Y}" if start.until else ""
        sent["facility_kept"] = ",".join(map(str, sorted(start.facilities)))
    return sent
