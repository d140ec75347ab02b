"""The tabs «Платежи», «Документы» and «Акты нарушений»: as a window and page, as a workbook, on paper.

The three differ by their ``MoneyTab`` alone, which the address brings.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cabinet.billing.found import Found
from cabinet.billing.permissions import can_see_money
from cabinet.billing.tabs import MoneyTab
from cabinet.common import tables, windows
from cabinet.common.access import signed_in
from cabinet.common.doorway import own_object
from cabinet.common.lists import back_to_list
from cabinet.contracts.models import Contract
from cabinet.contracts.tabs import tab_links

PRINTED_ROWS = 1_000


@signed_in
@require_safe
def window(request: HttpRequest, contract_id: int, tab: MoneyTab) -> HttpResponse:
    """What the filter finds, a page at a time; a filter that is wrong finds nothing and says why."""
    found = _found(request, contract_id, tab)
    context = {
        "contract": found.contract,
        "tabs": tab_links(found.contract, tab.name),
        "found": found,
        "file": reverse(f"{tab.name}-file", args=[contract_id]),
        "print": reverse(f"{tab.name}-print", args=[contract_id]),
    }
    return windows.window(request, "billing/window.html", context, 200 if found.is_valid else 422)


@signed_in
@require_safe
def file(request: HttpRequest, contract_id: int, tab: MoneyTab) -> HttpResponse:
    """All that the filter finds, in the same order, as a workbook."""
    found = _found(request, contract_id, tab)
    if not found.is_valid:
        return back_to_list(request, tab.name, contract_id)
    return tables.table_response(found.title, found.sheet())


@signed_in
@require_safe
def paper(request: HttpRequest, contract_id: int, tab: MoneyTab) -> HttpResponse:
    """The first rows of what the filter finds, with the totals of all of it, laid out for paper."""
    found = _found(request, contract_id, tab)
    if not found.is_valid:
        return back_to_list(request, tab.name, contract_id)
    context = {"found": found, "contract": found.contract, "rows": found.first(PRINTED_ROWS), "limit": PRINTED_ROWS}
    return render(request, "billing/print.html", context)


def _found(request: HttpRequest, contract_id: int, tab: MoneyTab) -> Found:
    contracts = Contract.objects.with_own_role(request.user).select_related("organisation")
    contract = own_object(contracts, request.user, contract_id, can=can_see_money)
    return Found(tab, request.user, contract, request.GET)
