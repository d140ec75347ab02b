"""The page «Договоры», the same as Excel, and the bodies of the widget and of the profile's card."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cabinet.common import tables
from cabinet.common.access import by_script, signed_in
from cabinet.common.lists import back_to_list, page_of
from cabinet.common.windows import page_or_fragment
from cabinet.contracts.administrators import name_administrators
from cabinet.contracts.contract_list import ContractList, sheet
from cabinet.contracts.models import AccessRequest, Contract
from cabinet.contracts.permissions import naming_administrators, role_may
from cabinet.contracts.roles import Ability, Role

PAGE_SIZE = 20
WIDGET_ROWS = 5


def with_verdicts(contracts: list[Any]) -> list[Any]:
    """The contracts, each with the user's role in words and what it may do there."""
    for contract in contracts:
        contract.role_label = Role(contract.own_role).label
        contract.may_send = role_may(contract.own_role, Ability.READINGS)
        contract.may_manage = role_may(contract.own_role, Ability.ACCESS)
        contract.may_read_trail = role_may(contract.own_role, Ability.TRAIL)
    return contracts


@signed_in
@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """«Договоры»: the contracts bound to the user; htmx gets the list alone."""
    listed = ContractList(request.GET, request.user)
    page = page_of(listed.rows, request.GET.get("page"), PAGE_SIZE)
    page.object_list = with_verdicts(list(page.object_list))
    others = [contract for contract in page.object_list if not contract.may_manage]
    name_administrators(others)
    for contract in others:
        contract.may_manage = naming_administrators(contract.may_manage, contract.administrators)
    context = {
        "listed": listed,
        "filter": listed.filter,
        "page": page,
        "searchable": listed.filter.is_active or page.paginator.count > WIDGET_ROWS,
        "sends_several": listed.mine.number_with(Ability.READINGS) > 1,
        "own_requests": AccessRequest.objects.shown_to(request.user),
        "administers_several": listed.mine.number_with(Ability.ACCESS) > 1,
    }
    status = 200 if listed.filter.is_valid() else 422
    return page_or_fragment(request, "contracts/list/page.html", "contracts/list/_list.html", context, status)


@signed_in
@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """The contracts that are found, as a workbook."""
    listed = ContractList(request.GET, request.user)
    if not listed.filter.is_valid():
        return back_to_list(request, "contracts")
    return tables.table_response("Договоры", sheet(listed))


@signed_in
@by_script
@require_safe
def widget(request: HttpRequest) -> HttpResponse:
    """The body of the widget «Договоры»: the first contracts and the way to the others, requests for access."""
    return _first_rows(request, row="contracts/widget/_short.html")


@signed_in
@by_script
@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """The body of the profile's card «Договоры»: as the widget, with all that is done with a contract."""
    return _first_rows(request, row="contracts/widget/_full.html")


def _first_rows(request: HttpRequest, *, row: str) -> HttpResponse:
    """The first contracts, each by the template ``row``, how many there are, and what the person asks for."""
    mine = Contract.objects.for_list(request.user)
    rows = list(mine[: WIDGET_ROWS + 1])
    total = Contract.objects.for_user(request.user).count() if len(rows) > WIDGET_ROWS else len(rows)
    several = len({contract.organisation_id for contract in rows}) > 1
    context = {"row": row, "rows": with_verdicts(rows[:WIDGET_ROWS]), "several": several, "total": total}
    context["own_requests"] = AccessRequest.objects.shown_to(request.user)
    return render(request, "contracts/widget/_rows.html", context)
