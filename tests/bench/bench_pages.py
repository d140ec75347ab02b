"""Each kind of page: weight of the first and the second visit, statements, Lighthouse (mobile).

Weights are compressed bytes as the browser counts them, fonts apart. Lighthouse wants Node 22 or newer:
it uses the wheel's where the machine's own is older.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).parent / "lighthouse"
CLIENT = "client@example.com"
TOOLS = ROOT / "var" / "tools" / "lighthouse"
NODE_AT_LEAST = 22
BROWSER = {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox", "--disable-dev-shm-usage"]}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")

FELT = {"largest-contentful-paint": "ms", "total-blocking-time": "ms", "cumulative-layout-shift": "-"}


def pages() -> dict[str, tuple[str, str]]:
    """Name → who looks, where. A new kind of page needs one row."""
    from django.urls import reverse

    from cabinet.accounts.models import User
    from cabinet.common import periods
    from cabinet.contracts.models import Contract

    contract = Contract.objects.for_user(User.objects.get(email=CLIENT)).first()
    return {
        "sign_in": ("", reverse("account_login")),
        "registration": ("", reverse("account_signup")),
        "home": (CLIENT, reverse("home")),
        "contracts": (CLIENT, reverse("contracts")),
        "readings": (CLIENT, reverse("readings-period", args=[contract.pk, periods.this_period()])),
        "profile": (CLIENT, reverse("profile")),
    }


def session_of(login: str) -> str:
    """The cookie of somebody who has signed in."""
    from django.conf import settings
    from django.test import Client

    from cabinet.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=login), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def statements(url: str, login: str) -> int:
    """How many statements a GET costs."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost"})
    if login:
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(login)
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


def weigh(context: Any, url: str) -> dict[str, int]:
    """Compressed bytes of one visit by kind of resource."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    bytes_of: dict[str, int] = {}

    def over(event: dict) -> None:
        kind = kinds.get(event["requestId"], "Other")
        bytes_of[kind] = bytes_of.get(kind, 0) + int(event["encodedDataLength"])

    session.on("Network.responseReceived", lambda event: kinds.setdefault(event["requestId"], event["type"]))
    session.on("Network.loadingFinished", over)
    session.send("Network.enable")
    page.goto(url, wait_until="networkidle")
    page.close()
    return bytes_of


def weights(browser: Any, base: str, url: str, cookie: str) -> dict[str, int]:
    """The first and the second visit of one person."""
    context = browser.new_context(base_url=base, locale="ru-RU")
    if cookie:
        context.add_cookies([{"name": "portal_session", "value": cookie, "url": base}])
    first, second = weigh(context, url), weigh(context, url)
    context.close()
    return {
        "first_visit": sum(first.values()) - first.get("Font", 0),
        "second_visit": sum(second.values()),
        "html": first.get("Document", 0),
        "css": first.get("Stylesheet", 0),
        "js": first.get("Script", 0),
    }


def node() -> str | None:
    """The folder of a Node.js that Lighthouse takes, or nothing."""
    for program in (ROOT / ".venv" / "bin" / "node", shutil.which("node")):
        if program and Path(program).exists():
            version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
            if int(version.lstrip("v").split(".")[0] or 0) >= NODE_AT_LEAST:
                return str(Path(program).parent)
    return None


def bring_lighthouse() -> Callable[[str, int], dict] | None:
    """A function from an address and a browser's port to Lighthouse's report; nothing where it cannot be brought."""
    folder = node()
    if folder is None:
        print("lighthouse - score - - (skipped: wants Node.js 22; make bench brings it by pipenv's category «node»)")
        return None
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    TOOLS.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(HERE / name, TOOLS / name)
    program = TOOLS / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        npm_ci = ["npm", "ci", "--no-progress"]
        subprocess.run(npm_ci, cwd=TOOLS, env=environment, check=True, stdout=subprocess.DEVNULL)

    def report(url: str, port: int) -> dict:
        command = [program, url, "--quiet", "--output=json", f"--port={port}"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stderr)
        return json.loads(done.stdout)

    return report


@contextmanager
def browser_of(playwright: Any, base: str, cookie: str) -> Iterator[int]:
    """A browser in which the person has signed in; the port that Lighthouse drives it by."""
    from tests.browser.embedded import free_port

    port = free_port()
    with tempfile.TemporaryDirectory() as profile:
        arguments = [*BROWSER["args"], f"--remote-debugging-port={port}"]
        context = playwright.chromium.launch_persistent_context(profile, **BROWSER | {"args": arguments})
        if cookie:
            context.add_cookies([{"name": "portal_session", "value": cookie, "url": base}])
        yield port
        context.close()


def print_lighthouse(name: str, report: dict, *, public: bool) -> None:
    """Scores and what people feel; private pages are not for search engines."""
    for category in CATEGORIES[: 4 if public else 3]:
        score = report["categories"][category]["score"]
        print(f"{name}_{category.replace('-', '_')} {round((score or 0) * 100)} score - -", flush=True)
    for audit, unit in (
        ("largest-contentful-paint", "ms"),
        ("total-blocking-time", "ms"),
        ("cumulative-layout-shift", "-"),
    ):
        value = report["audits"][audit]["numericValue"]
        print(f"{name}_{audit.replace('-', '_')} {round(value, 3 if unit == '-' else None)} {unit} - -", flush=True)


def measure(base: str) -> None:
    """All figures of all pages."""
    from django.contrib.staticfiles.storage import staticfiles_storage
    from playwright.sync_api import sync_playwright

    staticfiles_storage.hashed_files, _ = staticfiles_storage.load_manifest()  # made after this process started
    rows = {name: (login, url, session_of(login) if login else "") for name, (login, url) in pages().items()}
    for name, (login, url, _) in rows.items():
        print(f"{name}_statements {statements(url, login)} statements - -", flush=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**BROWSER)
        for name, (_, url, cookie) in rows.items():
            for what, weight in weights(browser, base, url, cookie).items():
                print(f"{name}_{what} {weight / 1024:.1f} KB - -", flush=True)
        browser.close()
        report = bring_lighthouse()
        for name, (login, url, cookie) in rows.items() if report else ():
            with browser_of(playwright, base, cookie) as port:
                print_lighthouse(name, report(base + url, port), public=not login)


def main() -> None:
    """Against the embedded mode with its demo, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "portal.settings", "LOG_LEVEL": "ERROR"}
        import django

        django.setup()
        from tests.browser.embedded import embedded_portal

        with embedded_portal(Path(folder)) as base:
            measure(base)


if __name__ == "__main__":
    sys.exit(main())
