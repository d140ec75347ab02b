"""The back office in Chromium: the strict CSP holds, Wagtail's widgets work, curators do their month's work."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

ENOUGH = 70  # pages of one kind differ by their object alone
SKIPPED = ("logout", "/bulk/", "/usage/", "/unpublish/", "/copy/", "/move/")
PAGES = ["/admin/pages/", "/admin/pages/4/edit/", "/admin/pages/add/help/helppage/3/"]  # the explorer has no links
LEFTOVERS = (
    "Dashboard",
    "Explorer",
    "Settings",
    "Search",
    "Save",
    "Delete",
    "Edit ",
    "Add ",
    "Choose",
    "Page ",
    "No results",
    "Select",
)


def walk(page: Page, more: list[str]) -> dict[str, str]:
    """Opens all that links lead to from the start page (and more), one page of each kind; what each says."""
    said, kinds, todo = {}, set(), ["/admin/", *more]
    while todo and len(said) < ENOUGH:
        url = todo.pop(0)
        kind = "/".join("N" if part.isdigit() else part for part in urlsplit(url).path.split("/"))
        if kind in kinds or any(part in url for part in SKIPPED):
            continue
        kinds.add(kind)
        response = page.goto(url)
        assert response and response.status == 200, url
        page.wait_for_function("document.body.classList.contains('ready')")
        said[url] = page.inner_text("body")
        opens = "a[href^='/admin/']:not([download])"
        links = page.eval_on_selector_all(opens, "links => links.map(a => a.getAttribute('href'))")
        todo += [link.split("#")[0] for link in links]
    return said


@pytest.mark.parametrize("login", ["editor@example.com", "curator@example.com", "admin@example.com"])
def test_every_page_opens_without_a_violation_or_an_error_and_in_russian(new_page, login):
    page = new_page(login)
    pages = (
        []
        if login.startswith("curator")
        else ["/admin/pages/", "/admin/pages/4/edit/", "/admin/pages/add/help/helppage/3/"]
    )
    said = walk(page, pages)
    assert len(said) > 12
    english = {url: word for url, text in said.items() for word in LEFTOVERS if word in text}
    assert english == {}


def test_a_date_picker_opens(new_page):
    page = new_page("curator@example.com")
    page.goto("/admin/receptionwindow/new/")
    page.get_by_label("Приём с").click()
    expect(page.locator(".xdsoft_datetimepicker:visible").first).to_be_visible()
    page.locator(".xdsoft_datetimepicker:visible td.xdsoft_date:not(.xdsoft_disabled)").first.click()
    expect(page.get_by_label("Приём с")).not_to_have_value("")


def test_a_filter_that_is_fetched_by_script_keeps_its_date_picker(new_page):
    page = new_page("curator@example.com")
    page.goto("/admin/meter/")
    filters = page.get_by_role("button", name="Показать фильтры")
    filters.click()
    page.get_by_role("button", name="Состояние").click()
    with page.expect_response("**/admin/meter/results/**"):
        page.get_by_label("Исправен", exact=True).check()
    expect(page.locator(".w-pill", has_text="Исправен")).to_be_visible()
    page.keyboard.press("Escape")
    filters.click()
    page.get_by_role("button", name="Поверка истекает до").click()
    page.locator("[name=verification_due__lte]").click()
    expect(page.locator(".xdsoft_datetimepicker:visible").first).to_be_visible()


def test_a_facility_gets_its_contract_from_the_chooser(new_page):
    page = new_page("curator@example.com")
    page.goto("/admin/facility/new/")
    page.get_by_role("button", name="Выбрать").click()
    window = page.get_by_role("dialog")
    window.get_by_placeholder("Поиск").fill("99884021")
    expect(window.get_by_role("link", name="99551740")).to_have_count(0)
    window.get_by_role("link", name="99884021").click()
    page.get_by_role("textbox", name="Наименование").fill("Склад из браузера")
    page.get_by_role("button", name="Создать").click()
    expect(page.get_by_role("status")).to_contain_text("«Склад из браузера»: создано.")


def test_a_meter_gets_one_more_register_in_place(new_page):
    page = new_page("curator@example.com")
    page.goto("/admin/meter/")
    page.locator("td.title a").first.click()
    rows = page.locator("#id_registers-TOTAL_FORMS")
    before = int(rows.input_value())
    page.get_by_role("button", name="Добавить шкалу").click()
    page.get_by_role("button", name="Добавить коэффициенты").click()
    expect(rows).to_have_value(str(before + 1))
    last = page.locator(f"#id_registers-{before}-energy")
    last.select_option("R-")
    ratios = int(page.locator("#id_ratios-TOTAL_FORMS").input_value())
    page.locator(f"#id_ratios-{ratios - 1}-valid_from").click()
    expect(page.locator(".xdsoft_datetimepicker:visible").first).to_be_visible()
    page.locator(f"#id_ratios-{ratios - 1}-valid_from").fill("01.02.2020")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("status")).to_contain_text("сохранено")


def test_enter_in_the_reason_decides_nothing_and_a_refusal_keeps_the_tick(new_page, errors):
    errors.allow("status of 422")
    page = new_page("curator@example.com")
    page.goto("/admin/readings/")
    boxes, reason = page.locator("[name=reading]"), page.get_by_label("Причина отказа")
    waiting = boxes.count()
    for field in (reason, boxes.first):
        page.goto("/admin/readings/")
        boxes.first.check()
        reason.fill("Нет фотографии")
        field.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("Выберите решение: «Принять в расчет» или «Не принимать».")
        expect(boxes).to_have_count(waiting)
        expect(boxes.first).to_be_checked()
        expect(reason).to_have_value("Нет фотографии")
    reason.fill("")
    page.get_by_role("button", name="Не принимать").click()
    expect(page.get_by_text("Укажите причину: её прочитает клиент.")).to_be_visible()
    expect(page.locator("[name=reading]").first).to_be_checked()
    expect(page.get_by_label("Причина отказа")).to_be_focused()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (390, False), (390, True)])
def test_the_pages_of_a_curator_pass_axe(new_page, axe, width, dark):
    page = new_page("curator@example.com", width=width, dark=dark)
    page.goto("/admin/contract/")
    contract = page.locator("td.title a").first.get_attribute("href")
    page.goto("/admin/readings/?status=")
    reading = page.locator("td a[href^='/admin/readings/']").first.get_attribute("href")
    lists = ["/admin/", "/admin/readings/", "/admin/readings/?status=", "/admin/readings/?period=2001-01"]
    for url in [*lists, reading, "/admin/contract/", contract, "/admin/windows/year/"]:
        page.goto(url)
        page.wait_for_function("document.body.classList.contains('ready')")
        axe(page)


def test_a_curator_accepts_one_reading_and_rejects_another(new_page):
    page = new_page("curator@example.com")
    page.goto("/admin/")
    page.get_by_role("link", name="Показания: Центральное отделение").click()
    boxes = page.locator("[name=reading]")
    expect(boxes.first).to_be_visible()
    waiting = boxes.count()
    assert waiting >= 2
    boxes.first.check()
    page.get_by_role("button", name="Принять в расчет").click()
    expect(page.get_by_role("status")).to_contain_text("Принято в расчет: 1 показание.")
    page.locator("[name=reading]").first.check()
    page.get_by_label("Причина отказа").fill("Нет фотографии счётчика")
    page.get_by_role("button", name="Не принимать").click()
    expect(page.get_by_role("status")).to_contain_text("Не принято в расчет: 1 показание.")
    expect(page.locator("[name=reading]")).to_have_count(waiting - 2)


def test_an_editors_text_reaches_the_footer(new_page):
    editor = new_page("editor@example.com")
    editor.goto("/admin/text/")
    editor.get_by_role("link", name="Подвал: системные требования").first.click()
    editor.locator(".public-DraftEditor-content").click()
    editor.keyboard.press("Control+End")
    editor.keyboard.type(" Проверено редактором.", delay=10)
    expect(editor.locator("[name=body]")).to_have_value(re.compile("Проверено редактором"))
    editor.get_by_role("button", name="Сохранить").click()
    expect(editor.get_by_role("status")).to_contain_text("сохранено")
    client = new_page("client@example.com")
    client.goto("/")
    client.get_by_role("button", name="Системные требования").click()
    expect(client.locator("#requirements")).to_contain_text("Проверено редактором.")


def test_an_editor_adds_a_help_page_that_a_client_reads(new_page):
    editor = new_page("editor@example.com")
    editor.goto("/admin/pages/3/")
    editor.get_by_role("link", name="Добавить дочернюю страницу").first.click()
    editor.locator("#id_title").fill("Страница из браузера")
    editor.locator(".public-DraftEditor-content").click()
    editor.keyboard.type("Написано редактором.", delay=10)
    expect(editor.locator("[name=body]")).to_have_value(re.compile("Написано редактором"))
    editor.locator("footer").get_by_role("button", name="Больше действий").click()
    editor.get_by_role("button", name="Опубликовать").click()
    expect(editor.get_by_role("status").first).to_contain_text("опубликована")
    client = new_page("client@example.com")
    client.goto("/help/")
    client.get_by_role("link", name="Страница из браузера").click()
    expect(client.get_by_role("heading", level=1)).to_have_text("Страница из браузера")
    expect(client.get_by_text("Написано редактором.")).to_be_visible()
