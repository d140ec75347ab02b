"""Editable texts in any template."""

from django import template
from django.utils.safestring import SafeString
from wagtail.rich_text import expand_db_html

from cms_pages.texts.models import Text

register = template.Library()


@register.simple_tag
def text(name: str) -> SafeString:
    """The body of the editable text of this name: ``{% text "footer-feedback" %}``; empty when nobody wrote it."""
    return bodies(name)[name]


def bodies(*names: str) -> dict[str, SafeString]:
    """The bodies of several texts by one statement."""
    written = dict(Text.objects.filter(name__in=names).values_list("name", "body"))
    return {name: SafeString(expand_db_html(written[name])) if written.get(name) else SafeString("") for name in names}
