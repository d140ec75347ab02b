"""The access policy that every view of ours declares; tests walk the URLconf and hold them to it."""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


class Policy(Enum):
    """Who may come to a view at all; what he may see there is the doorway's business."""

    PUBLIC = "anyone, signed in or not"
    SIGNED_IN = "anyone who is signed in"
    DEVELOPMENT = "anyone, but only in the embedded mode"


def public(view: View) -> View:
    """Open to anyone."""
    view.access_policy = Policy.PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Open to signed-in people; others are sent to sign-in and come back afterwards.

    A request by script is answered 401 and a sentence, never led away: what was typed must not
    vanish with the page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
            return HttpResponse(
                "Сеанс завершён. Войдите, чтобы продолжить.", status=401, content_type="text/plain; charset=utf-8"
            )
        return redirect_to_login(request.get_full_path())

    guarded.access_policy = Policy.SIGNED_IN  # type: ignore[attr-defined]
    return guarded


def by_script(view: View) -> View:
    """Asked for by a page's script without a person's act: never keeps a session alive."""
    view.by_script = True  # type: ignore[attr-defined]
    return view


def development(view: View) -> View:
    """Exists only in the embedded mode, while letters are kept in files."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEVELOPMENT_MAILBOX:
            raise Http404
        return view(request, *args, **kwargs)

    guarded.access_policy = Policy.DEVELOPMENT  # type: ignore[attr-defined]
    return guarded
