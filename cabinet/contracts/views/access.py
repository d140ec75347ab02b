"""«Управление доступом», and the windows in which a colleague's access is changed and removed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from cabinet.common.access import signed_in
from cabinet.common.errors import DomainError
from cabinet.common.search import search_text
from cabinet.common.windows import closed, refusal_status, window
from cabinet.contracts.actions.changing import OWN, ChangedMeanwhile, change_access, remove_access, seen_of
from cabinet.contracts.administrators import is_last
from cabinet.contracts.forms.terms import TermsForm
from cabinet.contracts.models import AccessRequest, Contract, ContractAccess
from cabinet.contracts.people import invited_to, people_of
from cabinet.contracts.terms import Terms
from cabinet.contracts.views.doorway import administered
from cabinet.contracts.views.limits import count_change
from cabinet.contracts.wording import access_in_words


@signed_in
def people(request: HttpRequest, contract_id: int) -> HttpResponse:
    """«Управление доступом»: who has access, who had it, who asks for it, who is invited."""
    contract = administered(request, contract_id)
    query = search_text(request.GET.get("q", ""))
    page = people_of(contract, request.user, query, request.GET.get("page"))
    context = {
        "contract": contract,
        "query": query,
        "page": page,
        "searchable": bool(query) or page.has_other_pages() or len(page) > 10,
        "requests": AccessRequest.objects.waiting().filter(contract=contract).select_related("user"),
        "invitations": invited_to(contract),
    }
    return window(request, "contracts/access/page.html", context)


def _access_of(contract: Contract, access_id: int) -> ContractAccess:
    """An access to this very contract, or 404."""
    rows = ContractAccess.objects.filter(contract=contract).select_related("user", "contract")
    return get_object_or_404(rows, pk=access_id)


@signed_in
def edit(request: HttpRequest, contract_id: int, access_id: int) -> HttpResponse:
    """«Настроить доступ»: other terms for a colleague."""
    contract = administered(request, contract_id)
    access = _access_of(contract, access_id)
    if access.user_id == request.user.pk:
        return _own(request, contract)
    form = TermsForm(
        contract.facilities.all(), request.POST if request.method == "POST" else None, start=Terms.of(access)
    )
    seen = request.POST.get("seen", "")
    if not form.is_valid():
        return _edit(request, access, form, seen)
    try:
        count_change(request)
        changed = change_access(
            actor=request.user, contract=contract, access_id=access_id, terms=form.terms(), seen=seen
        )
    except DomainError as refusal:
        form.refuse(refusal)
        shown = "" if isinstance(refusal, ChangedMeanwhile) else seen
        return _edit(request, access, form, shown, refusal_status(refusal))
    name = access.user.get_short_name()
    said = f"Доступ изменён: {name}, мы сообщили об этом письмом." if changed else f"Доступ остался прежним: {name}"
    return closed(request, said, "accessChanged", to=reverse("contract-access", args=[contract.pk]))


def _edit(request: HttpRequest, access: ContractAccess, form: TermsForm, seen: str, status: int = 422) -> HttpResponse:
    """The form; ``seen`` is what the person was shown before, nothing when he is shown the access as it is now."""
    context = {
        "access": access,
        "contract": access.contract,
        "form": form,
        "seen": seen or seen_of(access),
        "now": access_in_words(access),
        "last": is_last(access),
    }
    return window(request, "contracts/access/edit.html", context, status if form.is_final else 200)


@signed_in
def remove(request: HttpRequest, contract_id: int, access_id: int) -> HttpResponse:
    """«Удалить доступ»: asks first and says what it will do."""
    contract = administered(request, contract_id)
    access = _access_of(contract, access_id)
    if access.user_id == request.user.pk:
        return _own(request, contract)
    context = {"access": access, "contract": contract, "now": access_in_words(access), "last": is_last(access)}
    if request.method != "POST":
        return window(request, "contracts/access/remove.html", context)
    try:
        count_change(request)
        remove_access(actor=request.user, contract=contract, access_id=access_id)
    except DomainError as refusal:
        return window(request, "contracts/access/remove.html", context | {"refusal": refusal}, refusal_status(refusal))
    said = f"Доступ удалён: {access.user.get_short_name()}, мы сообщили об этом письмом."
    return closed(request, said, "accessChanged", to=reverse("contract-access", args=[contract.pk]))


def _own(request: HttpRequest, contract: Contract) -> HttpResponse:
    """One's own access is not changed here: the window says how to leave or to hand over."""
    status = 422 if request.method == "POST" else 200
    return window(request, "contracts/access/own.html", {"contract": contract, "reason": OWN}, status)
