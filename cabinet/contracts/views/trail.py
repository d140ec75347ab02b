"""«Журнал действий»: the trail of a contract, and the same as Excel."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cabinet.common import tables
from cabinet.common.access import signed_in
from cabinet.common.doorway import own_object
from cabinet.common.lists import back_to_list, page_of
from cabinet.common.windows import page_or_fragment
from cabinet.contracts.models import Contract
from cabinet.contracts.permissions import can_read_trail
from cabinet.contracts.trail.reading import TrailFilter, in_order, line_of, sheet, sorting_of
from cabinet.contracts.trail.recording import ContractLogEntry

PAGE_SIZE = 50


@signed_in
@require_safe
def trail(request: HttpRequest, contract_id: int) -> HttpResponse:
    """What was done with the contract, by whom, when and through which door; htmx gets the list alone."""
    contract = _contract(request, contract_id)
    chosen, sorting = TrailFilter(request.GET, contract), sorting_of(request.GET.get("sort", ""))
    # a long trail is sorted quicker without its texts
    keys = in_order(chosen.rows, sorting).values_list("pk", flat=True)
    page = page_of(keys, request.GET.get("page"), PAGE_SIZE, chosen.rows.count())
    entries = ContractLogEntry.objects.in_bulk(list(page))
    context = {
        "contract": contract,
        "filter": chosen,
        "headings": sorting.headings(),
        "page": page,
        "lines": [line_of(entries[key], chosen.people) for key in page if key in entries],
    }
    status = 200 if chosen.is_valid() else 422
    return page_or_fragment(request, "contracts/trail/page.html", "contracts/trail/_list.html", context, status)


@signed_in
@require_safe
def trail_file(request: HttpRequest, contract_id: int) -> HttpResponse:
    """What the page shows with this filter and order, as a workbook."""
    contract = _contract(request, contract_id)
    chosen = TrailFilter(request.GET, contract)
    if not chosen.is_valid():
        return back_to_list(request, "contract-trail", contract_id)
    found = sheet(contract, chosen, sorting_of(request.GET.get("sort", "")))
    return tables.table_response(f"Журнал действий по договору № {contract.number}", found)


def _contract(request: HttpRequest, contract_id: int) -> Contract:
    """The contract: a stranger gets 404, a role that may not read the trail 403 with the reason."""
    contracts = Contract.objects.with_own_role(request.user).select_related("organisation")
    return own_object(contracts, request.user, contract_id, can=can_read_trail)
