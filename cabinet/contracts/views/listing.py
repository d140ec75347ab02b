"""The page «Договоры» and the body of the widget of the same name."""

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from cabinet.common.access import by_script, signed_in
from cabinet.common.search import search_text
from cabinet.contracts.models import Contract
from cabinet.contracts.permissions import role_may
from cabinet.contracts.roles import Ability, Role

PAGE_SIZE = 20
WIDGET_ROWS = 5


def with_verdicts(contracts: list[Contract]) -> list[Contract]:
    """The contracts, each with the user's role in words and whether it may send readings (``may_send``)."""
    for contract in contracts:
        contract.role_label = Role(contract.own_role).label
        contract.may_send = role_may(contract.own_role, Ability.READINGS)
    return contracts


def search_and_page(request: HttpRequest) -> dict:
    """What the lists of contracts have in common: the query, the page, whether a search is worth a field."""
    query = search_text(request.GET.get("q", ""))
    page = Paginator(Contract.objects.for_list(request.user).search(query), PAGE_SIZE).get_page(request.GET.get("page"))
    return {"query": query, "page": page, "searchable": bool(query) or page.has_other_pages()}


@signed_in
def contracts(request: HttpRequest) -> HttpResponse:
    """«Договоры»: the contracts bound to the user."""
    context = search_and_page(request)
    page: Page = context["page"]
    page.object_list = with_verdicts(list(page.object_list))
    context["sends_several"] = sum(bool(contract.may_send) for contract in page) > 1
    template = "contracts/list/_list.html" if request.htmx else "contracts/list/page.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@signed_in
@by_script
def widget(request: HttpRequest) -> HttpResponse:
    """The body of the widget «Договоры»: the first contracts and the way to the others."""
    mine = Contract.objects.for_list(request.user)
    rows = list(mine[: WIDGET_ROWS + 1])
    total = mine.count() if len(rows) > WIDGET_ROWS else len(rows)
    return render(request, "contracts/widget/_body.html", {"rows": with_verdicts(rows[:WIDGET_ROWS]), "total": total})
