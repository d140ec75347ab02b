"""Whether a session passed a second step, and the page that waits behind one."""

import time

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
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


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person was asked for the factor in this session and gave it a short while ago."""
    asked = [
        one["at"]
        for one in get_authentication_records(request, request.user)
        if one.get("method") == "mfa" and one.get("reauthenticated")
    ]
    return bool(asked) and time.time() - max(asked) < app_settings.REAUTHENTICATION_TIMEOUT


def note_new(request: HttpRequest) -> None:
    """Who has just connected a factor has given it."""
    record_authentication(request, request.user, method="mfa", reauthenticated=True)


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
