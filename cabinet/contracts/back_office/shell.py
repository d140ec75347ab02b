"""Plain pages of ours inside Wagtail's shell."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def office_page(permission: str) -> Callable[[View], View]:
    """A page for staff with this permission; Wagtail's admin URLs already want the right to the back office."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.office_permission = permission  # type: ignore[attr-defined]
        return guarded

    return declare
