"""Windows of the cabinet: a page of their own, or a fragment for the dialog of the page beneath."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import push_url, trigger_client_event

from cabinet.common.errors import DomainError, TooManyAttempts


def window(request: HttpRequest, template: str, context: dict, status: int = 200) -> HttpResponse:
    """The window itself; its template extends ``window_layout``. In the dialog it leaves the page's address alone."""
    response = push_url(render(request, template, context, status=status), False)
    patch_vary_headers(response, ["HX-Request"])
    return response


def page_or_fragment(request: HttpRequest, page: str, fragment: str, context: dict, status: int = 200) -> HttpResponse:
    """The page; for htmx the part of it alone that has changed."""
    template = fragment if request.htmx else page  # type: ignore[attr-defined]  # set by the middleware
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def refusal_status(refusal: DomainError) -> int:
    """422, or 429 when it is a limit that is used up."""
    return 429 if isinstance(refusal, TooManyAttempts) else 422


def closed(request: HttpRequest, said: str, *events: str, to: str) -> HttpResponse:
    """The window did its work: it closes, ``said`` is told and the page hears ``events``.

    Without htmx the person is led to ``to`` (an address or the name of one) and told there.
    """
    if not request.htmx:  # type: ignore[attr-defined]  # set by the middleware
        messages.success(request, said)
        return redirect(to)
    response = HttpResponse(status=204)
    for event in ("closeDialog", *events):
        trigger_client_event(response, event)
    return trigger_client_event(response, "toast", {"message": said})
