"""Icons, badges and notices, and the layouts of windows and refusals."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.test import RequestFactory

from cabinet.common.context_processors import window
from cabinet.common.templatetags import ui

ICONS = set(json.loads((settings.BASE_DIR / "assets/icons.json").read_text()))
NAMED = re.compile(r"""\{% icon "([\w-]+)"|icon_name="([\w-]+)\"""")
REFUSALS = ["400", "403", "403_csrf", "404", "422", "429"]


def written(template: str, **context: object) -> str:
    return Engine.get_default().from_string(template).render(Context(context))


def asked(*, by_htmx: bool) -> HttpRequest:
    request = RequestFactory().get("/")
    request.htmx = by_htmx
    request.request_id = "abc123"
    return request


def refusal(name: str, request: HttpRequest, reason: str = "") -> str:
    context = window(request) | {"request": request, "reason": reason}
    return render_to_string(f"errors/{name}.html", context)


def test_every_icon_that_a_template_names_is_in_the_sprite():
    missing = {
        (path.name, name)
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for name in {"".join(found) for found in NAMED.findall(path.read_text())}
        if name not in ICONS
    }
    assert missing == set()


def test_every_icon_of_the_sprite_is_named_somewhere():
    root = Path(settings.BASE_DIR)
    sources = [*root.glob("templates/**/*.html"), *root.glob("cabinet/**/*.py"), *root.glob("portal/**/*.py")]
    text = "".join(path.read_text() for path in sources)
    assert {name for name in ICONS if f'"{name}"' not in text} == set()


def test_every_icon_of_badges_and_notices_is_in_the_sprite():
    assert set(ui.TONE_ICONS.values()) | set(ui.NOTICE_ICONS.values()) <= ICONS


def test_an_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in ui.icon("bolt")
    assert 'role="img" aria-label="Сеть"' in ui.icon("bolt", label="Сеть")


def test_a_badge_always_has_words_and_escapes_them():
    html = ui.badge("ok", "<Передано>")
    assert 'class="badge badge--ok"' in html
    assert "#circle-check" in html
    assert "&lt;Передано&gt;" in html


def test_a_notice_escapes_what_it_is_given():
    html = written('{% notice "warn" %}{{ text }}{% endnotice %}', text="<b>")
    assert "notice--warn" in html
    assert "&lt;b&gt;" in html


def test_the_pager_keeps_the_search_and_marks_the_page():
    request = RequestFactory().get("/", {"q": "склад", "page": "4"})
    html = render_to_string("components/pager.html", {"page": Paginator(range(230), 20).page(4)}, request)
    assert "61–80 из 230" in html
    assert '<span aria-current="page">4</span>' in html
    assert '?q=%D1%81%D0%BA%D0%BB%D0%B0%D0%B4&amp;page=5" rel="next"' in html


def test_an_empty_list_shows_no_pager():
    page = Paginator([], 20).page(1)
    assert written('{% include "components/pager.html" %}', page=page).strip() == ""


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_a_page_in_russian_with_the_number_of_the_request(name):
    html = refusal(name, asked(by_htmx=False))
    assert html.lstrip().startswith("<!doctype html>")
    assert "noindex" in html
    assert "abc123" in html


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_to_htmx_is_a_fragment_for_the_window(name):
    html = refusal(name, asked(by_htmx=True))
    assert "<html" not in html
    assert "data-refusal" in html
    assert 'id="dialog-title"' in html


def test_a_refusal_gives_its_reason_escaped():
    assert "Приём &lt;закрыт&gt;." in refusal("422", asked(by_htmx=True), reason="Приём <закрыт>.")


def test_the_page_of_a_failure_needs_no_context():
    html = render_to_string("errors/500.html")
    assert "Ошибка сервера" in html
    assert "Номер обращения" not in html


def test_the_title_of_a_window_is_the_heading_of_its_page():
    template = '{% extends "layouts/error.html" %}{% block title %}Изменение пароля{% endblock %}'
    html = written(template)
    assert "<title>Изменение пароля — Личный кабинет</title>" in html
    assert "<h1>Изменение пароля</h1>" in html
