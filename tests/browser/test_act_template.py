"""A clerk looks at the act's Word template, puts one of his own in its place, prints by it, goes back."""

import io
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

TEMPLATE = Path(__file__).parents[2] / "templates/docx/act.docx"


def restyled() -> bytes:
    document = Document(TEMPLATE)
    document.paragraphs[0].insert_paragraph_before("Образец отделения")
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def upload(page: Page, content: bytes) -> None:
    page.set_input_files("[type=file]", {"name": "Наш акт.docx", "mimeType": "application/zip", "buffer": content})
    page.get_by_role("button", name="Проверить и загрузить").click()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_a_template_is_looked_at_refused_taken_and_given_up(new_page, axe, errors, width, dark):
    errors.allow("status of 422")
    page = new_page("admin@example.com", width=width, dark=dark)
    page.goto("/admin/act-template/")
    page.wait_for_function("document.body.classList.contains('ready')")
    axe(page)
    upload(page, b"PK\x03\x04 nothing")
    expect(page.get_by_text("Это не документ Word в формате .docx")).to_be_visible()
    axe(page)
    upload(page, restyled())
    expect(page.get_by_text("Шаблон проверен и действует")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать пример ведомости").click()
    assert "Образец отделения" in [line.text for line in Document(download.value.path()).paragraphs]
    page.get_by_role("link", name="Вернуть шаблон портала").click()
    expect(page.get_by_text("«Наш акт.docx» будет удалён")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Вернуть шаблон портала").click()
    expect(page.get_by_text("Действует шаблон портала.")).to_be_visible()


@pytest.mark.parametrize(("name", "ending"), [("Word", "docx"), ("Excel", "xlsx")])
def test_a_client_saves_the_act_in_the_format_he_chose(new_page, axe, name, ending):
    page = new_page("client@example.com")
    page.goto("/cabinet/readings/")
    page.get_by_role("link", name="Печатать ведомость").click()
    window = page.locator("dialog[open]")
    window.get_by_label(name).check()
    axe(page, "dialog[open]")
    window.get_by_role("button", name="Печатать пустой бланк").click()
    expect(window.get_by_role("link", name="Скачать")).to_be_visible(timeout=30_000)
    axe(page, "dialog[open]")
    with page.expect_download() as download:
        window.get_by_role("link", name="Скачать").click()
    assert download.value.suggested_filename.endswith(f".{ending}")
