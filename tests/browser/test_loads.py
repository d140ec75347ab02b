"""Loading the supplier's data as a curator: a file with mistakes, a right one, its confirmation, taking it back."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

TITLES = ("Номер договора", "Номер ПД", "Дата платежа", "Сумма платежа, руб.")
RIGHT = ("99884077", "ПП-100500", "15.10.2026", "1 234,56")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """A workbook of payments."""

    def written(name: str, *rows: tuple) -> Path:
        book = openpyxl.Workbook()
        for row in (TITLES, *rows):
            book.active.append(list(row))
        book.save(tmp_path / name)
        return tmp_path / name

    return written


def upload(page: Page, path: Path) -> None:
    page.goto("/admin/loads/new/")
    page.get_by_label("Платежи").check()
    page.get_by_label("Файл").set_input_files(path)
    page.get_by_role("button", name="Проверить файл").click()
    expect(page.get_by_role("region", name="Строки файла")).to_be_visible(timeout=20_000)


def test_a_file_is_corrected_loaded_and_taken_back(new_page: Callable, axe: Callable, file: Callable) -> None:
    page = new_page("curator@example.com")
    page.goto("/admin/loads/new/")
    axe(page)
    upload(page, file("ошибки.xlsx", RIGHT, ("99770311", "2", "31.02.2026", "0")))
    rows = page.get_by_role("region", name="Строки файла")
    expect(rows).to_contain_text("Такого дня нет в календаре.")
    expect(rows).to_contain_text("Договора № 99770311 нет среди ваших.")
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать строки с ошибками").click()
    *_, wrong = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active.values
    assert wrong[0] == 3 and "Такого дня нет" in wrong[-1]
    upload(page, file("верно.xlsx", RIGHT))
    page.get_by_role("button", name="Загрузить", exact=True).click()
    expect(page.get_by_text("Отменить загрузку", exact=True)).to_be_visible(timeout=20_000)
    axe(page)
    page.get_by_text("Отменить загрузку", exact=True).click()
    page.get_by_role("button", name="Да, отменить загрузку").click()
    expect(page.locator(".office-facts")).to_contain_text("Отменена", timeout=20_000)
    page.goto("/admin/loads/")
    expect(page.get_by_role("region", name="Загрузки")).to_contain_text("верно.xlsx")
    axe(page)
