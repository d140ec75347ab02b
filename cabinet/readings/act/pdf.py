"""The act as PDF: the document's HTML, laid out by WeasyPrint from our own files alone."""

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from cabinet.readings.act.content import Act
from cabinet.readings.act.words import SIDES, TITLE, words_of

Progress = Callable[[int], None]

FONTS = ("inter-latin.woff2", "inter-cyrillic.woff2")
TYPES = {".css": "text/css", ".woff2": "font/woff2"}
ROWS_ON_PAGE = 15  # to guess the number of pages, for the progress alone
HTML_DONE, STYLES_DONE, BOXES_DONE, LAYOUT_DONE, WRITTEN = 5, 25, 40, 75, 99  # shares of the time, measured
PAGE_STEP = re.compile(r"Step 5 - Creating layout - Page (\d+)")


class MissingFile(RuntimeError):
    """A file of ours that the PDF needs is not there."""


class OwnFiles(URLFetcher):
    """Serves ``portal:name`` from a list of our own files; refuses everything else, whatever its protocol."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self.files = own_files()

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The file of this address; an error that ends the rendering for any other address."""
        scheme, _, name = url.partition(":")
        if scheme != "portal" or name not in self.files:
            raise ValueError(f"Not a file of the portal: {url}")
        file = self.files[name]
        return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": TYPES[file.suffix]})


def own_files() -> dict[str, Path]:
    """The only files a PDF is made of, by name. Raises MissingFile rather than print without its fonts."""
    files = {"act.css": Path(settings.BASE_DIR) / "templates/pdf/act/act.css"}
    for name in FONTS:
        found = finders.find(f"portal/{name}")
        if found is None:
            raise MissingFile(f"portal/{name} is not built: run npm run build")
        files[name] = Path(found)
    return files


def act_html(act: Act) -> str:
    """The act's document as HTML, for the print style sheet."""
    return render_to_string(
        "pdf/act/document.html", {"act": act, "words": words_of(act), "title": TITLE, "sides": SIDES}
    )


def act_pdf(act: Act, progress: Progress = lambda percent: None) -> bytes:
    """The act as PDF; ``progress`` is told how far it is, in per cent."""
    html = act_html(act)
    progress(HTML_DONE)
    with _steps_told(progress, pages=max(1, act.size // ROWS_ON_PAGE)):
        pdf = HTML(string=html, base_url="portal:", url_fetcher=OwnFiles()).write_pdf()
    progress(WRITTEN)
    return pdf


@contextmanager
def _steps_told(progress: Progress, pages: int) -> Iterator[None]:
    """Turns WeasyPrint's progress log of this thread into per cents while it works."""
    logger = logging.getLogger("weasyprint.progress")
    thread = threading.get_ident()

    class Steps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            percent = _percent(record.getMessage(), pages)
            if percent is not None and record.thread == thread:
                progress(percent)

    handler: Any = Steps(logging.INFO)
    logger.addHandler(handler)
    level, propagate = logger.level, logger.propagate
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate


def _percent(message: str, pages: int) -> int | None:
    """How far the rendering is by a line of WeasyPrint's progress log; None for one that says nothing."""
    if message.startswith("Step 4"):
        return STYLES_DONE
    if message.startswith("Step 6"):
        return LAYOUT_DONE
    page = PAGE_STEP.match(message)
    if page is None:
        return None
    return BOXES_DONE + (LAYOUT_DONE - BOXES_DONE) * min(int(page[1]), pages) // pages
