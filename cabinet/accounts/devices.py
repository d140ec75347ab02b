"""Which browsers a person signs in from: a sign-in from a new one is told by a letter.

A browser is known by a signed cookie of a year's life that names the people who signed in there, and when.
Addresses and what a browser calls itself prove nothing: the first change daily, the second anybody may copy.
A new password makes every browser new again but the one where it was changed.
"""

import time

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from cabinet.accounts.models import User
from cabinet.accounts.user_agents import device_words
from cabinet.common.letters import at_portal, post_letter

COOKIE = "portal_device"
SALT = "cabinet.accounts.devices"
YEAR = 365 * 24 * 3600
PEOPLE_AT_MOST = 10  # of one browser; who signed in longest ago is forgotten


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether the user has signed in from this browser before."""
    since = _people(request).get(str(user.pk))
    if since is None:
        return False
    return user.devices_forgotten_at is None or since >= user.devices_forgotten_at.timestamp()


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """From now on this browser is known for the user."""
    people = _people(request) | {str(user.pk): time.time()}
    newest = dict(sorted(people.items(), key=lambda one: one[1])[-PEOPLE_AT_MOST:])
    response.set_cookie(
        COOKIE,
        signing.dumps(newest, salt=SALT),
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def tell_of_new(request: HttpRequest, user: User, ip: str) -> None:
    """The letter about a sign-in from a browser that is not known."""
    post_letter(
        user.email,
        "new_device",
        at=f"{timezone.localtime():%d.%m.%Y %H:%M}",
        device=device_words(request.headers.get("User-Agent", "")),
        ip=ip,
        security_url=at_portal(reverse("mfa_index")),
        recovery_url=at_portal(reverse("account_reset_password")),
    )


def _people(request: HttpRequest) -> dict[str, float]:
    try:
        people = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=YEAR)
    except signing.BadSignature:
        return {}
    return people if isinstance(people, dict) else {}
