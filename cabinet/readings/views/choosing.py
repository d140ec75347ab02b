"""«Выбор договора»: for people with more contracts than a list to choose from is good for."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cabinet.common import periods
from cabinet.common.access import signed_in
from cabinet.common.ids import parse_id
from cabinet.common.lists import page_of
from cabinet.common.search import search_text
from cabinet.common.windows import window
from cabinet.contracts.models import Contract
from cabinet.contracts.roles import Ability

PAGE_SIZE = 10


@signed_in
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The person's contracts, searched; each leads to its sheet of the period that was open."""
    query = search_text(request.GET.get("q", ""))
    mine = Contract.objects.for_user(request.user, Ability.READINGS).select_related("organisation")
    context = {
        "query": query,
        "page": page_of(mine.search(query), request.GET.get("page"), PAGE_SIZE),
        "period": periods.parse(request.GET.get("period", "")),
        "shown": parse_id(request.GET.get("contract", "")),
    }
    return window(request, "readings/choose/window.html", context)
