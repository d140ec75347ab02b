"""Whether a session passed a second step, and the page that waits behind one."""

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from cabinet.accounts.factors import Factors

WANTED = "wanted_behind_second_factor"
FACTOR_ONLY = "factor"
"""Parameter of the page «Подтвердите, что это вы»: a password is not enough there."""


def is_passed(request: HttpRequest) -> bool:
    """Whether the person gave a code or a passkey in this session."""
    return any(one.get("method") == "mfa" for one in get_authentication_records(request, request.user))


def lead_to(url: str, factors: Factors) -> HttpResponse:
    """Ask for the factor; ``url`` opens afterwards."""
    page = reverse("mfa_reauthenticate" if factors.app else "mfa_reauthenticate_webauthn")
    return redirect(f"{page}?{urlencode({'next': url, FACTOR_ONLY: 1})}")


def remember_wanted(request: HttpRequest, url: str) -> None:
    """The page opens once the factor is set up."""
    request.session[WANTED] = url


def wanted(request: HttpRequest) -> str:
    """The page that waits for the factor, if one does."""
    return request.session.get(WANTED, "")


def forget_wanted(request: HttpRequest) -> None:
    """The page has been reached."""
    if WANTED in request.session:
        del request.session[WANTED]
