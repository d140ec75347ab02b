"""Help pages that editors write; every signed-in person reads them."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from cabinet.common.access import signed_in


class CabinetPage(Page):
    """A page shown in the cabinet: to signed-in people alone, the others are sent to sign-in."""

    promote_panels = [FieldPanel("slug")]
    private_page_options: list[str] = []  # whoever is signed in reads it

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, for whom it is meant."""
        return _serve(request, self, *args, **kwargs)


@signed_in
def _serve(request: HttpRequest, page: CabinetPage, *args: Any, **kwargs: Any) -> HttpResponse:
    return super(CabinetPage, page).serve(request, *args, **kwargs)


class HelpIndexPage(CabinetPage):
    """The list of help pages (/help/)."""

    intro = models.TextField("вступление", blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    template = "help/index.html"
    promote_panels: list[FieldPanel] = []  # the footer links to its address: the slug stays
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["help.HelpPage"]
    max_count = 1

    class Meta:
        verbose_name = "справка"
        verbose_name_plural = "справка"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the published pages in the editor's order."""
        return super().get_context(request, *args, **kwargs) | {"help_pages": self.help_pages()}

    def help_pages(self) -> QuerySet["HelpPage"]:
        """The published pages in the editor's order."""
        return HelpPage.objects.child_of(self).live().order_by("path")


class HelpPage(CabinetPage):
    """One help page."""

    intro = models.TextField("кратко", blank=True, help_text="Одно-два предложения: видны в списке и под заголовком.")
    body = RichTextField("текст", features=["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "image"])

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    template = "help/page.html"
    parent_page_types = ["help.HelpIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "страница справки"
        verbose_name_plural = "страницы справки"
