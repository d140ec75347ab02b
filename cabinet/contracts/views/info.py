"""«Информация по договору»: where the window opens, and what a role without money sees of the contract."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from cabinet.common.access import signed_in
from cabinet.common.doorway import own_object
from cabinet.common.windows import window
from cabinet.contracts.administrators import name_administrators
from cabinet.contracts.models import Contract, ContractAccess, Facility
from cabinet.contracts.permissions import ADMINISTRATORS_NAMED, role_may
from cabinet.contracts.roles import Ability
from cabinet.contracts.tabs import TABS, first_tab

FACILITIES_NAMED = 10


@signed_in
@require_safe
def info(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The first tab; for a role that may not see money the contract's facts, and why there are no tabs."""
    contracts = Contract.objects.select_related("organisation", "department", "curator")
    contract = own_object(contracts, request.user, contract_id)
    access = ContractAccess.objects.of(request.user).filter(contract=contract).first()
    if access is None:
        raise Http404  # it ended a moment ago
    money = role_may(access.role, Ability.MONEY)
    if money:
        return redirect(first_tab(), contract.pk)
    contract.may_send = role_may(access.role, Ability.READINGS)  # type: ignore[attr-defined]
    name_administrators([contract])
    facilities = Facility.objects.for_user(request.user).filter(contract=contract)
    context = {
        "contract": contract,
        "access": access,
        "facilities": facilities.order_by("name", "pk")[:FACILITIES_NAMED],
        "facility_count": facilities.count(),
        "administrators": contract.administrators[:ADMINISTRATORS_NAMED],  # type: ignore[attr-defined]
        "no_money": money.reason,
    }
    context["tab_names"] = [f"«{name}»" for name in TABS.values()]
    return window(request, "contracts/info/facts.html", context)
