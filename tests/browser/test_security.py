"""The second factor, passkeys and the end of a session, in the browser."""

import datetime as dt
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, expect

from tests.accounts.factors import code_of

REFUSED = "422 (Unprocessable"
SECURITY = "/cabinet/profile/security/"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def sign_in(page: Page, login: str, path: str = "/accounts/login/") -> None:
    page.goto(path)
    page.get_by_label("Логин").fill(login)
    page.get_by_label("Пароль", exact=True).fill(settings.DEMO_PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Войти", exact=True).click()


def say_who(page: Page) -> None:
    page.get_by_label("Пароль", exact=True).fill(settings.DEMO_PASSWORD)
    page.get_by_role("button", name="Подтвердить").click()


def with_device(page: Page) -> None:
    """A device that can hold passkeys and whose owner always agrees."""
    channel = page.context.new_cdp_session(page)
    channel.send("WebAuthn.enable")
    channel.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def sign_out(page: Page) -> None:
    """The cookies go; an answer on its way must not bring them back."""
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()


def test_a_passkey_is_made_and_opens_the_cabinet_alone_and_as_the_second_step(
    new_page: Callable[..., Page], errors, axe: Callable
) -> None:
    errors.allow(REFUSED)
    page = new_page()
    with_device(page)
    sign_in(page, "newcomer@example.com")
    page.goto(SECURITY)
    axe(page)
    page.get_by_role("link", name="Создать ключ доступа").click()
    axe(page)
    say_who(page)
    page.get_by_label("Название").fill("Мой ноутбук")
    axe(page)
    page.get_by_role("button", name="Создать ключ доступа").click()
    expect(page.get_by_role("heading", name="Резервные коды")).to_be_visible()
    axe(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Скачать").click()
    assert len(re.findall(r"\d{8}", Path(saved.value.path()).read_text())) == 10
    page.get_by_role("link", name="Готово").click()
    expect(page.get_by_text("Мой ноутбук", exact=True)).to_be_visible()
    sign_out(page)
    page.goto("/accounts/login/?next=/cabinet/contacts/")
    axe(page)
    page.get_by_role("button", name="Вход по ключу доступа").click()
    expect(page).to_have_url(re.compile("/cabinet/contacts/$"))
    sign_out(page)
    sign_in(page, "newcomer@example.com")
    expect(page.get_by_role("heading", name="Второй шаг входа")).to_be_visible()
    axe(page)
    page.get_by_label("Резервный код").fill("00000000")
    page.get_by_role("button", name="Войти", exact=True).click()
    expect(page.get_by_text("Неверный код.")).to_be_visible()
    expect(page.get_by_label("Резервный код")).to_be_focused()
    page.get_by_role("button", name="Использовать ключ доступа").click()
    expect(page).to_have_url(re.compile(r"//[^/]+/$"))
    page.goto(SECURITY)
    page.get_by_role("link", name="Удалить").click()
    page.get_by_role("button", name="Использовать ключ доступа").click()
    page.get_by_role("button", name="Удалить").click()
    expect(page.get_by_text("Ключ доступа удалён.")).to_be_visible()
    expect(page.get_by_text("Ключей доступа нет.")).to_be_visible()


def test_an_address_that_passkeys_refuse_is_told_in_words(new_page: Callable[..., Page], portal_server: str) -> None:
    page = new_page()
    with_device(page)
    page.goto(portal_server.replace("localhost", "127.0.0.1") + "/accounts/login/")
    page.get_by_role("button", name="Вход по ключу доступа").click()
    expect(page.get_by_role("alert")).to_contain_text("По этому адресу ключи доступа не работают.")


def test_codes_work_without_scripts_and_passkeys_say_they_do_not(new_page: Callable[..., Page]) -> None:
    page = new_page(javascript=False, width=390)
    sign_in(page, "accountant@example.com")
    page.goto("/cabinet/profile/security/passkeys/new/")
    say_who(page)
    expect(page.get_by_text("Ключам доступа нужен включённый JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Создать ключ доступа")).to_be_hidden()
    page.goto(SECURITY)
    page.get_by_role("link", name="Подключить").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Код из приложения").fill(code_of(secret, later=-1))
    page.get_by_role("button", name="Подключить").click()
    expect(page.locator(".codes li")).to_have_count(10)
    sign_out(page)
    sign_in(page, "accountant@example.com")
    page.get_by_label("Код", exact=True).fill(code_of(secret))
    page.get_by_role("button", name="Войти", exact=True).click()
    expect(page).to_have_url(re.compile(r"//[^/]+/$"))
    page.goto(SECURITY)
    page.get_by_role("link", name="Отключить").click()
    page.get_by_label("Код", exact=True).fill(code_of(secret, later=1))
    page.get_by_role("button", name="Подтвердить").click()
    page.get_by_role("button", name="Отключить").click()
    expect(page.get_by_text("Приложение для кодов отключено.")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_other_sessions_are_ended_in_windows(new_page: Callable[..., Page], axe: Callable, width: int) -> None:
    page, other = new_page(width=width), new_page()
    for each in (page, other):
        sign_in(each, "curator2@example.com")
    page.goto(SECURITY)
    axe(page)
    page.get_by_role("link", name="Завершить остальные").click()
    window = page.get_by_role("dialog", name="Завершить остальные сеансы?")
    axe(page, "dialog[open]")
    window.get_by_role("button", name="Завершить остальные").click()
    expect(page.get_by_text("Завершено:")).to_be_visible()
    expect(page.get_by_role("link", name="Завершить остальные")).to_be_hidden()
    other.goto("/cabinet/contacts/")
    expect(other).to_have_url(re.compile("/accounts/login/"))


class Session:
    """A person's session on the server, which ends when the test says so."""

    def __init__(self, folder: Path, context: BrowserContext) -> None:
        self.database = folder / "portal.sqlite3"
        (self.key,) = [one["value"] for one in context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME]

    def seconds_left(self, seconds: int) -> None:
        """The session ends in so many seconds."""
        ends_at = dt.datetime.now(dt.UTC).replace(tzinfo=None) + dt.timedelta(seconds=seconds)
        with closing(sqlite3.connect(self.database, timeout=20)) as database, database:
            database.execute(
                "UPDATE django_session SET expire_date = ? WHERE session_key = ?", (str(ends_at), self.key)
            )


@pytest.fixture
def idle_page(new_page: Callable[..., Page]) -> Page:
    """A page whose clock the test moves; somebody has just signed in."""
    page = new_page()
    page.clock.install()
    sign_in(page, "other@example.com")
    expect(page).to_have_url(re.compile(r"//[^/]+/$"))
    return page


def test_the_dialog_offers_to_go_on_and_the_server_gives_time(
    idle_page: Page, portal_folder: Path, axe: Callable
) -> None:
    page, session = idle_page, Session(portal_folder, idle_page.context)
    page.goto("/cabinet/profile/")
    dialog = page.get_by_role("dialog", name="Сеанс скоро завершится")
    page.clock.fast_forward("28:05")  # the server has more: an act in another tab
    page.wait_for_timeout(300)
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Смена пароля").click()
    page.get_by_label("Текущий пароль").fill("набрано")
    session.seconds_left(100)
    page.clock.fast_forward("28:05")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("timer")).to_contain_text("1 мин")
    expect(dialog.get_by_role("button", name="Продолжить работу")).to_be_focused()
    axe(page, "dialog#session-end")
    dialog.get_by_role("button", name="Продолжить работу").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("Текущий пароль")).to_have_value("набрано")
    left = page.evaluate("fetch('/cabinet/session/').then((answer) => answer.json())")["seconds"]
    assert left > 29 * 60
    session.seconds_left(100)
    page.clock.fast_forward("28:05")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")  # an act of a person too
    expect(dialog).to_be_hidden()


def test_another_tabs_act_closes_the_dialog(idle_page: Page, portal_folder: Path) -> None:
    page, session = idle_page, Session(portal_folder, idle_page.context)
    session.seconds_left(100)
    page.clock.fast_forward("28:05")
    dialog = page.get_by_role("dialog", name="Сеанс скоро завершится")
    expect(dialog).to_be_visible()
    page.context.request.get("/cabinet/contacts/")
    page.clock.fast_forward("00:16")
    expect(dialog).to_be_hidden()


def test_what_has_ended_leads_to_the_sign_in_and_back(
    idle_page: Page, portal_folder: Path, axe: Callable, errors
) -> None:
    errors.allow("401")
    page = idle_page
    page.goto("/cabinet/contacts/")
    Session(portal_folder, page.context).seconds_left(-1)
    page.clock.fast_forward("28:05")
    dialog = page.get_by_role("dialog", name="Сеанс завершён")
    expect(dialog).to_be_visible()
    axe(page, "dialog#session-end")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_role("link", name="Войти").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    sign_in(page, "other@example.com", page.url)
    expect(page).to_have_url(re.compile("/cabinet/contacts/$"))


def test_what_was_typed_survives_a_sign_in_in_another_tab(idle_page: Page, portal_folder: Path, errors) -> None:
    errors.allow("401")
    page = idle_page
    page.goto("/cabinet/profile/")
    page.get_by_role("link", name="Редактировать данные").click()
    page.get_by_label("Контактный телефон").fill("8 916 555-44-33")
    Session(portal_folder, page.context).seconds_left(-1)
    page.clock.fast_forward("28:05")
    dialog = page.get_by_role("dialog", name="Сеанс завершён")
    expect(dialog.get_by_text("То, что вы ввели на этой странице, осталось на ней")).to_be_visible()
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Войти").click()
    sign_in(opened.value, "other@example.com", opened.value.url)
    expect(opened.value.get_by_role("heading", name="Вы снова вошли")).to_be_visible()
    opened.value.close()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(dialog).to_be_hidden()
    page.get_by_role("dialog", name="Личные данные").get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("+7 916 555-44-33")).to_be_visible()


def test_another_persons_sign_in_does_not_take_the_page_over(idle_page: Page, portal_folder: Path) -> None:
    page = idle_page
    page.goto("/cabinet/profile/")
    second = page.context.new_page()
    second.goto("/accounts/logout/")
    second.get_by_role("main").get_by_role("button", name="Выйти").click()
    sign_in(second, "energetik@example.com")
    page.clock.fast_forward("28:05")
    dialog = page.get_by_role("dialog", name="Вы вошли под другим логином")
    expect(dialog).to_be_visible()
    dialog.get_by_role("link", name="Открыть страницу заново").click()
    expect(page.get_by_role("main").get_by_text("energetik@example.com")).to_be_visible()


def test_the_back_office_has_the_dialog_too(new_page: Callable[..., Page], portal_folder: Path, axe: Callable) -> None:
    page = new_page()
    page.clock.install()
    sign_in(page, "curator@example.com", "/accounts/login/?next=/admin/")
    expect(page).to_have_url(re.compile("/admin/$"))
    Session(portal_folder, page.context).seconds_left(100)
    page.clock.fast_forward("28:05")
    dialog = page.get_by_role("dialog", name="Сеанс скоро завершится")
    expect(dialog).to_be_visible()
    axe(page, "dialog#session-end")
    dialog.get_by_role("button", name="Продолжить работу").click()
    expect(dialog).to_be_hidden()
