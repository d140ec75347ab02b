"""The main page's board and the window «Привязать договор», by mouse, by keyboard and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

LOGIN = "energetik@example.com"
REFUSED = "422 (Unprocessable"


@pytest.fixture(params=[390, 1440])
def home(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> Page:
    """The main page; ``window.sameDocument`` is gone once it was loaded anew."""
    page = new_page(LOGIN, width=request.param)
    page.goto("/")
    page.evaluate("window.sameDocument = true")
    expect(page.locator("#board .rows--waiting")).to_have_count(0)
    return page


def test_a_widget_is_folded_removed_and_brought_back_without_loading_the_page(home: Page, axe: Callable) -> None:
    widget = home.locator("[data-widget=contracts]")
    narrow = home.viewport_size["width"] < 960
    menu = widget.locator("summary")
    if narrow:
        menu.press("Enter")
    axe(home)
    home.get_by_role("button", name="Скрыть").press("Enter")
    expect(widget.get_by_role("listitem")).to_have_count(0)
    expect(home.get_by_role("button", name="Раскрыть")).to_be_focused()
    axe(home)
    home.keyboard.press("Enter")
    expect(widget.get_by_role("link", name="Передать показания")).to_be_visible()
    expect(menu if narrow else home.get_by_role("button", name="Скрыть")).to_be_focused()
    if narrow:
        menu.click()
    home.get_by_role("button", name="Убрать с экрана").click()
    expect(widget).to_have_count(0)
    expect(home.get_by_role("button", name="Договоры · Раскрыть")).to_be_focused()
    axe(home)
    assert home.evaluate("window.sameDocument")
    home.reload()
    home.get_by_role("button", name="Договоры · Раскрыть").click()
    expect(widget.get_by_role("link", name="Передать показания")).to_be_visible()


@pytest.mark.parametrize(
    ("url", "body", "block"),
    [("/", "**/contracts/widget/", "[data-widget=contracts]"), ("/cabinet/profile/", "**/contracts/card/", "main")],
)
def test_contracts_that_did_not_come_can_be_asked_for_again(
    new_page: Callable[..., Page], errors, url: str, body: str, block: str
) -> None:
    errors.allow("500")
    page = new_page(LOGIN)
    page.route(body, lambda route: route.fulfill(status=500, body=""))
    page.goto(url)
    expect(page.get_by_text("Не удалось загрузить.")).to_be_visible()
    page.unroute(body)
    page.get_by_role("button", name="Повторить").click()
    expect(page.locator(block).get_by_role("link", name="Передать показания")).to_be_visible()


@pytest.mark.parametrize("url", ["/", "/cabinet/profile/"])
def test_nothing_moves_while_the_widgets_come(new_page: Callable[..., Page], url: str) -> None:
    page = new_page("accountant@example.com", width=390)
    page.add_init_script(
        "shift = 0; new PerformanceObserver(seen => seen.getEntries().forEach(each => shift += each.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(url)
    expect(page.locator(".rows--waiting")).to_have_count(0)
    page.wait_for_timeout(300)
    assert page.evaluate("shift") < 0.01


def test_without_scripts_the_buttons_and_the_window_work_as_pages(new_page: Callable[..., Page], errors) -> None:
    errors.allow(REFUSED)
    page = new_page(LOGIN, javascript=False)
    page.goto("/")
    page.get_by_role("button", name="Скрыть").click()
    page.get_by_role("button", name="Раскрыть").click()
    page.get_by_role("link", name="Открыть «Договоры»").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Договоры")
    page.get_by_role("link", name="Привязать договор").click()
    page.get_by_role("button", name="Привязать договор").click()
    expect(page.get_by_text("поле обязательно").first).to_be_visible()
