"""«Отвязать договор», and handing its administration over before that."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from cabinet.common.access import signed_in
from cabinet.common.doorway import own_object
from cabinet.common.errors import DomainError
from cabinet.common.windows import closed, refusal_status, window
from cabinet.contracts.actions import leaving
from cabinet.contracts.administrators import is_last
from cabinet.contracts.forms.leaving import HandOverForm
from cabinet.contracts.models import Contract, ContractAccess
from cabinet.contracts.views.doorway import administered
from cabinet.contracts.views.limits import count_change


@signed_in
def unbind(request: HttpRequest, contract_id: int) -> HttpResponse:
    """«Отвязать договор»: asks first; the last administrator is told what it means."""
    contract = own_object(Contract.objects.select_related("organisation"), request.user, contract_id)
    refusal = None
    if request.method == "POST":
        try:
            leaving.unbind_contract(
                user=request.user, contract=contract, knows_to_be_last=request.POST.get("last") == "1"
            )
        except DomainError as error:
            refusal = error
        else:
            return _left(request, contract, f"Договор № {contract.number} отвязан от вашей учётной записи.")
    own = ContractAccess.objects.of(request.user).select_related("user", "contract").get(contract=contract)
    colleagues = _colleagues(request, contract)
    context = {"contract": contract, "last": is_last(own), "colleagues": colleagues.count(), "refusal": refusal}
    return window(request, "contracts/unbind/page.html", context, refusal_status(refusal) if refusal else 200)


@signed_in
def hand_over(request: HttpRequest, contract_id: int) -> HttpResponse:
    """«Передать администрирование»: to a colleague, oneself staying in another role or leaving."""
    contract = administered(request, contract_id)
    colleagues = _colleagues(request, contract)
    form = HandOverForm(request.POST if request.method == "POST" else None, colleagues=colleagues)
    if not form.is_valid():
        return _hand_over(request, contract, form, 422 if form.is_bound else 200)
    chosen, stay_as = form.cleaned_data["colleague"], form.stay_as()
    try:
        count_change(request)
        access = leaving.hand_over(actor=request.user, contract=contract, access_id=chosen, stay_as=stay_as)
    except DomainError as refusal:
        form.add_error(refusal.field, str(refusal))
        return _hand_over(request, contract, form, refusal_status(refusal))
    said = f"{access.user.get_short_name()} теперь администратор договора № {contract.number}."
    said += f" Ваша роль — {stay_as.label}." if stay_as else " Договор отвязан от вашей учётной записи."
    return _left(request, contract, said)


def _left(request: HttpRequest, contract: Contract, said: str) -> HttpResponse:
    """The window closes; a page of the contract itself gives way to «Договоры»: it is no longer the person's."""
    beneath = request.htmx.current_url or "" if request.htmx else ""  # type: ignore[attr-defined]  # as it came
    if f"/{contract.pk}/" in beneath:
        messages.success(request, said)
        return HttpResponseClientRedirect(reverse("contracts"))
    return closed(request, said, "contractsChanged", to="contracts")


def _hand_over(request: HttpRequest, contract: Contract, form: HandOverForm, status: int) -> HttpResponse:
    context = {"contract": contract, "form": form, "back": reverse("contract-unbind", args=[contract.pk])}
    return window(request, "contracts/unbind/hand_over.html", context, status)


def _colleagues(request: HttpRequest, contract: Contract) -> QuerySet[ContractAccess]:
    """Who else has access now and can sign in."""
    others = ContractAccess.objects.usable().filter(contract=contract).exclude(user=request.user)
    return others.select_related("user").order_by("user__last_name", "user__first_name", "pk")
