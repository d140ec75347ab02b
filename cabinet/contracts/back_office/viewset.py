"""The base of every viewset of tenant's data: one door for all its views, its chooser and its form."""

from typing import Any

from django.urls import URLPattern
from django.utils.functional import cached_property
from wagtail.admin.panels import ObjectList
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from cabinet.contracts.back_office.choosers import DepartmentChooserViewSet
from cabinet.contracts.back_office.forms import DepartmentForm
from cabinet.contracts.back_office.views import through_the_door


class DepartmentViewSet(ModelViewSet):
    """Lists, forms and history of a model; a curator reaches the rows of his departments, nobody else's.

    Copying and Wagtail's usage page are off (fewer doors); rows are never in the reference index.
    ``read_only`` leaves the list and the page of a row; ``chosen`` gives other forms a window to
    choose a row in (a list of departments is short and needs none).
    """

    add_to_reference_index = False
    copy_view_enabled = False
    read_only = False
    chosen = False
    panels: list = []
    base_form_class: type[DepartmentForm] = DepartmentForm
    joined: tuple[str, ...] = ()
    owned: tuple[str, ...] = ()
    related_lists: tuple = ()
    search_fields: tuple[str, ...] = ()
    search_backend_name = None
    list_per_page = 25
    delete_template_name = "contracts/back_office/confirm_delete.html"

    def construct_view(self, view_class: type, **kwargs: Any) -> Any:
        """Every view of the viewset goes through the door."""
        return super().construct_view(through_the_door(view_class), **kwargs)

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """What the doors read; addresses that the viewset lacks are unset."""
        missing = ["usage_url_name"]
        if self.read_only:
            missing += ["add_url_name", "edit_url_name", "delete_url_name", "history_url_name"]
        return super().get_common_view_kwargs(
            joined=self.joined,
            owned=self.owned,
            related_lists=self.related_lists,
            **dict.fromkeys(missing, self.UNDEFINED),
            **kwargs,
        )

    def get_edit_handler(self) -> Any:
        """The panels, with the scoped form."""
        return ObjectList(self.panels, base_form_class=self.base_form_class).bind_to_model(self.model)

    def get_urlpatterns(self) -> list[URLPattern]:
        """The addresses of the views that are on."""
        off = {"usage", "usage_results"}
        if self.read_only:
            off |= {"add", "edit", "delete", "history", "history_results"}
        return [pattern for pattern in super().get_urlpatterns() if pattern.name not in off]

    def all_viewsets(self) -> list[ViewSet]:
        """Itself and its chooser; the chooser first, so that forms find its widget."""
        return [self.chooser, self] if self.chosen else [self]

    @cached_property
    def chooser(self) -> DepartmentChooserViewSet:
        """The chooser for foreign keys to the model."""
        return DepartmentChooserViewSet(
            f"{self.name}_chooser",
            model=self.model,
            icon=self.icon,
            search_fields=self.search_fields,
            page_title=f"Выбор: {self.model._meta.verbose_name}",
        )
