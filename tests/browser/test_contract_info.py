"""«Информация по договору» in the dialog and as a page: tabs, filters, sorting, pages, the calendar, the keyboard."""

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

NUMBER = "99884021"
WRONG = "422 (Unprocessable"  # a wrong filter is answered so on purpose


@pytest.fixture
def opened(new_page: Callable[..., Page]) -> Callable[..., tuple[Page, Locator]]:
    """«Договоры» with the window of the client's first contract open on it."""

    def at(login: str = "client@example.com", **options: object) -> tuple[Page, Locator]:
        page = new_page(login, **options)
        page.goto("/cabinet/contracts/")
        link(page).click()
        window = page.get_by_role("dialog", name=f"Информация по договору № {NUMBER}")
        expect(window).to_be_visible()
        return page, window

    return at


def link(page: Page) -> Locator:
    return page.get_by_role("link", name=f"Договор № {NUMBER}").first


def found(window: Locator) -> Locator:
    return window.get_by_role("rowheader", name=re.compile("^Найдено"))


@pytest.mark.parametrize("width", [1440, 390])
def test_the_window_filters_sorts_and_turns_pages_without_leaving_the_page(
    opened: Callable, axe: Callable, width: int
) -> None:
    page, window = opened(width=width)
    expect(window.get_by_role("link", name="Платежи")).to_have_attribute("aria-current", "page")
    axe(page)
    everything = found(window).inner_text()
    window.get_by_label("Сумма платежа, от").fill("200 000,50")
    page.keyboard.press("Enter")
    expect(found(window)).not_to_have_text(everything)
    expect(window.get_by_label("Сумма платежа, от")).to_have_value("200 000,50")
    expect(window.get_by_label("Сумма платежа, от")).to_be_focused()
    window.get_by_role("link", name="Следующая страница").click()
    expect(window.locator("[aria-current=page]", has_text="2")).to_be_visible()
    expect(page.locator("#dialog-title")).to_be_focused()
    window.get_by_role("link", name="Сбросить").click()
    expect(found(window)).to_have_text(everything)
    window.get_by_role("link", name="Акты нарушений").click()
    expect(found(window)).to_have_text("Найдено 4")
    axe(page)
    assert page.url.endswith("/cabinet/contracts/")
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()
    expect(link(page)).to_be_focused()


def test_the_head_of_a_column_sorts_by_keyboard_and_keeps_its_place(opened: Callable) -> None:
    page, window = opened()
    head = window.get_by_role("link", name="Сумма платежа, руб.")
    head.focus()
    page.keyboard.press("Enter")
    expect(window.get_by_role("columnheader", name="Сумма платежа, руб.")).to_have_attribute("aria-sort", "ascending")
    expect(head).to_be_focused()
    expect(page.locator(".htmx-settling")).to_have_count(0)  # nobody presses within 20 ms
    page.keyboard.press("Enter")
    expect(window.get_by_role("columnheader", name="Сумма платежа, руб.")).to_have_attribute("aria-sort", "descending")


def test_a_wrong_filter_is_told_by_its_field_and_the_first_one_is_focused(
    opened: Callable, axe: Callable, errors: Callable
) -> None:
    errors.allow(WRONG)
    page, window = opened()
    window.get_by_label("Дата платежа, от", exact=True).fill("31.02.2026")
    window.get_by_role("button", name="Найти").click()
    expect(window.get_by_text("Такого дня нет в календаре.")).to_be_visible()
    expect(window.get_by_label("Дата платежа, от", exact=True)).to_have_value("31.02.2026")
    expect(window.get_by_label("Дата платежа, от", exact=True)).to_be_focused()
    expect(window.get_by_role("table")).to_have_count(0)
    axe(page)


def test_the_present_filter_goes_along_to_the_page_its_workbook_and_its_paper(opened: Callable, axe: Callable) -> None:
    page, window = opened()
    window.get_by_role("link", name="Документы").click()
    window.get_by_label("Вид документа").select_option(label="Счёт")
    window.get_by_role("button", name="Найти").click()
    expect(window.get_by_role("link", name="Сбросить")).to_be_visible()
    count = found(window).inner_text()
    with page.expect_download() as download:
        window.get_by_role("link", name="Скачать в Excel").click()
    rows = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active.values
    assert list(rows)[-1][0].replace("\u202f", " ") == count
    with page.context.expect_page() as paper:
        window.get_by_role("link", name="Печать").click()
    expect(paper.value.get_by_role("button", name="Напечатать")).to_be_visible()
    expect(found(paper.value.locator("main"))).to_have_text(count)
    axe(paper.value)
    window.get_by_role("link", name="Открыть на странице").click()
    page.wait_for_url(re.compile("kind=bill"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Информация по договору № {NUMBER}")
    expect(found(page.locator("main"))).to_have_text(count)
    expect(page.get_by_label("Вид документа")).to_have_value("bill")


def test_a_date_is_chosen_in_the_calendar_too(new_page: Callable[..., Page]) -> None:
    page = new_page("client@example.com")
    page.goto("/cabinet/contracts/")
    link(page).click()
    window = page.get_by_role("dialog")
    window.get_by_role("button", name="Календарь: Дата платежа, до").click()
    native = window.locator("input[type=date]")
    native.evaluate("field => { field.value = '2026-02-03'; field.dispatchEvent(new Event('input')) }")
    expect(window.get_by_label("Дата платежа, до", exact=True)).to_have_value("03.02.2026")


def test_an_engineer_reads_why_there_are_no_tabs(opened: Callable, axe: Callable) -> None:
    page, window = opened("energetik@example.com")
    expect(window.get_by_text("Роль «Энергетик» не позволяет смотреть платежи")).to_be_visible()
    expect(window.get_by_role("navigation")).to_have_count(0)
    axe(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_without_a_script_it_is_a_page_that_takes_a_typed_date(
    new_page: Callable[..., Page], axe: Callable, width: int
) -> None:
    page = new_page("client@example.com", javascript=False, width=width)
    page.goto("/cabinet/contracts/")
    link(page).click()
    page.get_by_label("Дата платежа, от", exact=True).fill("01.01.2020")
    page.get_by_role("button", name="Найти").click()
    page.wait_for_url(re.compile("date_from=01.01.2020"))
    expect(page.get_by_role("button", name=re.compile("Календарь"))).to_have_count(0)
    page.get_by_role("link", name="Печать").click()
    assert page.get_by_role("button", name="Напечатать").count() == 0


@pytest.mark.parametrize("dark", [False, True])
def test_pages_in_both_schemes_have_nothing_for_axe_to_find(new_page: Callable, axe: Callable, dark: bool) -> None:
    for width in (1440, 390):
        page = new_page("client@example.com", width=width, dark=dark)
        for tab in ("Документы", "Акты нарушений"):
            page.goto("/cabinet/contracts/")
            link(page).click()
            page.get_by_role("dialog").get_by_role("link", name=tab).click()
            page.get_by_role("dialog").get_by_role("link", name="Открыть на странице").click()
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            axe(page)
