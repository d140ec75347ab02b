"""Chromium against the embedded mode; a CSP violation or a script error fails any test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.embedded import embedded_portal

HERE = Path(__file__).parent
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
RUN_AXE = """([inside, tags]) => axe.run(inside || document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], rules: {'target-size': {enabled: true}},
}).then(found => found.violations.map(each =>
    `${each.id}: ${each.help} — ${each.nodes.slice(0, 3).map(node => node.target.join(' ')).join(', ')}`))"""
WATCH_CSP = """document.addEventListener('securitypolicyviolation', event => console.error(
  `CSP: ${event.effectiveDirective} blocks ${event.blockedURI} (${event.sourceFile || 'page'}:${event.lineNumber})`))"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is a browser test."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The system's Chromium; root (in a container) has no sandbox."""
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
    return browser_type_launch_args | {"executable_path": shutil.which("chromium"), "args": arguments}


@pytest.fixture(scope="session")
def portal_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the portal that the browser tests open: its database, letters and files."""
    return tmp_path_factory.mktemp("portal")


@pytest.fixture(scope="session")
def portal_server(portal_folder: Path) -> Iterator[str]:
    """The address of the portal with its demo data, started once for all browser tests."""
    with embedded_portal(portal_folder) as url:
        yield url


@pytest.fixture(scope="session")
def storage_states() -> dict[str, dict]:
    """Who has signed in already: cookies by login, so that each person signs in once."""
    return {}


class Errors:
    """What the browser complained of; a test that provokes an error on purpose calls ``allow``."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.allowed: list[str] = []

    def allow(self, text: str) -> None:
        """Complaints with this text are expected."""
        self.allowed.append(text)

    def watch(self, page: Page) -> None:
        """Hears everything a page complains of."""
        page.on("console", lambda said: self.seen.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.seen.append(f"script: {error}"))

    def unexpected(self) -> list[str]:
        """Complaints nobody allowed."""
        return [said for said in self.seen if not any(text in said for text in self.allowed)]


@pytest.fixture
def errors() -> Errors:
    return Errors()


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(
    browser: Browser, portal_server: str, storage_states: dict[str, dict], errors: Errors
) -> Iterator[NewPage]:
    """Opens a page: ``new_page("client@example.com", width=390, dark=True)``; without a login, anonymous.

    ``height`` and ``javascript`` may be told too.
    """
    contexts: list[BrowserContext] = []

    def opened(
        login: str = "", *, width: int = 1440, height: int = 900, dark: bool = False, javascript: bool = True
    ) -> Page:
        if login and login not in storage_states:
            storage_states[login] = sign_in(browser, portal_server, login)
        context = browser.new_context(
            base_url=portal_server,
            storage_state=storage_states.get(login),
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",  # axe judges no half-faded window
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH_CSP)
        context.on("page", errors.watch)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert not errors.unexpected(), "The browser complained: " + "; ".join(errors.unexpected())


def sign_in(browser: Browser, url: str, login: str) -> dict:
    """Signs in by the form as a person does and gives the cookies."""
    context = browser.new_context(base_url=url, locale="ru-RU")
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", settings.DEMO_PASSWORD)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    assert "/accounts/login/" not in page.url, f"{login} could not sign in"
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page of somebody who has not signed in, in place of pytest-playwright's own."""
    return new_page()


@pytest.fixture
def client_page(new_page: NewPage) -> Page:
    """A page of the demo's client."""
    return new_page("client@example.com")


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """``axe(page)`` or ``axe(page, "dialog[open]")`` fails with what axe-core found (WCAG 2.2 AA, best practice)."""
    source = AXE.read_text()

    def checked(page: Page, inside: str | None = None) -> None:
        page.evaluate(source)  # add_script_tag would be stopped by the Content-Security-Policy
        found = page.evaluate(RUN_AXE, [inside, AXE_TAGS])
        assert not found, f"axe at {page.url}:\n" + "\n".join(found)

    return checked
