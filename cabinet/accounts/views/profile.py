"""«Профиль»: personal data and the password."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_change import finalize_password_change
from allauth.core import ratelimit
from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from cabinet.accounts import actions, confirmations, devices, own_sessions
from cabinet.accounts.factors import factors_of
from cabinet.accounts.profile_forms import ChangePasswordForm, PersonalDataForm
from cabinet.common.access import signed_in
from cabinet.common.windows import closed, page_or_fragment, window


@signed_in
@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    """The page «Профиль»; for htmx its block alone, after a window changed it."""
    context = {"pending": actions.pending_email(request.user), "factors": factors_of(request.user)}
    return page_or_fragment(request, "accounts/profile/page.html", "accounts/profile/_personal.html", context)


@signed_in
@sensitive_post_parameters("current_password")
def edit(request: HttpRequest) -> HttpResponse:
    """The window «Личные данные»."""
    form = PersonalDataForm(request.user, request.POST if request.method == "POST" else None)
    if form.asks_new_login and not ratelimit.consume(request, action="change_password"):
        return ratelimit.respond_429(request)
    if not form.is_valid():
        return window(request, "accounts/profile/edit.html", {"form": form}, 422 if form.is_bound else 200)
    data = form.cleaned_data
    if data["email"] != request.user.email and not _may_send(request):
        return ratelimit.respond_429(request)
    fields = ("last_name", "first_name", "patronymic", "phone")
    actions.change_personal_data(user=request.user, **{name: data[name] for name in fields})
    if data["email"] == request.user.email:
        return _saved(request, "Личные данные сохранены.")
    confirmations.send(request, actions.request_email_change(user=request.user, email=data["email"]))
    return _saved(request, f"Данные сохранены. Письмо для подтверждения отправлено на {data['email']}.")


@signed_in
@require_POST
def email_again(request: HttpRequest) -> HttpResponse:
    """A new letter to the address that waits for confirmation."""
    pending = actions.pending_email(request.user)
    if pending is None:
        return redirect("profile")
    if not _may_send(request):
        return ratelimit.respond_429(request)
    confirmations.send(request, pending)
    messages.success(request, f"Письмо отправлено ещё раз на {pending.email}.")
    return redirect("profile")


@signed_in
@require_POST
def email_cancel(request: HttpRequest) -> HttpResponse:
    """Keep the present address."""
    actions.cancel_email_change(user=request.user)
    messages.success(request, "Смена адреса отменена.")
    return redirect("profile")


@signed_in
@rate_limit(action="change_password")
@sensitive_post_parameters("old_password", "password1", "password2")
def password(request: HttpRequest) -> HttpResponse:
    """The window «Изменение пароля»: other sessions end, this one goes on."""
    form = ChangePasswordForm(request.user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return window(request, "accounts/profile/password.html", {"form": form}, 422 if form.is_bound else 200)
    old_key = request.session.session_key
    get_adapter().set_password(request.user, form.cleaned_data["password1"])
    finalize_password_change(request, request.user)
    own_sessions.moved(old_key, request.session.session_key)
    response = _saved(request, "Пароль изменён. Остальные сеансы завершены.")
    devices.remember(request, response, request.user)
    return response


def _may_send(request: HttpRequest) -> bool:
    return ratelimit.consume(request, action="manage_email")


def _saved(request: HttpRequest, words: str) -> HttpResponse:
    return closed(request, words, "profileChanged", to="profile")
