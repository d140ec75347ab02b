"""Registration, recovery and the profile, in the browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

PASSWORD = "Очень-длинный-1"
REFUSED = "422 (Unprocessable"


def fill_registration(page: Page, email: str) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("Фамилия").fill("Иванов")
    page.get_by_label("Имя", exact=True).fill("Пётр")
    page.get_by_label("Нет отчества").check()
    page.get_by_label("Адрес электронной почты").fill(email)
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_label("Повтор пароля").fill(PASSWORD)


def open_letter(page: Page, subject: str) -> None:
    """Opens the newest letter on this subject in the development mailbox."""
    page.goto("/dev/mail/")
    page.get_by_role("link", name=subject).first.click()


def test_a_person_registers_confirms_and_signs_in(new_page: Callable[..., Page], axe: Callable) -> None:
    page = new_page(width=390)
    fill_registration(page, "fresh@example.com")
    expect(page.locator("[data-rule][data-met=true]")).to_have_count(3)
    page.get_by_label("Я не робот").click()
    expect(page.locator(".altcha")).to_have_attribute("data-state", "verified", timeout=20_000)
    axe(page)
    page.get_by_role("button", name="Зарегистрироваться").click()
    expect(page.get_by_role("heading", name="Подтвердите адрес электронной почты")).to_be_visible()
    axe(page)
    open_letter(page, "Подтвердите регистрацию")
    axe(page)
    page.get_by_role("link", name="/accounts/confirm-email/").click()
    page.get_by_role("button", name="Подтвердить адрес").click()
    page.get_by_label("Логин").fill("fresh@example.com")
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page).to_have_url(re.compile(r"/$"))


def test_without_scripts_the_picture_or_a_mailed_code_replaces_the_box(new_page: Callable[..., Page], errors) -> None:
    errors.allow(REFUSED)
    page = new_page(javascript=False)
    fill_registration(page, "noscript@example.com")
    page.get_by_role("button", name="Зарегистрироваться").click()
    expect(page.get_by_role("img", name="Картинка с кодом")).to_be_visible()
    page.get_by_label("Код с картинки").fill("не тот")
    page.get_by_role("button", name="Подтвердить").click()
    expect(page.get_by_text("Код не совпал")).to_be_visible()
    page.get_by_role("button", name="Получить код письмом").click()
    mailbox = page.context.new_page()
    mailbox.goto("/dev/mail/")
    code = re.search(r"\d{6}", mailbox.get_by_role("link", name="Код для регистрации").first.inner_text())[0]
    page.get_by_label("Код из письма").fill(code)
    page.get_by_role("button", name="Подтвердить").click()
    expect(page.get_by_role("heading", name="Подтвердите адрес электронной почты")).to_be_visible()


def test_the_unticked_box_and_wrong_fields_are_named_and_focused(page: Page, errors, axe: Callable) -> None:
    errors.allow(REFUSED)
    fill_registration(page, "unticked@example.com")
    page.get_by_role("button", name="Зарегистрироваться").click()
    expect(page.get_by_text("Поставьте отметку «Я не робот».")).to_be_visible()
    expect(page.get_by_label("Я не робот")).to_be_focused()
    expect(page.get_by_text("Пароль сохранён")).to_be_visible()
    axe(page)
    page.get_by_label("Фамилия").fill("")
    page.get_by_label("Имя", exact=True).press("Enter")  # presses the main button, not «Подтвердить кодом»
    expect(page.get_by_label("Фамилия")).to_be_focused()
    page.get_by_label("Фамилия").fill("Иванов")
    page.get_by_role("button", name="Подтвердить кодом").click()
    expect(page.get_by_role("img", name="Картинка с кодом")).to_be_visible()


def test_the_form_waits_while_the_box_is_computing(new_page: Callable[..., Page], axe: Callable) -> None:
    page = new_page(width=390)
    held = []
    page.route("**/signup/challenge/", lambda route: held.append(route))  # as slow as it is told
    fill_registration(page, "patient@example.com")
    page.get_by_label("Я не робот").click()
    page.get_by_role("button", name="Зарегистрироваться").click()
    waiting = page.get_by_role("button", name="Подождите: идёт проверка")
    expect(waiting).to_have_attribute("aria-busy", "true")
    axe(page)
    page.get_by_label("Фамилия").press("Enter")
    expect(page).to_have_url(re.compile("/accounts/signup/$"))
    held[0].continue_()
    expect(page.get_by_role("heading", name="Подтвердите адрес электронной почты")).to_be_visible(timeout=20_000)


def test_a_check_that_fails_gives_the_button_back_and_offers_the_code(new_page: Callable[..., Page], errors) -> None:
    errors.allow("500")
    page = new_page()
    held = []
    page.route("**/signup/challenge/", lambda route: held.append(route))
    fill_registration(page, "unlucky@example.com")
    expect(page.get_by_role("button", name="Подтвердить кодом")).to_be_hidden()
    page.get_by_label("Я не робот").click()
    page.get_by_role("button", name="Зарегистрироваться").click()
    expect(page.get_by_role("button", name="Подождите: идёт проверка")).to_be_visible()
    held[0].fulfill(status=500, body="")
    expect(page.get_by_role("button", name="Зарегистрироваться")).not_to_have_attribute("aria-busy", "true")
    expect(page.get_by_label("Я не робот")).to_be_focused()
    page.get_by_role("button", name="Подтвердить кодом").click()
    expect(page.get_by_role("img", name="Картинка с кодом")).to_be_visible()


@pytest.mark.parametrize("login", ["", "other@example.com"])
def test_who_has_no_patronymic_cannot_type_one(new_page: Callable[..., Page], login: str) -> None:
    page = new_page(login)
    page.goto("/cabinet/profile/" if login else "/accounts/signup/")
    if login:
        page.get_by_role("link", name="Редактировать данные").click()
    patronymic, box = page.get_by_label("Отчество", exact=True), page.get_by_label("Нет отчества")
    patronymic.fill("Олегович")
    box.check()
    expect(patronymic).to_be_disabled()
    expect(patronymic).to_have_value("")
    box.uncheck()
    expect(patronymic).to_have_value("Олегович")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_contracts_stand_on_the_profile(new_page: Callable[..., Page], axe: Callable, javascript: bool) -> None:
    page = new_page("client@example.com", javascript=javascript)
    page.goto("/cabinet/profile/")
    if javascript:
        expect(page.get_by_role("link", name="Передать показания по договору").first).to_be_visible()
        axe(page)
        page.get_by_role("link", name="Привязать договор").click()
        expect(page.get_by_role("dialog", name="Привязать договор")).to_be_visible()
    else:
        page.get_by_role("link", name="Открыть «Договоры»").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Договоры")


def test_the_password_is_recovered_by_a_letter(new_page: Callable[..., Page], axe: Callable) -> None:
    page = new_page()
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Забыли пароль?").click()
    page.get_by_label("Логин").fill("accountant@example.com")
    axe(page)
    page.get_by_role("button", name="Выслать").click()
    expect(page.get_by_role("heading", name="Проверьте почту")).to_be_visible()
    open_letter(page, "Смена пароля")
    page.get_by_role("link", name="/accounts/password/reset/key/").click()
    expect(page.get_by_role("heading", name="Новый пароль")).to_be_visible()
    axe(page)


@pytest.mark.parametrize("width", [390, 1440])
def test_personal_data_are_changed_in_a_window(
    new_page: Callable[..., Page], errors, axe: Callable, width: int
) -> None:
    errors.allow(REFUSED)
    page = new_page("other@example.com", width=width)
    page.goto("/cabinet/profile/")
    axe(page)
    page.get_by_role("link", name="Редактировать данные").click()
    window = page.get_by_role("dialog", name="Личные данные")
    window.get_by_label("Контактный телефон").fill("12")
    window.get_by_role("button", name="Сохранить").click()
    expect(window.get_by_label("Контактный телефон")).to_be_focused()
    axe(page, "dialog[open]")
    window.get_by_label("Контактный телефон").fill(f"8 916 123-{width // 100:02d}-67")
    window.get_by_role("button", name="Сохранить").click()
    expect(window).to_be_hidden()
    expect(page.get_by_text(f"+7 916 123-{width // 100:02d}-67")).to_be_visible()
    expect(page.get_by_text("Личные данные сохранены.")).to_be_visible()


def test_a_wrong_present_password_is_named_in_the_window(new_page: Callable[..., Page], errors, axe: Callable) -> None:
    errors.allow(REFUSED)
    page = new_page("other@example.com")
    page.goto("/cabinet/profile/")
    page.get_by_role("link", name="Смена пароля").click()
    window = page.get_by_role("dialog", name="Изменение пароля")
    window.get_by_label("Текущий пароль").fill("не тот 1")
    window.get_by_label("Новый пароль").fill(PASSWORD)
    window.get_by_label("Повтор пароля").fill(PASSWORD)
    window.get_by_role("button", name="Сохранить").click()
    expect(window.get_by_text("Неверный текущий пароль.")).to_be_visible()
    expect(window.get_by_label("Текущий пароль")).to_be_focused()
    axe(page, "dialog[open]")
