"""The sessions of a person: which are open, from where, and how they are ended.

A row of allauth's ``UserSession`` is written at the sign-in; whether the session is still open, and when it was last
used, is told by the session itself, so that nothing is written while people work.
"""

import datetime as dt
import logging
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from cabinet.accounts.models import User
from cabinet.accounts.user_agents import device_words, is_handheld

logger = logging.getLogger(__name__)


def open_sessions(user: User) -> QuerySet[UserSession]:
    """The user's sessions that are not over, the one used last first; each knows its ``ends_at``."""
    alive = Session.objects.filter(expire_date__gt=timezone.now())
    ends_at = alive.filter(session_key=OuterRef("session_key")).values("expire_date")
    noted = UserSession.objects.filter(user=user).annotate(ends_at=Subquery(ends_at))
    return noted.filter(ends_at__isnull=False).order_by("-ends_at", "-pk")


def described(request: HttpRequest) -> list[dict[str, Any]]:
    """The user's open sessions for a page: this one first, each with its device in words."""
    here = request.session.session_key
    found = sorted(open_sessions(request.user), key=lambda one: one.session_key != here)
    idle = dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return [
        {
            "id": one.pk,
            "device": device_words(one.user_agent),
            "handheld": is_handheld(one.user_agent),
            "ip": one.ip,
            "signed_in_at": one.created_at,
            "seen_at": one.ends_at - idle,
            "here": one.session_key == here,
        }
        for one in found
    ]


def note(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Write down a sign-in (allauth's signal); rows of the person's sessions that are over go."""
    forget_dead(UserSession.objects.filter(user=user))
    UserSession.objects.create_from_request(request)


def note_this(request: HttpRequest) -> None:
    """Write the present session down if it is not: one may have signed in by other means than allauth's."""
    if not UserSession.objects.filter(user=request.user, session_key=request.session.session_key).exists():
        UserSession.objects.create_from_request(request)


def forget_dead(noted: QuerySet[UserSession]) -> None:
    """Delete rows whose session is over."""
    alive = Session.objects.filter(expire_date__gt=timezone.now())
    noted.exclude(session_key__in=alive.values("session_key")).delete()


def moved(old_key: str, new_key: str) -> None:
    """The session goes on under another key."""
    UserSession.objects.filter(session_key=old_key).update(session_key=new_key)


@transaction.atomic
def end(sessions: QuerySet[UserSession], *, user: User) -> int:
    """End these sessions of the user; how many there were."""
    keys = list(sessions.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=user, session_key__in=keys).delete()
    if keys:
        logger.info("sessions ended", extra={"data": {"user": user.pk, "sessions": len(keys)}})
    return len(keys)


def end_others(user: User, *, keep: str | None) -> int:
    """End all sessions of the user but the one with this key."""
    return end(UserSession.objects.exclude(session_key=keep or ""), user=user)
