"""Confirmation of an address by the link from a letter: GET shows a button, POST takes the link."""

from http import HTTPStatus

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cabinet.accounts import confirmations
from cabinet.accounts.adapter import UNCONFIRMED_KEY
from cabinet.accounts.confirmations import Link
from cabinet.common.access import public


@public
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """The page behind the link: mail scanners may open it, only a person's press confirms."""
    link, address = confirmations.read(key)
    if link is not Link.ALIVE:
        context = {"link": link.value, "key": key, "change": address and confirmations.is_change(address)}
        return render(request, "accounts/confirmation/dead_link.html", context, status=HTTPStatus.GONE)
    change = confirmations.is_change(address)
    if change and request.user.pk != address.user_id:
        return _not_your_change(request)
    if request.method == "POST":
        return _take(request, address, change=change)
    return render(request, "accounts/confirmation/page.html", {"email": address.email, "change": change})


@public
@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    """A new letter: by the signed key of an old link, or to the address this visitor registered."""
    address = _address_to_confirm(request)
    if address is None:
        return redirect("account_login")
    if not ratelimit.consume(request, action="confirm_email", key=address.email):
        messages.warning(request, "Письмо уже отправлено. Новое можно запросить через 3 минуты.")
    elif address.verified:
        get_adapter().send_account_already_exists_mail(address.email)
        messages.success(request, "Письмо отправлено ещё раз.")
    else:
        confirmations.send(request, address)
        messages.success(request, "Письмо отправлено ещё раз.")
    request.session[UNCONFIRMED_KEY] = address.email
    return redirect("account_email_verification_sent")


def _take(request: HttpRequest, address: EmailAddress, *, change: bool) -> HttpResponse:
    if confirmations.confirm(request, address):
        words = "Новый адрес электронной почты подтверждён." if change else "Адрес подтверждён. Теперь можно войти."
        messages.success(request, words)
    return redirect("profile" if change else "account_login")


def _not_your_change(request: HttpRequest) -> HttpResponse:
    """Whoever got a letter meant for a mistyped address must not take the account with it."""
    if request.user.is_authenticated:
        raise PermissionDenied("Эта ссылка — для другого пользователя. Выйдите и войдите под его логином.")
    return redirect_to_login(request.get_full_path())


def _address_to_confirm(request: HttpRequest) -> EmailAddress | None:
    if key := request.POST.get("key"):
        link, address = confirmations.read(key)
        return address if link in (Link.ALIVE, Link.EXPIRED) else None
    addresses = EmailAddress.objects.select_related("user").filter(email=request.session.get(UNCONFIRMED_KEY) or "")
    return addresses.order_by("-verified", "-primary").first()
