"""The main job as a new client does it: registers, binds a contract, sends the month's readings, prints the act."""

import io
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

CONTRACT = {"email": "office.bereg@example.com", "inn": "7726550198", "number": "99551740"}
EMAIL = "new.engineer@example.com"
PASSWORD = "Svet-2026-dom"
FIELD = 'input[name^="r"]'
INPUTS = f"#readings-form {FIELD}"


def register(page: Page, axe: Callable) -> None:
    page.goto("/")
    page.get_by_role("link", name="Зарегистрироваться").click()
    axe(page)
    page.get_by_label("Фамилия").fill("Новикова")
    page.get_by_label("Имя", exact=True).fill("Дарья")
    page.get_by_label("Нет отчества").check()
    page.get_by_label("Адрес электронной почты").fill(EMAIL)
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_label("Повтор пароля").fill(PASSWORD)
    page.get_by_text("Я не робот", exact=True).click()
    expect(page.locator("altcha-widget [data-state=verified]")).to_be_attached(timeout=60_000)
    page.get_by_role("button", name="Зарегистрироваться").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Регистрация")
    axe(page)


def confirm(page: Page) -> None:
    page.goto("/dev/mail/")
    page.locator("main a[href*='/dev/mail/']").first.click()
    page.locator("a[href*='confirm-email']").first.click()
    page.get_by_role("button", name=re.compile("Подтвердить")).click()


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Логин").fill(EMAIL)
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Дарья")


def bind(page: Page, axe: Callable) -> None:
    page.get_by_role("link", name="Привязать договор").first.click()
    window = page.locator("dialog[open]")
    window.get_by_label("Адрес электронной почты организации").fill(CONTRACT["email"])
    window.get_by_label("ИНН").fill("7726550199")
    window.get_by_label("Номер договора").fill(CONTRACT["number"])
    window.get_by_role("button", name="Привязать договор").click()
    expect(window.get_by_text("контрольные цифры")).to_be_visible()
    axe(page, "dialog[open]")
    expect(window.get_by_label("Номер договора")).to_have_value(CONTRACT["number"])
    window.get_by_label("ИНН").fill(CONTRACT["inn"])
    window.get_by_role("button", name="Привязать договор").click()
    expect(window).to_be_hidden()
    expect(page.get_by_text(f"Договор № {CONTRACT['number']}").first).to_be_visible()


def type_readings(page: Page, axe: Callable) -> None:
    page.get_by_role("link", name=re.compile("^Передать показания")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Передача показаний")
    axe(page)
    field = page.locator(INPUTS).first
    field.fill("12a")
    field.press("Enter")
    expect(page.locator(".line__state").first).to_contain_text("Показание — число")
    axe(page)
    field.fill("1")
    field.press("Tab")
    expect(page.locator(".line__state").first).to_contain_text("Меньше предыдущего показания")


def leave_and_stay(page: Page) -> None:
    page.get_by_role("link", name="Договоры", exact=True).first.click()
    window = page.locator("dialog[open]")
    expect(window).to_contain_text("Показания не переданы в расчет")
    window.get_by_role("button", name="Остаться").click()


def send(page: Page, axe: Callable) -> None:
    page.get_by_role("button", name="Передать показания в расчет").click()
    window = page.locator("dialog[open]")
    expect(window).to_contain_text("Отметьте показания, которые верны")
    axe(page, "dialog[open]")
    for box in window.get_by_role("checkbox").all():
        box.check()
    window.get_by_role("button", name="Передать показания в расчет").click()
    expect(window).to_contain_text("Передано в расчет: 1 показание.")
    axe(page, "dialog[open]")
    expect(page.locator("#progress")).to_contain_text("передано 1 из 1")


def print_act(page: Page, axe: Callable) -> None:
    window = page.locator("dialog[open]")
    window.get_by_role("link", name="Печатать ведомость").click()
    expect(window).to_contain_text("Рекомендуем пользоваться форматом PDF")
    axe(page, "dialog[open]")
    window.get_by_role("button", name="Печатать заполненную ведомость").click()
    expect(window.get_by_role("link", name="Скачать")).to_be_visible(timeout=30_000)
    with page.expect_download() as download:
        window.get_by_role("link", name="Скачать").click()
    text = PdfReader(io.BytesIO(download.value.path().read_bytes())).pages[0].extract_text()
    assert CONTRACT["number"] in text


def test_a_new_client_sends_the_months_readings(new_page: Callable[..., Page], axe: Callable, errors) -> None:
    errors.allow("status of 422")
    page = new_page()
    register(page, axe)
    confirm(page)
    sign_in(page)
    bind(page, axe)
    type_readings(page, axe)
    leave_and_stay(page)
    send(page, axe)
    print_act(page, axe)


def line(page: Page, serial: str) -> Locator:
    return page.locator(".line", has_text=f"№ {serial}").first


def test_a_column_pastes_and_a_passage_through_zero_is_confirmed(new_page: Callable[..., Page]) -> None:
    page = new_page("client@example.com")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/cabinet/readings/")
    page.evaluate("text => navigator.clipboard.writeText(text)", "10 300,25\tввод 2\r\n112.6\tкомпрессорная\r\n")
    line(page, "31877103").locator(FIELD).focus()
    page.keyboard.press("Control+V")
    expect(line(page, "31877103").locator(".badge")).to_have_text("Готово к передаче")
    expect(line(page, "31877103").locator(FIELD)).to_have_value("010\u202f300,25")
    rolled = line(page, "32104477")
    expect(rolled.locator(".badge")).to_have_text("Переход через ноль?")
    rolled.get_by_role("button", name="Подтвердить").click()
    expect(rolled.locator(".badge")).to_have_text("Готово к передаче")
    expect(rolled.locator(".line__energy")).to_contain_text("241,40")
    page.keyboard.press("Escape")
    line(page, "31877102").locator(FIELD).focus()
    page.keyboard.press("ArrowDown")
    expect(line(page, "31877103").locator(FIELD)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(line(page, "31877102").locator(FIELD)).to_be_focused()
    page.get_by_role("link", name="Расчет предварительного расхода").click()
    expect(page.locator("#total")).to_contain_text("Расход по всем объектам")
    expect(page.get_by_text("Нет текущего показания").first).to_be_visible()


def test_a_colleagues_value_is_shown_and_not_overwritten(new_page: Callable[..., Page]) -> None:
    mine, colleagues = new_page("client@example.com"), new_page("energetik@example.com")
    for page in (mine, colleagues):
        page.goto("/cabinet/readings/")
    field = line(colleagues, "29440016").locator(FIELD)
    field.fill("41300,5")
    field.press("Tab")
    expect(line(colleagues, "29440016").locator(".badge")).to_have_text("Готово к передаче")
    field = line(mine, "29440016").locator(FIELD)
    field.fill("41310,5")
    field.press("Tab")
    offer = line(mine, "29440016").locator(".conflict")
    expect(offer).to_contain_text("Белов С. А.")
    expect(field).to_have_value("41310,5")
    offer.get_by_role("button", name="Сохранить моё").click()
    expect(line(mine, "29440016").locator(".badge")).to_have_text("Готово к передаче")
    mine.reload()
    expect(field).to_have_value("041\u202f310,5")


def test_what_was_typed_survives_the_end_of_the_session(new_page: Callable[..., Page], errors) -> None:
    errors.allow("status of 401")
    page = new_page("other@example.com")
    page.goto("/cabinet/readings/")
    field = page.locator(INPUTS).last
    name = field.get_attribute("name")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="portal_session")
    field.fill("123456,5")
    field.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("Сеанс завершён")
    page.context.add_cookies(cookies)
    page.reload()
    expect(page.locator(f"[name={name}]")).to_have_value(re.compile("456,5"))
    expect(page.locator(f".line:has([name={name}]) .badge")).not_to_have_text("Не заполнено")


def test_the_readings_are_typed_and_sent_without_javascript(new_page: Callable[..., Page]) -> None:
    page = new_page("energetik@example.com", javascript=False)
    page.goto("/cabinet/readings/")
    field = page.locator(INPUTS).nth(1)
    field.fill("10499,5")
    page.get_by_role("button", name="Передать показания в расчет").click()
    expect(page.locator("body")).to_contain_text(re.compile("Передано в расчет|Отметьте показания"))
