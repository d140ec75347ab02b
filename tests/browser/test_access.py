"""Who binds second asks, the administrator gives, changes and takes away; a page open meanwhile says what happened."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

NewPage = Callable[..., Page]
NUMBER = "99884021"
FACILITY = "Магазин «На Ленинском»"
ENDED = "Ваш доступ к показаниям этого договора закончился"


def ask(page: Page) -> None:
    """Bind the client's contract: its data are right, but it has an administrator."""
    page.goto("/cabinet/contracts/")
    page.get_by_role("link", name="Привязать договор").first.click()
    window = page.get_by_role("dialog", name="Привязать договор")
    window.get_by_label("Адрес электронной почты организации").fill("office.vympel@example.com")
    window.get_by_label("ИНН").fill("7742103574")
    window.get_by_label("Номер договора").fill(NUMBER)
    window.get_by_role("button", name="Привязать договор").click()


def row(page: Page, surname: str) -> Locator:
    return page.get_by_role("row").filter(has_text=surname)


@pytest.mark.parametrize("width", [1440, 390])
def test_who_binds_second_asks_and_is_given_then_changed_then_removed(
    new_page: NewPage, errors, axe: Callable, width: int
) -> None:
    errors.allow("422 (Unprocessable")
    errors.allow("404 (Not Found)")
    second, first = new_page("newcomer@example.com", width=width), new_page("client@example.com", width=width)
    ask(second)
    asked = second.get_by_role("dialog", name="Запрос доступа отправлен")
    expect(asked).to_contain_text("Решает администратор, ему отправлено письмо: Крылова А. С.")
    axe(second, "dialog[open]")
    asked.get_by_role("link", name="Готово").click()
    expect(second.get_by_role("region", name="Мои запросы доступа")).to_contain_text("Ждёт решения")
    axe(second)

    grant(first, axe)
    second.reload()
    expect(second.get_by_role("region", name="Мои запросы доступа")).to_have_count(0)
    change(first, axe)
    remove_while_he_types(first, second, axe)


def grant(page: Page, axe: Callable) -> None:
    """From «Что сделать сейчас»: the request is decided in its window."""
    page.goto("/")
    page.get_by_role("link", name="Рассмотреть").click()
    window = page.get_by_role("dialog", name="Запрос доступа")
    window.get_by_role("button", name="Выдать доступ").click()
    expect(window.get_by_text("Выберите роль.")).to_be_visible()
    window.get_by_label("Энергетик").check()
    window.get_by_label("К выбранным объектам").check()
    window.get_by_label(FACILITY).check()
    axe(page, "dialog[open]")
    window.get_by_role("button", name="Выдать доступ").click()
    expect(page.locator("#toasts")).to_contain_text("Доступ выдан: Фомина В. Л.")
    expect(page.get_by_role("link", name="Рассмотреть")).to_have_count(0)


def change(page: Page, axe: Callable) -> None:
    """«Настроить доступ»: the list beneath shows the new terms by itself."""
    page.goto("/cabinet/contracts/1/access/")
    axe(page)
    expect(row(page, "Фомина")).to_contain_text(FACILITY)
    expect(row(page, "Фомина")).to_contain_text("по запросу: Крылова А. С.")
    row(page, "Фомина").get_by_role("link", name="Настроить доступ").click()
    window = page.get_by_role("dialog", name="Настроить доступ")
    window.get_by_role("textbox", name="Действует по").fill("31.02.2099")
    window.get_by_role("button", name="Сохранить").click()
    expect(window.get_by_text("Такого дня нет в календаре.")).to_be_visible()
    window.get_by_role("textbox", name="Действует по").fill("31.12.2099")
    window.get_by_role("textbox", name="Действует по").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Доступ изменён: Фомина В. Л.")
    expect(row(page, "Фомина")).to_contain_text("31.12.2099")


def remove_while_he_types(page: Page, other: Page, axe: Callable) -> None:
    """«Удалить доступ» asks first; the open page of readings says that it has ended and keeps what was typed."""
    other.goto("/cabinet/readings/1/")
    field = other.locator('#readings-form input[name^="r"]').first
    expect(field).to_be_visible()
    row(page, "Фомина").get_by_role("link", name="Настроить доступ").click()
    page.get_by_role("dialog").get_by_role("link", name="Удалить доступ").click()
    window = page.get_by_role("dialog", name="Удалить доступ?")
    expect(window).to_contain_text("больше не увидит договор")
    axe(page, "dialog[open]")
    window.get_by_role("button", name="Удалить доступ").click()
    expect(row(page, "Фомина")).to_have_count(0)

    field.fill("9999,5")
    field.press("Tab")
    expect(other.locator("#toasts")).to_contain_text(ENDED)
    expect(other.locator("#kept")).to_contain_text(ENDED)
    expect(field).to_have_value("9999,5")


def as_a_stranger(route: Route) -> None:
    """The server's own answer about a contract that is not the person's."""
    stranger = route.request.url.replace("/contracts/1/", "/contracts/999999/")
    route.fulfill(response=route.fetch(url=stranger))


def test_a_window_that_is_open_while_access_ends_keeps_what_was_typed(new_page: NewPage, errors) -> None:
    errors.allow("404 (Not Found)")
    page = new_page("client@example.com")
    page.goto("/cabinet/contracts/1/access/")
    row(page, "Титова").get_by_role("link", name="Настроить доступ").click()
    window = page.get_by_role("dialog", name="Настроить доступ")
    window.get_by_role("textbox", name="Действует по").fill("31.12.2098")
    page.route("**/access/*/", as_a_stranger)
    window.get_by_role("button", name="Сохранить").click()
    expect(page.locator("#toasts")).to_contain_text("нет к ней доступа: возможно, он закончился")
    expect(window.get_by_role("textbox", name="Действует по")).to_have_value("31.12.2098")


def test_without_a_script_access_is_changed_on_pages_of_their_own(new_page: NewPage) -> None:
    page = new_page("client@example.com", javascript=False)
    page.goto("/cabinet/contracts/1/access/")
    row(page, "Титова").get_by_role("link", name="Настроить доступ").click()
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Управление доступом")
    expect(page.get_by_role("status").first).to_contain_text("Доступ остался прежним: Титова Е. Ю.")
