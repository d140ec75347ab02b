"""The months before, beside a register's row."""

import io
from collections.abc import Callable

import openpyxl
import pytest
from playwright.sync_api import Page, expect

SERIAL = "31877103"


def link(page: Page):
    return page.locator(".line", has_text=f"№ {SERIAL}").first.get_by_role("link", name="Показания по месяцам")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_months_open_beside_the_row_and_are_saved_as_excel(
    new_page: Callable[..., Page], axe: Callable, width: int
) -> None:
    page = new_page("client@example.com", width=width)
    page.goto("/cabinet/readings/")
    link(page).focus()
    page.keyboard.press("Enter")
    months = page.get_by_role("dialog", name=f"Счётчик № {SERIAL}, А+")
    expect(months).to_be_visible()
    expect(months.get_by_role("img", name="Расход по месяцам")).to_be_visible()
    expect(months.get_by_role("row")).to_have_count(25)
    expect(page.locator("#months-title")).to_be_focused()
    axe(page)
    with page.expect_download() as download:
        months.get_by_role("link", name="Скачать в Excel").click()
    assert SERIAL in download.value.suggested_filename
    file = io.BytesIO(download.value.path().read_bytes())
    assert openpyxl.load_workbook(file).active.max_row >= 24
    page.keyboard.press("Escape")
    expect(months).to_be_hidden()
    expect(link(page)).to_be_focused()


def test_without_a_script_the_months_are_a_page(new_page: Callable[..., Page], axe: Callable) -> None:
    page = new_page("client@example.com", javascript=False)
    page.goto("/cabinet/readings/")
    link(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Счётчик № {SERIAL}, А+")
    page.get_by_role("link", name="Передача показаний", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Передача показаний")
