"""«Показания по договорам»: the person's contracts with their state, and one press for those that are ready."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from cabinet.common import tables
from cabinet.common.access import signed_in
from cabinet.common.lists import page_of
from cabinet.common.search import search_text
from cabinet.common.windows import page_or_fragment, window
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.contracts.querysets import ContractQuerySet
from cabinet.contracts.roles import Ability
from cabinet.readings.contract_table import in_state, sorting_of, workbook_sheet
from cabinet.readings.sending_several import Chosen, key_of, pairs_in, send_several, summary_before
from cabinet.readings.several import ContractRow, rows_of
from cabinet.readings.statuses import ContractState
from cabinet.readings.views.doorway import contract_of

PAGE_SIZE = 50
PARTS_SHOWN = 100


@signed_in
@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """The table; htmx gets the list alone."""
    query, state, sort = (
        search_text(request.GET.get("q", "")),
        request.GET.get("state", ""),
        sorting_of(request.GET.get("sort", "")),
    )
    found = rows_of(request.user, _mine(request.user).search(query))
    rows = sort.of_rows(in_state(found, state))
    page = page_of(rows, request.GET.get("page"), PAGE_SIZE)
    ready = [row.key for row in rows if row.state is ContractState.READY]
    context = {
        "page": page,
        "query": query,
        "state": state if state in ContractState.values else "",
        "states": _states(found),
        "headings": sort.headings(),
        "all_ready": ready if len(ready) > sum(row.state is ContractState.READY for row in page) else [],
        "sendable": any(row.can_send for row in page),
    }
    return page_or_fragment(request, "readings/contracts/page.html", "readings/contracts/_list.html", context)


@signed_in
@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """The table as it is searched, filtered and sorted, as a workbook."""
    found = rows_of(request.user, _mine(request.user).search(search_text(request.GET.get("q", ""))))
    rows = sorting_of(request.GET.get("sort", "")).of_rows(in_state(found, request.GET.get("state", "")))
    return tables.table_response("Показания по договорам", workbook_sheet(rows))


@signed_in
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """A window asks what to send of the chosen contracts, then says what was sent of each."""
    chosen = _chosen(request)
    if not chosen:
        refusal = {"refusal": "Отметьте договоры, показания которых нужно передать."}
        return window(request, "readings/contracts/send.html", refusal, 422)
    context: dict[str, Any] = {"shown": PARTS_SHOWN, "keys": ",".join(key_of(pair) for pair in chosen)}
    if "asked" not in request.POST:
        context["summary"] = summary_before(request.user, chosen)
        return window(request, "readings/contracts/send.html", context)
    context["summary"] = send_several(request.user, chosen, Door.PAGE)
    response = window(request, "readings/contracts/done.html", context)
    return trigger_client_event(response, "readingsSent")


def _mine(user: Any) -> ContractQuerySet:
    return Contract.objects.for_user(user, Ability.READINGS).select_related("organisation")


def _states(rows: list[ContractRow]) -> list[tuple[ContractState, int]]:
    """The states that the search found, with how many contracts are in each."""
    reached = [row.state for row in rows]
    return [(state, reached.count(state)) for state in ContractState if state in reached]


def _chosen(request: HttpRequest) -> Chosen:
    """The contracts that the form names, each once: one by one, or many in one field; a foreign one is 404."""
    if "all" in request.POST:
        keys = request.POST.get("all_ready", "").split(",")
    else:
        keys = [*request.POST.getlist("contract"), *request.POST.get("keys", "").split(",")]
    pairs = pairs_in(key for key in keys if key)
    if None in pairs:
        raise Http404
    mine = {contract.pk: contract for contract in _mine(request.user)} if pairs else {}
    for pk, _ in pairs:
        if pk not in mine:
            contract_of(request, pk)
    once = dict(pairs)
    return {(pk, once[pk]): contract for pk, contract in mine.items() if pk in once}
