"""From «Добавить пользователя» to the first sign-in of the invited person, in the browser."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

PASSWORD = "Очень-длинный-1"
NewPage = Callable[..., Page]


def open_window(page: Page) -> Locator:
    """The window of the first contract, from its page of access."""
    page.goto("/cabinet/contracts/1/access/")
    page.get_by_role("link", name="Добавить пользователя").click()
    return page.get_by_role("dialog", name="Добавить пользователя")


def open_letter(page: Page, email: str) -> None:
    """The invitation in the development mailbox; the worker may still be sending it."""
    letter = page.get_by_role("listitem").filter(has_text=email)
    for _ in range(50):
        page.goto("/dev/mail/")
        if letter.count():
            break
        time.sleep(0.2)
    letter.get_by_role("link", name="Приглашение").first.click()


def fill_in(page: Page, code: str) -> None:
    page.get_by_label("Фамилия").fill("Гостев")
    page.get_by_label("Имя", exact=True).fill("Иван")
    page.get_by_label("Нет отчества").check()
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_label("Повтор пароля").fill(PASSWORD)
    page.get_by_label("Код от администратора").fill(code)
    page.get_by_role("button", name="Зарегистрироваться").click()


@pytest.mark.parametrize("width", [390, 1440])
def test_an_invited_person_registers_with_the_code_and_finds_the_contract(
    new_page: NewPage, errors, axe: Callable, width: int
) -> None:
    errors.allow("422 (Unprocessable")
    email = f"guest{width}@example.com"
    page = new_page("client@example.com", width=width)
    window = open_window(page)
    expect(window.get_by_role("group", name="Доступ")).to_be_hidden()
    window.get_by_label("Энергетик").check()
    window.get_by_label("К выбранным объектам").check()
    window.get_by_label("E-mail").fill(email)
    window.get_by_role("button", name="Найти").click()
    expect(window.get_by_text("Выберите хотя бы один объект.")).to_be_visible()
    axe(page, "dialog[open]")
    window.get_by_label("Склад № 2").check()
    window.get_by_label("E-mail").press("Enter")
    window = page.get_by_role("dialog", name="Пользователь не найден. Пригласить?")
    axe(page, "dialog[open]")
    window.get_by_role("button", name="Назад").click()
    window = page.get_by_role("dialog", name="Добавить пользователя")
    expect(window.get_by_label("E-mail")).to_have_value(email)
    expect(window.get_by_label("Склад № 2")).to_be_checked()
    window.get_by_role("button", name="Найти").click()
    page.get_by_role("button", name="Пригласить").click()
    code = page.locator("output").inner_text()
    assert re.fullmatch(r"\d{4} \d{4}", code)
    axe(page, "dialog[open]")
    page.get_by_role("link", name="Код записан, закрыть").click()
    expect(page.get_by_role("region", name="Приглашены и ещё не вошли").get_by_text(email)).to_be_visible()

    guest = new_page(width=width)
    open_letter(guest, email)
    guest.get_by_role("link", name="/invitations/").click()
    expect(guest.get_by_text("Энергетик, к выбранным объектам: Склад № 2")).to_be_visible()
    axe(guest)
    fill_in(guest, "1111 1111" if code[0] != "1" else "2222 2222")
    expect(guest.get_by_text("Неверный код. Осталось 4 попытки.")).to_be_visible()
    axe(guest)
    fill_in(guest, code)
    expect(guest.get_by_text("Регистрация завершена: войдите.")).to_be_visible()
    guest.get_by_label("Логин").fill(email)
    guest.get_by_label("Пароль", exact=True).fill(PASSWORD)
    guest.get_by_role("button", name="Войти", exact=True).click()
    guest.goto("/cabinet/contracts/")
    expect(guest.get_by_role("link", name="Договор № 99884021 от")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_found_user_gets_access_to_several_contracts(new_page: NewPage, axe: Callable, javascript: bool) -> None:
    login = "energetik@example.com" if javascript else "newcomer@example.com"
    page = new_page("client@example.com", javascript=javascript)
    page.goto("/cabinet/contracts/")
    page.get_by_role("link", name="Выдать доступ к нескольким договорам").click()
    if javascript:
        page.get_by_role("checkbox", name="№ 99884021").check()
        expect(page.get_by_text("выбрано 1 из 3")).to_be_visible()
    page.get_by_role("button", name="Выбрать все (3)").click()
    page.get_by_label("Бухгалтер").check()
    page.get_by_label("E-mail").fill(login)
    if javascript:
        axe(page, "dialog[open]")
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_role("heading", name="Пользователь найден")).to_be_visible()
    expect(page.get_by_text(login)).to_be_visible()
    page.get_by_role("button", name="Подтвердить").click()
    expect(page.get_by_text(re.compile(r"Доступ выдан: .+ Мы сообщили об этом письмом."))).to_be_visible()


def test_a_dead_link_says_what_to_do(page: Page, errors, axe: Callable) -> None:
    errors.allow("404 (Not Found)")
    page.goto("/invitations/wrong/")
    expect(page.get_by_text("Ссылка неверна или заменена новой.")).to_be_visible()
    axe(page)
