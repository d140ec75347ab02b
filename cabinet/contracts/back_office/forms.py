"""Forms of the back office: fields that refer to rows are scoped, dependent rows are edited in place."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db import transaction
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.forms.models import ModelChoiceField
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.formsets import BaseFormSetMixin
from wagtail.admin.forms.models import WagtailAdminModelForm, formfield_for_dbfield
from wagtail.admin.panels import Panel

from cabinet.contracts.back_office.choosers import narrow
from cabinet.contracts.back_office.scope import reachable


class DepartmentForm(WagtailAdminModelForm):
    """A form whose references are scoped; ``inlines`` are formsets of rows that are part of the object."""

    inlines: ClassVar[Mapping[str, type[BaseInlineFormSet]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self.fields, self.for_user)
        self._preselect()
        data, files = (self.data, self.files) if self.is_bound else (None, None)
        self.formsets_in_place = {
            name: formset(data, files, instance=self.instance, prefix=name) for name, formset in self.inlines.items()
        }

    def _preselect(self) -> None:
        """A required choice of one is made already."""
        for name, field in self.fields.items():
            if type(field) is ModelChoiceField and field.required and not self.instance.pk:
                only = list(field.queryset[:2])
                if len(only) == 1:
                    self.initial.setdefault(name, only[0].pk)

    def is_valid(self) -> bool:
        """Whether the form and all its rows are."""
        rows_are = [formset.is_valid() for formset in self.formsets_in_place.values()]
        return super().is_valid() and all(rows_are)

    def has_changed(self) -> bool:
        """Whether anything changed in the form or its rows."""
        return super().has_changed() or any(formset.has_changed() for formset in self.formsets_in_place.values())

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Saves the object, then its rows."""
        instance = super().save(commit=commit)
        for formset in self.formsets_in_place.values():
            formset.instance = instance
            formset.save(commit=commit)
        return instance


class RowForm(forms.ModelForm):
    """A row that a person added counts even where he left its defaults as they are."""

    def has_changed(self) -> bool:
        """Whether the row is to be saved."""
        return super().has_changed() or (self.is_bound and not self.instance.pk)


class RowFormSet(BaseFormSetMixin, BaseInlineFormSet):
    """Dependent rows that Wagtail's own script adds and deletes."""

    default_error_messages: ClassVar = BaseInlineFormSet.default_error_messages | {
        "too_few_forms": "Добавьте хотя бы одну строку."
    }

    def get_unique_error_message(self, unique_check: tuple[str, ...]) -> str:
        """Said above the rows."""
        return "Строки повторяются."

    def get_form_error(self) -> str:
        """Said at the row."""
        return "Такая строка уже есть."

    def clean(self) -> None:
        """A row that the object got meanwhile, by the same press or from a colleague, is not taken twice."""
        super().clean()
        if not self.instance.pk:
            return
        shown = [form.instance.pk for form in self.initial_forms]
        others = self.model._default_manager.filter(**{self.fk.name: self.instance}).exclude(pk__in=shown)
        for fields in self._unique_fields():
            taken = set(others.values_list(*fields))
            for form in self.forms:
                row = tuple(getattr(form.instance, name) for name in fields)
                if row in taken and form.is_valid() and not self._should_delete_form(form):
                    form.add_error(None, self.get_form_error())

    def _unique_fields(self) -> list[list[str]]:
        """What may not be alike in two rows of one object (Django leaves these constraints to the database)."""
        constraints = self.model._meta.total_unique_constraints
        return [[name for name in each.fields if name != self.fk.name] for each in constraints]


def rows_in_place(parent: type, model: type, fields: list[str], **options: Any) -> type[BaseInlineFormSet]:
    """A formset of dependent rows, with Wagtail's date pickers."""
    return inlineformset_factory(
        parent,
        model,
        form=RowForm,
        formset=RowFormSet,
        fields=fields,
        extra=0,
        formfield_callback=formfield_for_dbfield,
        **options,
    )


class RowsPanel(Panel):
    """Shows a formset of the form as a table with «Добавить»."""

    def __init__(self, name: str, *args: Any, add_label: str = "Добавить", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name, self.add_label = name, add_label

    def clone_kwargs(self) -> dict[str, Any]:
        """What Wagtail copies the panel with."""
        return super().clone_kwargs() | {"name": self.name, "add_label": self.add_label}

    class BoundPanel(Panel.BoundPanel):
        """The panel of one form."""

        template_name = "contracts/back_office/rows.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """The formset and the words of its button."""
            context = super().get_context_data(parent_context)
            formset = self.form.formsets_in_place[self.panel.name]
            return context | {"formset": formset, "add_label": self.panel.add_label}


class DepartmentFilterSet(WagtailFilterSet):
    """Filters whose choices are rows within reach."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in self.filters.values():
            if isinstance(each, django_filters.ModelChoiceFilter):
                rows = reachable(self.request.user, each.queryset.model)
                each.queryset = each.queryset.filter(pk__in=rows.values("pk"))


class FreeText(django_filters.CharFilter):
    """A filter by a part of a text."""

    def __init__(self, field_name: str, label: str, **kwargs: Any) -> None:
        super().__init__(field_name=field_name, label=label, lookup_expr="icontains", widget=forms.TextInput, **kwargs)
