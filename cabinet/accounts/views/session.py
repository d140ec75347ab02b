"""When the session ends, and going on with it: what the dialog of every cabinet page asks."""

import math

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cabinet.common.access import by_script, signed_in


@signed_in
@by_script
@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """How many seconds are left, whose session it is, and its token: a sign-in in another tab made a new one."""
    ends_at = getattr(request.session, "ends_at", None)
    left = (ends_at - timezone.now()).total_seconds() if ends_at else settings.SESSION_COOKIE_AGE
    return JsonResponse({"seconds": math.floor(left), "user": request.user.pk, "token": get_token(request)})


@signed_in
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """«Продолжить работу»: a person's act, which gives the session time anew as any other does."""
    return JsonResponse({"seconds": settings.SESSION_COOKIE_AGE, "user": request.user.pk, "token": get_token(request)})


@signed_in
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Signed in again in a tab of its own: the work waits in the other one."""
    return render(request, "accounts/session/back.html")
