"""Nobody signs in to the back office past the portal's own sign-in, nor past the second factor it asks of staff."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cabinet.accounts import factors, second_step
from cabinet.accounts.views import entrance
from cabinet.common.access import public

BACK_OFFICE = "admin/"


@public
def sign_in(request: HttpRequest) -> HttpResponse:
    """In place of Wagtail's own sign-in, which would take a password alone.

    Wagtail sends here also those who are signed in but may not enter: they are told so.
    """
    target = request.GET.get("next") or reverse("wagtailadmin_home")
    if request.user.is_authenticated and not _is_staff(request):
        list(messages.get_messages(request))  # Wagtail's own sentence: the page says the same
        raise PermissionDenied("Рабочее место сотрудника открыто только сотрудникам компании.")
    return redirect_to_login(target)


@public
def closed(request: HttpRequest, **rest: object) -> HttpResponse:
    """Wagtail's doors that do not exist here.

    Recovery of passwords; bulk work on users, which would delete them and give groups past the form;
    passwords of pages; an error on demand.
    """
    raise Http404


class SecondFactorMiddleware:
    """Where ``STAFF_SECOND_FACTOR`` is on, staff see no address of the back office without a second factor.

    Who has none is led to set it up; who has one, but passed no second step in this session (it began before the
    setting or the factor), is led to pass it. Both come back to the page they asked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], arguments: Any, named: Any
    ) -> HttpResponse | None:
        """By the pattern that matched, so that no spelling of the address goes round."""
        if not settings.STAFF_SECOND_FACTOR or not request.resolver_match.route.lstrip("^").startswith(BACK_OFFICE):
            return None
        if view is entrance.sign_out or not request.user.is_authenticated or not _is_staff(request):
            return None  # Wagtail itself turns away who is not staff
        wanted = request.get_full_path() if request.method == "GET" else reverse("wagtailadmin_home")
        found = factors.factors_of(request.user)
        if not found.are_on:
            second_step.remember_wanted(request, wanted)
            return redirect("mfa_index")
        if not second_step.is_passed(request):
            return second_step.lead_to(wanted, found)
        second_step.forget_wanted(request)
        return None


def _is_staff(request: HttpRequest) -> bool:
    return request.user.has_perm("wagtailadmin.access_admin")
