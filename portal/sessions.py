"""Sessions end when a person has not acted for a while; what scripts ask by themselves does not count."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

RENEWED_EVERY = dt.timedelta(minutes=1)
# Wagtail's editor asks there every few seconds who else edits the page.
ASKED_BY_WAGTAIL = "wagtailadmin_editing_sessions"


class SessionStore(db.SessionStore):
    """Django's sessions in the database, which know when they end and can be given more time."""

    ends_at: dt.datetime | None = None

    def _get_session_from_db(self) -> Session | None:
        kept = super()._get_session_from_db()
        self.ends_at = kept.expire_date if kept else None
        return kept

    def renew(self) -> None:
        """Time anew, not oftener than once a minute; the data stay as another request may have written them."""
        ends_at = timezone.now() + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
        if self.ends_at and ends_at - self.ends_at >= RENEWED_EVERY:
            self.model.objects.filter(session_key=self.session_key).update(expire_date=ends_at)


class RenewSessionMiddleware:
    """A signed-in person's own request gives the session time anew."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        # A modified session is saved with time anew as it is; one that nobody read is not read for this.
        if session.accessed and not session.modified and SESSION_KEY in session and not asked_by_script(request):
            session.renew()
        return response


def asked_by_script(request: HttpRequest) -> bool:
    """Whether no person is behind the request: a ``by_script`` view, Wagtail's own asking, a page asking for itself."""
    if request.method == "GET" and request.headers.get("X-Requested-With") == "fetch":
        return True
    match = request.resolver_match
    return match is not None and (ASKED_BY_WAGTAIL in match.namespaces or getattr(match.func, "by_script", False))
