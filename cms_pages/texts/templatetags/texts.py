"""Editable texts in any template: all texts of a page cost one statement."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString
from wagtail.rich_text import expand_db_html

from cms_pages.texts.models import Text

register = template.Library()


@register.simple_tag(takes_context=True)
def text(context: Mapping[str, Any], name: str) -> SafeString:
    """The body of the editable text of this name: ``{% text "footer-feedback" %}``; empty when nobody wrote it."""
    return text_of(context.get("request"), name)


def text_of(request: HttpRequest | None, name: str) -> SafeString:
    """The body of a text; the first one asked for in a request reads them all.

    Kept on the request alone: several processes never show an editor his old text.
    """
    bodies = getattr(request, "_texts", None)
    if bodies is None:
        bodies = dict(Text.objects.values_list("name", "body"))
        if request is not None:
            request._texts = bodies
    return SafeString(expand_db_html(bodies.get(name, "")))
