"""The page behind the link of an invitation."""

from http import HTTPStatus

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cabinet.accounts.admission import Newcomer, account_of
from cabinet.common.access import public
from cabinet.common.errors import DomainError, TooManyAttempts
from cabinet.common.windows import refusal_status
from cabinet.contracts.actions.accepting import accept_as_newcomer, accept_as_user, offered, try_code
from cabinet.contracts.actions.inviting import hash_of
from cabinet.contracts.forms.invitation import NAMES, AcceptForm, CodeForm
from cabinet.contracts.models import Invitation
from cabinet.contracts.wording import terms_in_words

UNKNOWN, VOID = "unknown", "void"
LIMITED = "Слишком много попыток с вашего адреса. Повторите через час."
CONTRACTS_SHOWN = 20


@public
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password1", "password2", "code")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what is offered and takes nothing (mail scanners open links), POST accepts it."""
    found = _by_link(token)
    if dead := _why_dead(found):
        return _dead(request, dead)
    account = account_of(found.email)
    known = bool(account and account.confirmed)
    if known and not request.user.is_authenticated:
        return _page(request, found, "sign_in.html")
    if request.user.is_authenticated and not (account and known and request.user == account.user):
        return _page(request, found, "stranger.html", HTTPStatus.FORBIDDEN)
    sent = request.POST if request.method == "POST" else None
    form = CodeForm(sent) if known else AcceptForm(sent, email=found.email)
    if not form.is_valid():
        return _page(request, found, "accept.html", 422 if form.is_bound else 200, form=form)
    try:
        return _accept(request, found, form)
    except DomainError as refusal:
        if dead := _why_dead(_by_link(token)):
            return _dead(request, dead)
        form.add_error(refusal.field, str(refusal))
        return _page(request, found, "accept.html", refusal_status(refusal), form=form)


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


def _by_link(token: str) -> Invitation | None:
    return Invitation.objects.select_related("invited_by").filter(token_hash=hash_of(token)).first()


def _why_dead(found: Invitation | None) -> str:
    """What has become of the invitation; empty while it holds."""
    if found is None:
        return UNKNOWN
    if found.state != Invitation.State.WAITING:
        return found.state
    return "" if offered(found) else VOID


def _dead(request: HttpRequest, why: str) -> HttpResponse:
    status = HTTPStatus.NOT_FOUND if why == UNKNOWN else HTTPStatus.GONE
    return render(request, "contracts/invitation/dead.html", {"why": why}, status=status)


def _page(
    request: HttpRequest, found: Invitation, template: str, status: int = 200, form: CodeForm | None = None
) -> HttpResponse:
    gifts = [(contract, terms_in_words(terms)) for contract, terms in offered(found).items()]
    context = {"invitation": found, "gifts": gifts[:CONTRACTS_SHOWN], "more": len(gifts[CONTRACTS_SHOWN:])}
    return render(request, f"contracts/invitation/{template}", context | {"form": form}, status=status)
