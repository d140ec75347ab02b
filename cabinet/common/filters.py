"""Filters of lists: each says what is wrong with what was typed, and never shows all rows in place of the filtered."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.db.models import QuerySet
from django.forms import BoundField

from cabinet.common.digits import format_figure
from cabinet.common.fields import RUSSIAN, DateField, MoneyField
from cabinet.common.search import LONGEST

FROM, TO = "_from", "_to"


class DateFilter(django_filters.Filter):
    """A day, or an end of a range of days."""

    field_class = DateField


class ChoiceFilter(django_filters.ChoiceFilter):
    """One of a list; what else an address asks for is told without repeating it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, error_messages={"invalid_choice": "Выберите вариант из списка."}, **kwargs)


class MoneyFilter(django_filters.Filter):
    """A sum, or an end of a range of sums."""

    field_class = MoneyField


class TextFilter(django_filters.CharFilter):
    """A part of a text, in any case."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        limits = {"max_length": LONGEST, "widget": forms.TextInput(attrs={"autocomplete": "off"})}
        super().__init__(field_name, lookup_expr="icontains", **limits, **kwargs)


class RangesForm(forms.Form):
    """Holds the two ends of each range, ``date_from`` and ``date_to``, against one another."""

    def clean(self) -> dict[str, Any]:
        """A range whose end lies before its beginning is wrong at its end."""
        cleaned = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            low, high = cleaned.get(name.removesuffix(TO) + FROM), cleaned.get(name)
            if name.endswith(TO) and low is not None and high is not None and low > high:
                self.add_error(name, field.error_messages["reversed"])
        return cleaned


class FilterGroup(NamedTuple):
    """What stands together in a filter: one field, or the two ends of a range under a common title."""

    title: str
    fields: list[BoundField]


class ListFilter(django_filters.FilterSet):
    """The filter of a list. ``layout`` gives its fields in their order: a name, or a range's name with its title."""

    layout: tuple[str | tuple[str, str], ...] = ()

    class Meta:
        form = RangesForm

    @property
    def rows(self) -> QuerySet:
        """The rows that were found; none while something is wrong with the filter."""
        return self.qs if self.is_valid() else self.queryset.none()

    @property
    def is_active(self) -> bool:
        """Whether anything was typed."""
        return any(self.data.get(name, "").strip() for name in self.base_filters)

    @property
    def words(self) -> str:
        """What is filtered by, in words, for what leaves the page: «Дата платежа: от 01.06.2026»."""
        return "; ".join(filter(None, map(self._words_of, self.groups)))

    def entitle(self, title: str) -> str:
        """The title with what is filtered by, if anything is."""
        return f"{title}. {self.words}" if self.words else title

    def _words_of(self, group: FilterGroup) -> str:
        typed = [(field, self.form.cleaned_data.get(field.name)) for field in group.fields]
        said = [_said(field, value) for field, value in typed]
        if not group.title:
            return f"{group.fields[0].label}: {said[0]}" if said[0] else ""
        ends = [f"{word} {value}" for word, value in zip(("от", "до"), said, strict=True) if value]
        return f"{group.title}: {' '.join(ends)}" if ends else ""

    @property
    def groups(self) -> list[FilterGroup]:
        """The fields as ``components/filter.html`` shows them."""
        return [
            FilterGroup("", [self.form[each]]) if isinstance(each, str) else self._range(*each) for each in self.layout
        ]

    def _range(self, name: str, title: str) -> FilterGroup:
        ends = [self.form[name + FROM], self.form[name + TO]]
        for end, word in zip(ends, ("от", "до"), strict=True):
            end.field.widget.attrs.setdefault("placeholder", word)  # a date says how it is written
        return FilterGroup(title, ends)


def _said(field: BoundField, value: Any) -> str:
    """A value of the filter as people write it; nothing for an empty one."""
    if value in field.field.empty_values:
        return ""
    if isinstance(value, Decimal):
        return format_figure(value, 2)
    if isinstance(value, date):
        return value.strftime(RUSSIAN)
    return str(dict(getattr(field.field, "choices", ())).get(value, value))
