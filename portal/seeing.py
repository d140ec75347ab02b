"""«Глазами клиента»: an administrator opens the cabinet as a client, to look and not to touch.

The session stays the administrator's: it remembers whose cabinet is looked at and until when. Outside the back office
requests are the client's then, and none but those that only read are let through.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST

from cabinet.accounts.models import User
from cabinet.common.errors import DomainError
from cabinet.common.fields import LongTextField
from cabinet.contracts.actions.seeing import note_seeing
from cabinet.contracts.back_office import office_page

PERMISSION = "accounts.change_user"
KEPT_AS = "seeing_as"
LONGEST = dt.timedelta(minutes=30)
ONLY_LOOK = "Вы смотрите кабинет глазами клиента: изменить в нём ничего нельзя."
NOT_SHOWN = "Вход и безопасность клиента не показываются."
SPARED = ("/admin/", "/healthz")
"""Where the session is the administrator's, or need not be read."""
HIDDEN = ("/accounts/", "/cabinet/profile/security/")
MAX_REASON = 300


class ReasonForm(forms.Form):
    """Why the cabinet is looked at."""

    reason = LongTextField(
        label="Причина",
        max_length=MAX_REASON,
        help_text="Останется в журнале действий договоров: его читает администратор договора.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Напишите, зачем открываете кабинет клиента: причина останется в журнале."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(PERMISSION)
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the reason, then opens the cabinet as the client."""
    person = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            note_seeing(actor=request.user, person=person, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            until = timezone.now() + LONGEST
            request.session[KEPT_AS] = {"user": person.pk, "until": until.isoformat()}
            return redirect("home")
    context = {"form": form, "person": person}
    return render(request, "portal/back_office/seeing.html", context, status=422 if form.is_bound else 200)


@require_POST
@office_page("wagtailadmin.access_admin")
def end(request: HttpRequest) -> HttpResponse:
    """Back to the administrator's own work."""
    kept = request.session.pop(KEPT_AS, None)
    if kept is None:
        return redirect("wagtailadmin_home")
    messages.success(request, "Просмотр кабинета завершён.")
    return redirect("wagtailusers_users:edit", kept["user"])


class SeeingMiddleware:
    """While an administrator looks: the client in place of him, nothing changed, and not for ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(SPARED) and KEPT_AS in request.session:
            person = self._looked_at(request)
            if person is not None and request.path != reverse("account_logout"):
                request.seen_by, request.user = request.user, person  # type: ignore[attr-defined]
                return self._only_looking(request)
        return self.get_response(request)

    def _looked_at(self, request: HttpRequest) -> User | None:
        """The client; none once the time is over, or when either may not any more."""
        kept: dict[str, Any] = request.session[KEPT_AS]
        until = parse_datetime(kept["until"])
        person = User.objects.filter(pk=kept["user"], is_active=True, is_staff=False).first()
        if person is None or until is None or until < timezone.now() or not request.user.has_perm(PERMISSION):
            del request.session[KEPT_AS]
            return None
        return person

    def _only_looking(self, request: HttpRequest) -> HttpResponse:
        reason = ONLY_LOOK if request.method not in ("GET", "HEAD", "OPTIONS") else ""
        if request.path.startswith(HIDDEN):
            reason = NOT_SHOWN
        if reason:
            return render(request, "errors/403.html", {"reason": reason}, status=403)
        return self.get_response(request)
