"""The window «Привязать договор»."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

from cabinet.common.access import signed_in
from cabinet.common.errors import DomainError, TooManyAttempts
from cabinet.common.windows import closed, window
from cabinet.contracts.actions.binding import bind_contract
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
        contract = bind_contract(user=request.user, address=get_adapter().get_client_ip(request), **typed)
    except DomainError as refusal:
        form.add_error(refusal.field, str(refusal))
        return _window(request, form, refusal, status=429 if isinstance(refusal, TooManyAttempts) else 422)
    return _bound(request, form, contract)


def _window(
    request: HttpRequest, form: BindForm, refusal: DomainError | None = None, status: int = 200, **context: object
) -> HttpResponse:
    context |= {"form": form, "refusal": refusal}
    return window(request, "contracts/bind/page.html", context, status)


def _bound(request: HttpRequest, form: BindForm, contract: Contract) -> HttpResponse:
    """What follows a success: the window again, or the page it was opened from."""
    if form.cleaned_data["another"]:
        response = _window(request, form.next_one(), bound=contract)
        return trigger_client_event(response, "contractsChanged")
    said = f"{contract} привязан. Ваша роль — Администратор."
    return closed(request, said, "contractsChanged", to="contracts")
