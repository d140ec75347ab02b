"""The one way from an id in a URL to the caller's own object."""

from collections.abc import Callable
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404

from cabinet.common.verdict import Verdict


class Scoped(Protocol):
    """A manager or query set that knows what is a person's own."""

    def for_user(self, user: Any, /) -> QuerySet: ...


def own_object(queryset: Scoped, user: Any, pk: int, *, can: Callable[[Any, Any], Verdict] | None = None) -> Model:
    """The object with this primary key if the user may know of it.

    A stranger gets 404 (the object does not exist for him), the wrong role 403 with the reason.
    """
    found = queryset.for_user(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    if can is not None:
        verdict = can(user, found)
        if not verdict:
            raise PermissionDenied(verdict.reason)
    return found
