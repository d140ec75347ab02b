"""Windows that choose a row for a foreign key: only rows within reach are listed, taken and shown."""

from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.urls import URLPattern
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic import chooser as chooser_views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser

from cabinet.common.ids import parse_id
from cabinet.contracts.back_office.scope import reachable
from cabinet.contracts.back_office.views import digits_only


class ScopedChooser(BaseChooser):
    """A chooser that shows a value only when the form's field could take it: a foreign id keeps its title."""

    within: QuerySet | None = None
    """Set by the form from its field's rows."""

    def get_instance(self, value: Any) -> Model | None:
        """The row to show, if it is within reach."""
        pk = value.pk if isinstance(value, Model) else parse_id(str(value))
        if pk is None or self.within is None:
            return None
        return self.within.filter(pk=pk).first()


def narrow(fields: dict[str, forms.Field], user: Any) -> None:
    """Let every field that refers to rows offer, take and show those within the user's reach alone."""
    for field in fields.values():
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = field.queryset.filter(pk__in=reachable(user, field.queryset.model).values("pk"))
            if isinstance(field.widget, ScopedChooser):
                field.widget.within = field.queryset


class _Listing:
    """The list within the window."""

    search_fields: tuple[str, ...] = ()

    def get_object_list(self) -> QuerySet:
        """The rows within reach."""
        return reachable(self.request.user, self.model_class)

    def get_filter_form_class(self) -> type[BaseFilterForm]:
        """A search in the fields of the viewset."""
        return type("FilterForm", (SearchForm,), {"search_fields": self.search_fields})


class SearchForm(BaseFilterForm):
    """Search by a part of a word."""

    search_fields: tuple[str, ...] = ()
    q = forms.CharField(label="Поиск", required=False, widget=forms.TextInput(attrs={"placeholder": "Поиск"}))

    def filter(self, objects: QuerySet) -> QuerySet:
        """The rows that have the text in one of the fields."""
        text = self.cleaned_data.get("q")
        if not text:
            return objects
        self.is_searching, self.search_query = True, text
        return objects.filter(reduce(or_, (Q(**{f"{field}__icontains": text}) for field in self.search_fields)))


class ScopedChooseView(_Listing, chooser_views.ChooseView):
    """The window."""


class ScopedChooseResultsView(_Listing, chooser_views.ChooseResultsView):
    """Its list alone."""


class ScopedChosenView(chooser_views.ChosenView):
    """The chosen row."""

    def get_object(self, pk: str) -> Model:
        """The row within reach, or 404."""
        return reachable(self.request.user, self.model_class).get(pk=digits_only(pk))


class ScopedChosenMultipleView(chooser_views.ChosenMultipleView):
    """Several chosen rows."""

    def get_objects(self, pks: list[str]) -> QuerySet:
        """Those within reach."""
        return reachable(self.request.user, self.model_class).filter(pk__in=[digits_only(pk) for pk in pks])


class DepartmentChooserViewSet(ChooserViewSet):
    """A chooser of a tenant's model; it makes no new rows."""

    base_widget_class = ScopedChooser
    choose_view_class = ScopedChooseView
    choose_results_view_class = ScopedChooseResultsView
    chosen_view_class = ScopedChosenView
    chosen_multiple_view_class = ScopedChosenMultipleView
    choose_one_text = "Выбрать"
    choose_another_text = "Выбрать другое"
    edit_item_text = "Открыть"
    search_fields: tuple[str, ...] = ()

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """The views search in the viewset's fields."""
        return super().get_common_view_kwargs(search_fields=self.search_fields, **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        """All but the form for a new row."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]
