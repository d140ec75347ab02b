"""Wagtail's view classes with one door: each reaches its rows by ``reachable`` alone.

Wagtail filters nothing by itself: a scoped list would leave edit, delete, inspect, history, copy,
usage and choosers open to foreign ids.
"""

import datetime as dt
import logging
from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError
from django.db.models import CASCADE, PROTECT, Model, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history, usage
from wagtail.admin.widgets.button import Button, HeaderButton

from cabinet.common.ids import parse_id
from cabinet.contracts.back_office.changes import TrackedEdit
from cabinet.contracts.back_office.scope import reachable

log = logging.getLogger(__name__)


class Total(WagtailPaginator):
    """Says how many rows there are without bending their name."""

    @property
    def items_count_label(self) -> str:
        """«Всего: 12»."""
        return f"Всего: {self.count}"


class ScopedIndex:
    """A list of the rows within reach, also as Excel (its CSV would not be safe to open)."""

    FORMATS: ClassVar = ("xlsx",)
    joined: tuple[str, ...] = ()
    """Relations that the columns read."""
    search_backend_name = None
    paginate_by = 25
    paginator_class = Total
    custom_value_preprocess: ClassVar = generic.IndexView.custom_value_preprocess | {
        dt.datetime: {"xlsx": lambda value: timezone.localtime(value).replace(tzinfo=None)}
    }

    def get_base_queryset(self) -> QuerySet:
        """The rows within reach."""
        return reachable(self.request.user, self.model).select_related(*self.joined)

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Wagtail's buttons but for the download as CSV."""
        return [button for button in super().header_more_buttons if button.url != self.csv_export_url]


class ScopedQueryset:
    """For views that look their object up in ``get_queryset``: edit and delete."""

    def get_queryset(self) -> QuerySet:
        """The rows within reach."""
        return reachable(self.request.user, self.model)


class RefusedByDatabase:
    """A form whose rows became taken between its checks and its saving is shown again."""

    SENTENCE = "Не сохранено: такая запись уже есть или только что изменена. Проверьте данные и сохраните ещё раз."

    def form_valid(self, form: Any) -> HttpResponse:
        """Saves, or says what the database refused."""
        known = form.instance.pk
        try:
            return super().form_valid(form)
        except IntegrityError:
            log.warning("refused by the database", exc_info=True)
            form.instance.pk = known
            form.add_error(None, self.SENTENCE)
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)


class ScopedCreate(RefusedByDatabase):
    """The form of a new row: the form itself is scoped (see forms.py)."""


class ScopedEdit(RefusedByDatabase, ScopedQueryset):
    """The form of a row, with ways to the lists of what belongs to it; the trail says what changed."""

    related_lists: tuple = ()
    action_class = TrackedEdit

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """A button for each list: label, and the address made from the object."""
        return [HeaderButton(label, url=url(self.object), icon_name="list-ul") for label, url in self.related_lists]


class ScopedDelete(ScopedQueryset):
    """Deletes a row that nothing hangs on; otherwise says what hangs on it."""

    owned: tuple[str, ...] = ()
    """Relations whose rows are part of the object and go with it."""

    @cached_property
    def blockers(self) -> dict[str, int]:
        """What hangs on the object: names and counts."""
        return dependents(self.get_queryset().filter(pk=self.object.pk), self.owned)

    def form_valid(self, form: Any) -> HttpResponse:
        """Deletes, unless something hangs on the object."""
        if self.blockers:
            messages.error(self.request, "Удалить нельзя: на эту запись ссылаются другие.")
            return self.render_to_response(self.get_context_data(), status=422)
        return super().form_valid(form)


def dependents(rows: QuerySet, owned: tuple[str, ...] = ()) -> dict[str, int]:
    """What would be deleted, or would forbid deleting, together with these rows: names and counts."""
    found: dict[str, int] = {}
    for relation in rows.model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete) or relation.many_to_many:
            continue
        model = relation.related_model
        if relation.on_delete not in (CASCADE, PROTECT) or model._meta.auto_created:
            continue
        held = model._base_manager.filter(**{f"{relation.field.name}__in": rows})
        if relation.get_accessor_name() in owned:
            found |= dependents(held)
        elif count := held.count():
            found[model._meta.verbose_name_plural] = count
    return found


class ScopedObject:
    """For views that look their object up in ``get_object``: history, usage, inspect, copy."""

    def get_object(self, queryset: QuerySet | None = None) -> Model:
        """The object within reach, or 404."""
        return get_object_or_404(reachable(self.request.user, self.model), pk=unquote(str(self.kwargs["pk"])))


class ScopedHistory(ScopedObject):
    """What was done with the object; without a button to a form that the viewset lacks."""

    any_permission_required: ClassVar = ["add", "change", "delete", "view"]


DOORS: dict[type, type] = {
    generic.IndexView: ScopedIndex,
    generic.CreateView: ScopedCreate,
    generic.EditView: ScopedEdit,
    generic.DeleteView: ScopedDelete,
    generic.InspectView: ScopedObject,
    generic.CopyView: ScopedObject,
    history.HistoryView: ScopedHistory,
    usage.UsageView: ScopedObject,
}


def through_the_door(view_class: type) -> type:
    """The view class with its lookups scoped; a class without a door is a mistake."""
    for base in view_class.__mro__:
        if base in DOORS:
            if issubclass(view_class, DOORS[base]):
                return view_class
            return type(view_class.__name__, (DOORS[base], view_class), {"__module__": __name__})
    raise ImproperlyConfigured(f"{view_class.__name__} has no scoped door")


def digits_only(pk: str) -> int:
    """A primary key from an address, or 404."""
    number = parse_id(pk)
    if number is None:
        raise Http404
    return number
