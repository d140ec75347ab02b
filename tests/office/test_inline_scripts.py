"""The back office has no inline scripts: what we replaced, and that nothing new appeared upstream."""

import hashlib
import inspect
import json
import re
from pathlib import Path

import pytest
import wagtail
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput, AdminTimeInput
from wagtail.admin.widgets.chooser import BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser

from portal import csp

WAGTAIL = Path(wagtail.__file__).parent
# Wagtail 8.0.1's templates with an inline script, and what of them we looked at when replacing it
REPLACED = {
    "panels/inline_panel.html": "195bb0b199ed",
    "panels/multiple_chooser_panel.html": "673bc9b26ca9",
    "widgets/date_input.html": "2557f7a4fd54",
    "widgets/datetime_input.html": "479d8ddeaa73",
    "widgets/time_input.html": "536917c544a1",
}
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*json)", re.DOTALL)
HANDLER = re.compile(r"\son(click|change|submit|load|error|input|key\w+)=")
STYLE = re.compile(r"<style|\sstyle=")
NEVER_SHOWN = ("notifications/", "/test/", "search_promotions", "embeds/embed_frontend", "wagtailembeds")


def installed_templates() -> list[Path]:
    """The templates of Wagtail that our pages can show (mails and apps we have not installed aside)."""
    found = sorted(WAGTAIL.rglob("templates/**/*.html"))
    return [path for path in found if not any(part in path.as_posix() for part in NEVER_SHOWN)]


def digest(text: str) -> str:
    """A short name of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def test_every_inline_script_of_wagtail_is_one_we_replaced():
    inline = {
        path.as_posix().split("templates/wagtailadmin/")[-1]
        for path in installed_templates()
        if INLINE_SCRIPT.search(path.read_text())
    }
    assert inline == set(REPLACED)


@pytest.mark.parametrize("pattern", [HANDLER, STYLE])
def test_wagtail_has_no_inline_handlers_and_styles(pattern):
    assert [path for path in installed_templates() if pattern.search(path.read_text())] == []


@pytest.mark.parametrize("name", REPLACED)
def test_the_replaced_template_is_as_we_knew_it(name):
    original = WAGTAIL / "admin/templates/wagtailadmin" / name
    assert digest(original.read_text()) == REPLACED[name], "look what changed upstream, then mend ours"


def test_the_choosers_render_is_as_we_knew_it():
    assert digest(inspect.getsource(inspect.unwrap(BaseChooser.render))) == "b46a0fb559c8"


@pytest.mark.parametrize(
    ("widget", "function"),
    [
        (AdminDateInput, "initDateChooser"),
        (AdminTimeInput, "initTimeChooser"),
        (AdminDateTimeInput, "initDateTimeChooser"),
    ],
)
def test_date_pickers_start_without_a_script(widget, function):
    html = widget().render("day", None, attrs={"id": "id_day"})
    assert "<script" not in html
    assert f'data-function="{function}"' in html
    assert arguments(html)[0] == "id_day"


@pytest.mark.django_db
def test_choosers_start_without_a_script():
    html = AdminTaskChooser().render("task", None, attrs={"id": "id_task"})
    assert "<script" not in html
    assert 'data-function="createTaskChooser"' in html and arguments(html) == ["id_task"]


def test_quotes_in_arguments_stay_arguments():
    html = csp.start_element("""new Chooser("a\\"><img>", {"url": "/x/?a=1&b='"});""")
    assert 'data-new="1"' in html and "<img>" not in html
    assert arguments(html) == ['a"><img>', {"url": "/x/?a=1&b='"}]


def test_more_than_one_call_is_refused():
    with pytest.raises(ValueError, match="single call"):
        csp.start_element("var a = 1; b(a);")


def arguments(html: str) -> list:
    """The arguments a browser would read from the element."""
    text = re.search(r'data-arguments="([^"]*)"', html)[1]
    for entity, sign in (("&quot;", '"'), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return json.loads(text)
