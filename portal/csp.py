"""Keeps the back office free of inline scripts, so that its Content-Security-Policy can be strict.

Wagtail starts its date pickers, choosers and inline panels by inline scripts. A nonce would mend
the first page, but not what arrives later (filters re-rendered by script, windows of choosers):
such a fragment carries the nonce of its own answer, which the page refuses. So each inline script
becomes a ``<portal-start>`` element that names the function and its arguments as data;
``portal/admin/start.js`` calls it as soon as the element stands in the document. The same script
gives the page's nonce to <style> elements that Wagtail's own scripts make.
"""

import re
from collections.abc import Mapping
from functools import wraps
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.widgets.chooser import BaseChooser

_CALL = re.compile(r"(?P<new>new )?(?P<name>[A-Za-z_][\w.]*)\((?P<arguments>.*)\);?", re.DOTALL)


def start_element(call: str) -> SafeString:
    """The element for one call written as JavaScript with JSON arguments: ``new Chooser("id", {});``."""
    found = _CALL.fullmatch(call.strip())
    if found is None:
        raise ValueError(f"Not a single call with JSON arguments: {call}")
    return format_html(
        '<portal-start hidden data-function="{}" data-new="{}" data-arguments="{}"></portal-start>',
        found["name"],
        "1" if found["new"] else "",
        f"[{found['arguments']}]",
    )


def mend_choosers() -> None:
    """Make every chooser widget, Wagtail's and ours, start by an element instead of an inline script."""
    inline_render = BaseChooser.render

    @wraps(inline_render)
    def render(
        self: BaseChooser, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        data = self.get_value_data(value)
        call = self.render_js_init(attrs["id"], name, data)
        return SafeString(self.render_html(name, data, attrs) + start_element(call))

    BaseChooser.render = render
