"""Readings typed while the connection or the session is gone: kept, sent later, never over a colleague's."""

import re
from collections.abc import Callable

from django.conf import settings
from playwright.sync_api import Locator, Page, expect

FIELD = 'input[name^="r"]'
FIELDS = f"#readings-form {FIELD}"
KEPT = "() => Object.keys(localStorage).filter(key => key.startsWith('readings:')).length"
WAITS = "Не сохранено, отправим при восстановлении связи"
BIG_CONTRACT = "99884077"


def line(page: Page, serial: str) -> Locator:
    return page.locator(".line", has_text=f"№ {serial}").first


def type_reading(page: Page, serial: str, text: str) -> None:
    line(page, serial).locator(FIELD).fill(text)
    line(page, serial).locator(FIELD).press("Tab")


def sign_in(page: Page, login: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Логин").fill(login)
    page.get_by_label("Пароль", exact=True).fill(settings.DEMO_PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def contract_id(page: Page, number: str) -> str:
    page.goto("/cabinet/readings/")
    return page.locator("option", has_text=number).first.get_attribute("value")


def test_what_is_typed_without_a_connection_is_sent_when_it_is_back(
    new_page: Callable[..., Page], errors, axe: Callable
) -> None:
    errors.allow("ERR_INTERNET_DISCONNECTED")
    page = new_page("client@example.com")
    page.goto("/cabinet/readings/")
    page.context.set_offline(True)
    type_reading(page, "33650208", "77")
    expect(line(page, "33650208").locator(".line__state")).to_have_text(WAITS)
    expect(page.locator("#kept")).to_contain_text("Нет связи с сервером")
    page.get_by_role("button", name="Передать показания в расчет").click()
    expect(page.locator("#toasts")).to_contain_text("не всё введённое сохранено")
    axe(page)
    assert page.evaluate(KEPT) == 1
    page.context.set_offline(False)
    expect(line(page, "33650208").locator(".badge")).to_be_visible()
    expect(page.locator("#kept")).to_be_empty()
    assert page.evaluate(KEPT) == 0
    page.reload()
    expect(line(page, "33650208").locator(FIELD)).to_have_value(re.compile("77,00$"))


def test_a_browser_that_keeps_nothing_saves_all_the_same(new_page: Callable[..., Page]) -> None:
    page = new_page("client@example.com")
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }")
    page.goto("/cabinet/readings/")
    type_reading(page, "33650208", "88")
    expect(line(page, "33650208").locator(".badge")).to_be_visible()
    page.reload()
    expect(line(page, "33650208").locator(FIELD)).to_have_value(re.compile("88,00$"))


def test_after_the_session_only_the_same_person_sends_what_was_kept(new_page: Callable[..., Page], errors) -> None:
    errors.allow("status of 401")
    errors.allow("status of 403")
    errors.allow("status of 404")
    page = new_page("client@example.com")
    page.goto("/cabinet/readings/")
    page.context.clear_cookies()
    type_reading(page, "41902655", "55")
    expect(page.get_by_role("alert")).to_contain_text("Сеанс завершён")
    tab = page.context.new_page()
    sign_in(tab, "other@example.com")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.get_by_role("alert")).to_contain_text("вошёл другой пользователь")
    tab.goto("/cabinet/readings/")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Передача показаний")
    expect(tab.locator("#kept")).to_be_empty()
    assert page.evaluate(KEPT) == 1
    page.context.clear_cookies()
    sign_in(tab, "client@example.com")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(line(page, "41902655").locator(".badge")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert page.evaluate(KEPT) == 0


def test_what_a_colleague_changed_meanwhile_is_shown_beside_what_was_kept(
    new_page: Callable[..., Page], errors
) -> None:
    errors.allow("ERR_INTERNET_DISCONNECTED")
    mine, colleagues = new_page("client@example.com"), new_page("energetik@example.com")
    for page in (mine, colleagues):
        page.goto("/cabinet/readings/")
    mine.context.set_offline(True)
    type_reading(mine, "29440031", "71000,5")
    expect(line(mine, "29440031").locator(".line__state")).to_have_text(WAITS)
    mine.close()
    type_reading(colleagues, "29440031", "71111,5")
    expect(line(colleagues, "29440031").locator(".badge")).to_be_visible()
    mine.context.set_offline(False)
    mine = mine.context.new_page()
    mine.goto("/cabinet/readings/")
    offer = line(mine, "29440031").locator(".conflict")
    expect(offer).to_contain_text("Белов С. А. уже ввёл(а) 071\u202f111,50")
    expect(line(mine, "29440031").locator(FIELD)).to_have_value("71000,5")
    line(mine, "29440031").locator(FIELD).focus()
    mine.keyboard.press("Tab")  # passing by chooses nothing
    colleagues.reload()
    expect(line(colleagues, "29440031").locator(FIELD)).to_have_value("071\u202f111,50")
    offer.get_by_role("button", name="Взять это значение").click()
    expect(line(mine, "29440031").locator(FIELD)).to_have_value("071\u202f111,50")
    assert mine.evaluate(KEPT) == 0


def test_values_of_another_contract_and_of_rows_not_shown_do_not_lie_forgotten(
    new_page: Callable[..., Page], errors, axe: Callable
) -> None:
    errors.allow("ERR_INTERNET_DISCONNECTED")
    page = new_page("client@example.com", width=390, height=1400)
    contract = contract_id(page, BIG_CONTRACT)
    page.goto(f"/cabinet/readings/{contract}/?q=37204107")
    page.context.set_offline(True)
    type_reading(page, "37204107", "44")
    expect(line(page, "37204107").locator(".line__state")).to_have_text(WAITS)
    page.close()
    page.context.set_offline(False)
    page = page.context.new_page()
    page.goto("/cabinet/readings/")
    expect(page.locator("#kept")).to_contain_text("В этом браузере есть несохранённые показания")
    expect(page.get_by_role("link", name=f"договор № {BIG_CONTRACT}")).to_be_visible()
    axe(page)
    page.goto(f"/cabinet/readings/{contract}/?q=37204114")
    expect(page.locator("#kept")).to_contain_text("Введённое раньше сохранено: 1 показание")
    assert page.evaluate(KEPT) == 0
    page.goto(f"/cabinet/readings/{contract}/?q=37204107")
    expect(line(page, "37204107").locator(FIELD)).to_have_value(re.compile("44,00$"))


def test_signing_out_says_so_and_erases_what_was_kept(new_page: Callable[..., Page], errors) -> None:
    errors.allow("ERR_FAILED")
    page = new_page()
    sign_in(page, "client@example.com")
    page.goto("/cabinet/readings/")
    page.evaluate("localStorage.setItem('readings:999999:1:2026-01:1', JSON.stringify({text: '5'}))")
    page.route("**/save/", lambda route: route.abort())
    type_reading(page, "11072893", "12")
    expect(line(page, "11072893").locator(".line__state")).to_have_text(WAITS)
    page.locator("[popovertarget=user-menu]").click()
    page.get_by_role("button", name="Выйти").click()
    window = page.locator("dialog[open]")
    expect(window).to_contain_text("При выходе они будут удалены")
    assert page.evaluate(KEPT) == 2
    window.get_by_role("button", name="Уйти со страницы").click()
    page.wait_for_url(lambda url: "/readings/" not in url)
    assert page.evaluate(KEPT) == 1  # another person's stay his
