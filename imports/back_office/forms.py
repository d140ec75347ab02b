"""The forms of the loads' pages."""

from typing import Any

from django import forms

from imports.permissions import kinds_for
from imports.querysets import LoadQuerySet
from imports.statuses import Outcome


class UploadForm(forms.Form):
    """What is loaded, from which file."""

    kind = forms.ChoiceField(
        label="Что загрузить",
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите, что загрузить.", "invalid_choice": "Этого вы не загружаете."},
    )
    file = forms.FileField(
        label="Файл",
        help_text="Книга Excel (.xlsx) или текст с разделителями (.csv). Сначала портал покажет, что изменится: "
        "до вашего подтверждения ничего не загружается.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "Выберите файл.", "empty": "Файл пустой."},
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds_for(user)
        self.fields["kind"].choices = [(kind.code, kind.title) for kind in self.kinds]


class HistoryForm(forms.Form):
    """Which loads to list."""

    kind = forms.ChoiceField(label="Что загружено", required=False)
    state = forms.ChoiceField(
        label="Состояние",
        required=False,
        choices=[
            ("", "Все"),
            ("waiting", "Ждут подтверждения"),
            ("wrong", "С ошибками"),
            ("applied", "Загружены"),
            ("taken_back", "Отменены"),
            ("failed", "Не выполнены"),
        ],
    )
    name = forms.CharField(label="Имя файла", required=False, max_length=100)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Всё"), *((kind.code, kind.title) for kind in kinds_for(user))]

    def found(self, loads: LoadQuerySet) -> LoadQuerySet:
        """The loads that match; none of them when a filter is not understood."""
        if not self.is_valid():
            return loads.none()
        chosen = self.cleaned_data
        if chosen["state"]:
            loads = getattr(loads, chosen["state"])()  # one of the choices above
        if chosen["kind"]:
            loads = loads.filter(kind=chosen["kind"])
        return loads.filter(name__icontains=chosen["name"]) if chosen["name"] else loads


class RowsForm(forms.Form):
    """Which rows of a load to show."""

    outcome = forms.ChoiceField(label="Строки", required=False, choices=[("", "Все"), *Outcome.choices])
