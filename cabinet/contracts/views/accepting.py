"""The page behind the link of an invitation."""

from http import HTTPStatus
from typing import NamedTuple

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cabinet.accounts.actions import Newcomer
from cabinet.accounts.models import User
from cabinet.common.access import public
from cabinet.common.errors import DomainError, TooManyAttempts
from cabinet.common.windows import refusal_status
from cabinet.contracts.actions.accepting import accept_as_newcomer, accept_as_user, offered, try_code
from cabinet.contracts.actions.inviting import hash_of
from cabinet.contracts.forms.accepting import NAMES, AcceptForm, CodeForm
from cabinet.contracts.models import Contract, Invitation
from cabinet.contracts.terms import Terms
from cabinet.contracts.wording import each_in_words

UNKNOWN, VOID = "unknown", "void"
LIMITED = "Слишком много попыток с вашего адреса. Повторите через час."
CONTRACTS_SHOWN = 20


class Opened(NamedTuple):
    """What a link leads to; ``dead`` says what has become of it, empty while it holds."""

    invitation: Invitation | None
    shares: dict[Contract, Terms]
    dead: str


@public
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password1", "password2", "code")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what is offered and takes nothing (mail scanners open links), POST accepts it."""
    found, shares, dead = _opened(token)
    if dead:
        return _dead(request, dead)
    account = User.objects.account_of(found.email)
    known = bool(account and account.confirmed)
    if known and not request.user.is_authenticated:
        return _page(request, found, shares, "sign_in.html")
    if request.user.is_authenticated and not (known and request.user == account):
        return _page(request, found, shares, "stranger.html", HTTPStatus.FORBIDDEN)
    sent = request.POST if request.method == "POST" else None
    form = CodeForm(sent) if known else AcceptForm(sent, email=found.email)
    if not form.is_valid():
        return _page(request, found, shares, "accept.html", 422 if form.is_bound else 200, form=form)
    try:
        return _accept(request, found, form)
    except DomainError as refusal:
        dead = _opened(token).dead
        if dead:
            return _dead(request, dead)
        form.add_error(refusal.field, str(refusal))
        return _page(request, found, shares, "accept.html", refusal_status(refusal), form=form)


def _accept(request: HttpRequest, found: Invitation, form: CodeForm) -> HttpResponse:
    if not ratelimit.consume(request, action="invitation_code"):
        raise TooManyAttempts(LIMITED)
    data = form.cleaned_data
    try_code(found, data["code"])
    if request.user.is_authenticated:
        accept_as_user(invitation=found, user=request.user)
        messages.success(request, "Приглашение принято: доступ выдан.")
        return redirect("contracts")
    newcomer = Newcomer(password=make_password(data["password1"]), **{name: data[name] for name in NAMES})
    accept_as_newcomer(invitation=found, newcomer=newcomer)
    messages.success(request, "Регистрация завершена: войдите.")
    return redirect("account_login")


def _opened(token: str) -> Opened:
    """The invitation of this link, and what it still gives."""
    found = Invitation.objects.select_related("invited_by").filter(token_hash=hash_of(token)).first()
    if found is None:
        return Opened(None, {}, UNKNOWN)
    if found.state != Invitation.State.WAITING:
        return Opened(found, {}, found.state)
    shares = offered(found)
    return Opened(found, shares, "" if shares else VOID)


def _dead(request: HttpRequest, why: str) -> HttpResponse:
    status = HTTPStatus.NOT_FOUND if why == UNKNOWN else HTTPStatus.GONE
    return render(request, "contracts/invitation/dead.html", {"why": why}, status=status)


def _page(
    request: HttpRequest,
    found: Invitation,
    shares: dict[Contract, Terms],
    template: str,
    status: int = 200,
    form: CodeForm | None = None,
) -> HttpResponse:
    shown = list(each_in_words(shares).items())[:CONTRACTS_SHOWN]
    context = {"invitation": found, "shares": shown, "more": len(shares) - len(shown), "form": form}
    return render(request, f"contracts/invitation/{template}", context, status=status)
