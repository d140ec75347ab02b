"""The form in Excel as an engineer uses it: out, filled in, back, looked at, saved, seen on the page."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

LOGIN = "other@example.com"  # nobody else in these tests types for this contract
HEADER, SERIAL, PREVIOUS, VALUE = 5, 4, 9, 10
WRONG = "12345,6789"
# whether the figure looks usual depends on the demo's own history
TAKEN, READY = re.compile("Без замечаний|С предупреждением"), re.compile("Готово к передаче|Проверьте показание")


def window_of(page: Page) -> None:
    page.goto("/cabinet/readings/")
    page.get_by_role("link", name="Работа с формой в формате Excel").click()
    expect(page.locator("dialog[open] h2")).to_have_text("Работа с формой в формате Excel")


def filled(taken: Path) -> tuple[Path, str, str]:
    """The form with a good figure in its first open row and a wrong one in the next; their serial numbers."""
    book = load_workbook(taken)
    sheet = book["Показания"]
    rows = [
        row
        for row in range(HEADER + 1, sheet.max_row + 1)
        if not sheet.cell(row, VALUE).protection.locked and isinstance(sheet.cell(row, PREVIOUS).value, int | float)
    ]
    good, wrong = rows[:2]
    sheet.cell(good, VALUE).value = round(sheet.cell(good, PREVIOUS).value + 100.5, 2)
    sheet.cell(wrong, VALUE).value = WRONG
    path = taken.with_name("заполненная форма.xlsx")
    book.save(path)
    return path, sheet.cell(good, SERIAL).value, sheet.cell(wrong, SERIAL).value


def test_a_form_goes_out_and_comes_back_as_drafts_and_errors(
    new_page: Callable[..., Page], axe: Callable, errors: Any, tmp_path: Path
) -> None:
    errors.allow("422")  # the refused file
    page = new_page(LOGIN)
    window_of(page)
    axe(page, "dialog[open]")
    with page.expect_download() as download:
        page.get_by_role("link", name="Выгрузить в Excel файл").first.click()
    taken = tmp_path / "form.xlsx"
    download.value.save_as(taken)
    form, good, wrong = filled(taken)

    page.locator("dialog input[type=file]").set_input_files({"name": "a.xls", "mimeType": "", "buffer": b"text"})
    page.get_by_role("button", name="Загрузить Excel файл").click()
    expect(page.locator("dialog .errorlist")).to_contain_text(".xls")
    page.locator("dialog input[type=file]").set_input_files(form)
    page.get_by_role("button", name="Загрузить Excel файл").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Загрузка показаний из Excel")
    page.reload()  # the judging does not mind
    expect(page.get_by_role("heading", name="Строки файла")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("row", name=wrong)).to_contain_text("Ошибка значности")
    axe(page)
    page.locator(".choice").filter(has_text=TAKEN).first.click()
    expect(page.get_by_role("row", name=good)).to_be_visible()
    narrow = new_page(LOGIN, width=390, dark=True)
    narrow.goto(page.url)
    axe(narrow)

    page.get_by_role("button", name="Сохранить показания").click()
    expect(page.get_by_text("Показания из файла сохранены.")).to_be_visible(timeout=20_000)
    axe(page)
    page.get_by_role("link", name="Перейти к передаче").click()
    expect(page.locator(".facility--bad, .facility:has(.badge--bad)").first).to_be_visible()
    lines = page.locator(".line[data-register]")
    expect(lines.filter(has_text=good).filter(has_text=READY).first).to_be_visible()
    expect(lines.filter(has_text=wrong).filter(has_text="Ошибка значности").first).to_be_visible()
