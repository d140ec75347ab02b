"""Letters: queued in the transaction that needs them, rendered and sent by the worker.

A letter ``access_granted`` is ``templates/email/access_granted/``: ``subject.txt``, ``letter.txt`` and ``letter.html``.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django_q.tasks import async_task


def post_letter(to: str, name: str, **context: Any) -> None:
    """Queue a letter; it goes out when the caller's transaction is committed, until it is sent.

    ``context`` holds plain values and no secrets: the queue keeps them. Links are made whole by ``at_portal``.
    """
    async_task("cabinet.common.letters.send_letter", to, name, context, save=False)


def send_letter(to: str, name: str, context: dict[str, Any]) -> None:
    """Send a letter now (the worker's task, and for letters whose link only the sender knows)."""
    subject, text, html = (
        render_to_string(f"email/{name}/{part}", context) for part in ("subject.txt", "letter.txt", "letter.html")
    )
    letter = EmailMultiAlternatives(" ".join(subject.split()), text, to=[to])
    letter.attach_alternative(html, "text/html")
    letter.send()


def at_portal(url: str) -> str:
    """The page's address at the portal's own host, whatever Host a request named."""
    return settings.PORTAL_URL.rstrip("/") + urlsplit(url)._replace(scheme="", netloc="").geturl()
