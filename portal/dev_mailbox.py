"""The development mailbox: letters of the embedded mode, read from the files Django keeps them in."""

import datetime as dt
import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cabinet.common.access import development

SEPARATOR = b"\n" + b"-" * 79 + b"\n"  # what Django's file backend writes after each letter
SHOWN = 100
LETTER_CSP = {
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'self'"],
}


@dataclass(frozen=True)
class Letter:
    """A letter of the mailbox."""

    id: str
    message: EmailMessage
    received: dt.datetime

    @property
    def subject(self) -> str:
        """What it is about."""
        return self.message["Subject"] or "(без темы)"

    @property
    def recipient(self) -> str:
        """To whom."""
        return self.message["To"] or ""

    def part(self, kind: str) -> str:
        """The text (``plain``) or HTML (``html``) of the letter; empty when it has none."""
        body = self.message.get_body(preferencelist=(kind,))
        return body.get_content() if body else ""


@development
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The letters, newest first."""
    return render(request, "portal/dev_mailbox/page.html", {"letters": letters()[:SHOWN]})


@development
@require_GET
def letter(request: HttpRequest, letter_id: str) -> HttpResponse:
    """One letter as text, its HTML in a frame beside."""
    found = _find(letter_id)
    context = {"letter": found, "text": found.part("plain"), "has_html": bool(found.part("html"))}
    return render(request, "portal/dev_mailbox/letter.html", context)


@development
@csp(LETTER_CSP)
@require_GET
def letter_html(request: HttpRequest, letter_id: str) -> HttpResponse:
    """The HTML of a letter alone, without scripts and without our origin's rights."""
    return HttpResponse(_find(letter_id).part("html"))


def letters() -> list[Letter]:
    """All letters kept so far, newest first."""
    files = Path(settings.EMAIL_FILE_PATH).glob("*.log")
    found = [letter for file in files for letter in _letters_of(file)]
    return sorted(found, key=lambda letter: (letter.received, letter.id), reverse=True)


def _letters_of(file: Path) -> list[Letter]:
    received = dt.datetime.fromtimestamp(file.stat().st_mtime, timezone.get_current_timezone())
    kept = [part for part in file.read_bytes().split(SEPARATOR) if part.strip()]
    return [
        Letter(f"{file.stem}-{number}", email.message_from_bytes(part, policy=email.policy.default), received)
        for number, part in enumerate(kept)
    ]


def _find(letter_id: str) -> Letter:
    """The letter with this id among those listed: an id is never turned into a path."""
    for letter in letters():
        if letter.id == letter_id:
            return letter
    raise Http404
