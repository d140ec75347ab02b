"""Readings are found and filtered on the page, and several contracts are sent from one table."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

ENGINEERED = "99884050"
MANY_FACILITIES = "99884077"
LINES = "#readings-form .line[data-register]"


def open_contract(page: Page, number: str) -> None:
    page.goto("/cabinet/readings/contracts/")
    page.get_by_role("link", name=f"№ {number}", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Передача показаний")


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_a_register_is_found_filtered_and_typed_in(
    new_page: Callable[..., Page], axe: Callable, width: int, dark: bool
) -> None:
    page = new_page("client@example.com", width=width, dark=dark)
    open_contract(page, ENGINEERED)
    everything = page.locator(LINES).count()
    serial = page.locator(f"{LINES} b").last.inner_text().removeprefix("№ ")
    page.get_by_label("Объект, номер прибора или точка учёта").fill(serial)
    page.get_by_role("button", name="Найти").click()
    expect(page.locator("#count-all")).not_to_have_text(str(everything))
    expect(page).to_have_url(re.compile(rf"q={serial}"))
    field = page.locator(f"{LINES} input[name^=r]").first
    field.fill("12a")
    field.press("Tab")
    expect(page.locator("#count-wrong")).to_have_text("1")
    page.get_by_role("link", name="с ошибкой").click()
    expect(page).to_have_url(re.compile("show=wrong"))
    expect(page.locator(LINES)).to_have_count(1)
    axe(page)
    field.fill("")
    field.press("Tab")
    expect(page.locator("#count-wrong")).to_have_text("0")
    page.get_by_role("link", name="с предупреждением").click()
    expect(page.get_by_text("Ничего не найдено")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Показать все объекты").click()
    expect(page.locator(LINES)).to_have_count(everything)


def test_a_contract_is_sent_from_the_table_of_all(new_page: Callable[..., Page], axe: Callable) -> None:
    page = new_page("client@example.com")
    late: list[Route] = []
    page.route(re.compile(r"/portal/readings[^/]*\.js$"), lambda route: late.append(route))
    open_contract(page, MANY_FACILITIES)
    line = page.locator(LINES).first
    previous = line.locator(".line__previous").inner_text().removeprefix("предыдущее ")
    line.locator("input[name^=r]").fill(previous)
    line.locator("input[name^=r]").press("Tab")
    for script in late:  # who types at once, before the script has come, loses nothing
        script.continue_()
    line.get_by_role("button", name="Подтвердить").click()
    expect(line.locator(".badge")).to_have_text("Готово к передаче")
    page.goto("/cabinet/readings/contracts/")
    axe(page)
    page.get_by_label(f"Передать показания по договору № {MANY_FACILITIES}").check()
    page.get_by_role("button", name="Передать показания в расчет").click()
    window = page.locator("dialog[open]")
    expect(window).to_contain_text("Будет передано")
    axe(page, "dialog[open]")
    window.get_by_role("button", name="Передать показания в расчет").click()
    expect(window).to_contain_text("Передано в расчет: 1 показание по 1 договору.")
    window.get_by_role("link", name="Вернуться к договорам").click()
    expect(page.locator("#contracts tr", has_text=MANY_FACILITIES)).to_contain_text("1 из 12")


def test_the_window_leads_to_what_is_missing(new_page: Callable[..., Page], axe: Callable) -> None:
    page = new_page("client@example.com")
    open_contract(page, MANY_FACILITIES)
    page.get_by_role("button", name="Передать показания в расчет").click()
    window = page.locator("dialog[open]")
    expect(window).to_contain_text("Не заполнено")
    axe(page, "dialog[open]")
    window.get_by_role("link", name=re.compile(r"показать\s*: не заполнены")).first.click()
    expect(window).to_be_hidden()
    expect(page).to_have_url(re.compile("show=missing"))
    expect(page.get_by_role("link", name=re.compile("^не заполнены"))).to_have_attribute("aria-current", "true")


def test_search_and_sending_work_without_javascript(new_page: Callable[..., Page]) -> None:
    page = new_page("client@example.com", javascript=False)
    open_contract(page, ENGINEERED)
    page.get_by_role("link", name="не заполнены").click()
    expect(page).to_have_url(re.compile("show=missing"))
    page.get_by_label("Объект, номер прибора или точка учёта").fill("нет такого")
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_text("Ничего не найдено")).to_be_visible()
    page.goto("/cabinet/readings/contracts/?state=sent&sort=-sent")
    expect(page.get_by_role("heading", level=1)).to_have_text("Показания по договорам")
