"""«Безопасность»: the person's factors and sessions."""

from allauth.account.internal.flows.logout import logout
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from cabinet.accounts import own_sessions, second_step
from cabinet.accounts.factors import factors_of
from cabinet.accounts.user_agents import device_words
from cabinet.common.access import signed_in
from cabinet.common.digits import plural
from cabinet.common.windows import closed, window

CHANGED = "sessionsChanged"


@signed_in
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """The page; for htmx its inside alone, after a window changed it."""
    own_sessions.note_this(request)
    name = "_security" if request.htmx else "page"
    context = {
        "factors": factors_of(request.user),
        "sessions": own_sessions.described(request),
        "wanted": second_step.wanted(request),
    }
    return window(request, f"accounts/security/{name}.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """The window that ends one session; this very one is signed out."""
    session = get_object_or_404(own_sessions.open_sessions(request.user), pk=session_id)
    device = device_words(session.user_agent)
    here = session.session_key == request.session.session_key
    if request.method == "GET":
        context = {"session": session, "device": device, "here": here}
        return window(request, "accounts/security/session_end.html", context)
    if here:
        logout(request)
        return redirect("account_login")
    own_sessions.end(UserSession.objects.filter(pk=session.pk), user=request.user)
    return closed(request, f"Сеанс завершён: {device}.", CHANGED, to="mfa_index")


@signed_in
@require_http_methods(["GET", "POST"])
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """The window that ends all sessions but this one."""
    here = request.session.session_key
    if request.method == "GET":
        others = own_sessions.open_sessions(request.user).exclude(session_key=here).count()
        return window(request, "accounts/security/sessions_end.html", {"others": others})
    ended = own_sessions.end_others(request.user, keep=here)
    words = plural(ended, "сеанс", "сеанса", "сеансов")
    return closed(request, f"Завершено: {words}." if ended else "Других сеансов нет.", CHANGED, to="mfa_index")
