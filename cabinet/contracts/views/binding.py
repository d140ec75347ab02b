"""The window «Привязать договор»."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

from cabinet.common.access import signed_in
from cabinet.common.errors import DomainError
from cabinet.common.windows import closed, refusal_status, window
from cabinet.contracts.actions.binding import Asked, bind_contract
from cabinet.contracts.forms.binding import BindForm
from cabinet.contracts.models import Contract


@signed_in
def bind(request: HttpRequest) -> HttpResponse:
    """«Привязать договор»: by the three data of the supplier's record."""
    form = BindForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _window(request, form, status=422 if form.is_bound else 200)
    typed = {name: form.cleaned_data[name] for name in ("email", "inn", "number")}
    try:
        bound = bind_contract(user=request.user, address=get_adapter().get_client_ip(request), **typed)
    except DomainError as refusal:
        form.add_error(refusal.field, str(refusal))
        return _window(request, form, status=refusal_status(refusal))
    return _asked(request, form, bound) if isinstance(bound, Asked) else _bound(request, form, bound)


def _window(request: HttpRequest, form: BindForm, status: int = 200, **context: object) -> HttpResponse:
    return window(request, "contracts/bind/page.html", context | {"form": form}, status)


def _bound(request: HttpRequest, form: BindForm, contract: Contract) -> HttpResponse:
    """What follows a success: the window again, or the page it was opened from."""
    if form.cleaned_data["another"]:
        response = _window(request, form.next_one(), bound=contract)
        return trigger_client_event(response, "contractsChanged")
    said = f"{contract} привязан. Ваша роль — Администратор."
    return closed(request, said, "contractsChanged", to="contracts")


def _asked(request: HttpRequest, form: BindForm, asked: Asked) -> HttpResponse:
    """The contract has an administrator: who decides, and from when a curator may; the window stays."""
    if form.cleaned_data["another"]:
        response = _window(request, form.next_one(), asked=asked)
    else:
        response = window(request, "contracts/bind/asked.html", {"asked": asked})
    return trigger_client_event(response, "contractsChanged")
