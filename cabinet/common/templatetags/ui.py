"""Small parts of the interface: icons, badges, notices and what the form templates ask."""

from django import forms, template
from django.core.paginator import Paginator
from django.forms import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

TONE_ICONS = {"ok": "circle-check", "ready": "check", "warn": "alert-triangle", "bad": "alert-circle"}
NOTICE_ICONS = {**TONE_ICONS, "info": "info-circle"}
MESSAGE_TONES = {"success": "ok", "warning": "warn", "error": "bad"}


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """``{% icon "bolt" %}``; every name stands in ``assets/icons.json``. Silent unless it has a label."""
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {}><use href="{}#{}"></use></svg>',
        f"icon {css}".strip(),
        voice,
        static("portal/icons.svg"),
        name,
    )


@register.simple_tag
def badge(tone: str, text: str, icon_name: str = "") -> SafeString:
    """``{% badge "ok" "Передано" %}``: a status in its tone (ok, ready, warn, bad, muted), always with its words."""
    name = icon_name or TONE_ICONS.get(tone, "")
    return format_html('<span class="badge badge--{}">{}{}</span>', tone, icon(name) if name else "", text)


@register.simple_block_tag
def notice(content: str, tone: str = "info", icon_name: str = "") -> str:
    """``{% notice "warn" %}…{% endnotice %}``: a sentence that concerns the whole page or window."""
    context = {"content": content, "tone": tone, "icon_name": icon_name or NOTICE_ICONS[tone]}
    return render_to_string("components/notice.html", context)


@register.filter
def message_tone(level_tag: str) -> str:
    """The tone of a message of ``django.contrib.messages``."""
    return MESSAGE_TONES.get(level_tag, "info")


@register.simple_tag
def field_kind(field: BoundField) -> str:
    """How ``components/field.html`` lays a field out: check, choice, password, new-password or text."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.PasswordInput):
        return "new-password" if "data-password-rules" in widget.attrs else "password"
    return "choice" if field.use_fieldset else "text"


@register.simple_tag(takes_context=True)
def repeat_block(context: Context, name: str) -> str:
    """The block ``name`` once more: a layout shows the title in the tab and as the heading."""
    return context.render_context[BLOCK_CONTEXT_KEY].get_block(name).render(context)


@register.filter
def page_numbers(paginator: Paginator, number: int) -> list[int | None]:
    """The pages worth a link around ``number``; ``None`` stands for a gap."""
    pages = paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    return [page if isinstance(page, int) else None for page in pages]
