"""The windows of a request for access: an administrator decides it, the person who asks may withdraw it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from cabinet.common.access import signed_in
from cabinet.common.errors import DomainError
from cabinet.common.windows import closed, refusal_status, window
from cabinet.contracts.actions.requesting import AlreadyDecided, grant_request, refuse_request, withdraw_request
from cabinet.contracts.doors import Door
from cabinet.contracts.forms.requests import RefusalForm
from cabinet.contracts.forms.terms import TermsForm
from cabinet.contracts.models import AccessRequest, Contract
from cabinet.contracts.views.doorway import administered


@signed_in
def decide(request: HttpRequest, contract_id: int, request_id: int) -> HttpResponse:
    """Somebody asks for access: give it on terms, or refuse with a reason (``?refuse=1``)."""
    contract = administered(request, contract_id)
    rows = AccessRequest.objects.filter(contract=contract).select_related("user", "decided_by")
    asked = get_object_or_404(rows, pk=request_id)
    if asked.state != AccessRequest.State.WAITING:
        status = 422 if request.method == "POST" else 200
        return window(request, "contracts/requests/decided.html", {"asked": asked, "contract": contract}, status)
    act = _refuse if "refuse" in request.GET else _grant
    try:
        return act(request, contract, asked)
    except AlreadyDecided:
        asked.refresh_from_db()
        return window(request, "contracts/requests/decided.html", {"asked": asked, "contract": contract}, 422)


def _grant(request: HttpRequest, contract: Contract, asked: AccessRequest) -> HttpResponse:
    form = TermsForm(contract.facilities.all(), request.POST if request.method == "POST" else None)
    context = {"asked": asked, "contract": contract, "form": form}
    if not form.is_valid():
        return window(request, "contracts/requests/decide.html", context, 422 if form.is_final else 200)
    try:
        grant_request(actor=request.user, contract=contract, request_id=asked.pk, terms=form.terms(), door=Door.PAGE)
    except AlreadyDecided:
        raise
    except DomainError as refusal:
        form.refuse(refusal)
        return window(request, "contracts/requests/decide.html", context, refusal_status(refusal))
    return _decided(request, contract, f"Доступ выдан: {asked.user.get_short_name()}, мы сообщили об этом письмом.")


def _refuse(request: HttpRequest, contract: Contract, asked: AccessRequest) -> HttpResponse:
    form = RefusalForm(request.POST if request.method == "POST" else None)
    context = {"asked": asked, "contract": contract, "form": form}
    if not form.is_valid():
        return window(request, "contracts/requests/refuse.html", context, 422 if form.is_bound else 200)
    try:
        reason = form.cleaned_data["reason"]
        refuse_request(actor=request.user, contract=contract, request_id=asked.pk, reason=reason, door=Door.PAGE)
    except AlreadyDecided:
        raise
    except DomainError as refusal:
        form.add_error(refusal.field, str(refusal))
        return window(request, "contracts/requests/refuse.html", context, refusal_status(refusal))
    return _decided(
        request, contract, f"В доступе отказано: {asked.user.get_short_name()}, мы отправили причину письмом."
    )


def _decided(request: HttpRequest, contract: Contract, said: str) -> HttpResponse:
    return closed(request, said, "accessChanged", to=reverse("contract-access", args=[contract.pk]))


@signed_in
def withdraw(request: HttpRequest, request_id: int) -> HttpResponse:
    """«Отозвать запрос»: one's own, asked first."""
    rows = AccessRequest.objects.filter(user=request.user).select_related("contract__organisation", "decided_by")
    asked = get_object_or_404(rows, pk=request_id)
    context: dict[str, object] = {"asked": asked}
    if request.method != "POST":
        return window(request, "contracts/requests/withdraw.html", context)
    try:
        withdraw_request(user=request.user, request=asked)
    except DomainError as refusal:
        asked.refresh_from_db()
        return window(
            request, "contracts/requests/withdraw.html", context | {"refusal": refusal}, refusal_status(refusal)
        )
    said = f"Запрос доступа к договору № {asked.contract.number} отозван."
    return closed(request, said, "contractsChanged", to="contracts")
