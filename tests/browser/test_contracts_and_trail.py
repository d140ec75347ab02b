"""From the list of contracts through the menu of a row to a contract's trail, filtered, sorted and back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

NewPage = Callable[..., Page]
NUMBER = "99884021"


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (768, True), (390, False)])
def test_the_menu_of_a_row_leads_to_the_trail_which_is_filtered_in_place(
    new_page: NewPage, errors, axe: Callable, width: int, dark: bool
) -> None:
    errors.allow("422 (Unprocessable")
    page = new_page("client@example.com", width=width, dark=dark)
    page.goto("/cabinet/contracts/")
    more = page.get_by_role("button", name=f"Другие действия с договором № {NUMBER}")
    more.click()
    axe(page)
    page.get_by_role("link", name="Отвязать договор").click()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    more.click()
    page.get_by_role("link", name="Журнал действий").click()
    expect(page.get_by_role("heading", name="Журнал действий")).to_be_visible()
    axe(page)
    staff = page.get_by_role("cell").filter(has_text="Сотрудник поставщика")
    expect(staff.first).to_be_visible()

    page.get_by_label("Вид действия").select_option("Доступ к договору")
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_text("Выдан доступ: Белов С. А. (energetik@example.com)").first).to_be_visible()
    expect(staff).to_have_count(0)
    assert "kind=access" in page.url
    page.get_by_role("textbox", name="Дата от").fill("31.02.2026")
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_text("Такого дня нет в календаре.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Дата от")).to_be_focused()
    axe(page)
    page.go_back()
    expect(page.get_by_label("Вид действия")).to_have_value("access")


def test_the_page_is_no_wider_than_the_screen(new_page: NewPage) -> None:
    for width in (1440, 768, 390):
        page = new_page("client@example.com", width=width)
        for address in ("/cabinet/contracts/", "/cabinet/contacts/", "/cabinet/profile/"):
            page.goto(address)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_without_javascript_the_menu_and_the_trail_work(new_page: NewPage) -> None:
    page = new_page("client@example.com", width=390, javascript=False)
    page.goto("/cabinet/contracts/")
    page.get_by_role("button", name=f"Другие действия с договором № {NUMBER}").click()
    page.get_by_role("link", name="Журнал действий").click()
    page.get_by_label("Порядок").select_option("Когда: по возрастанию")
    page.get_by_role("button", name="Найти").click()
    assert "sort=at" in page.url
