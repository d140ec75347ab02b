"""The page «Контакты»."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cabinet.common.access import signed_in
from cabinet.common.search import search_text
from cabinet.contracts.models import Contract

PAGE_SIZE = 20


@signed_in
@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """«Контакты»: who serves each contract, and the supplier's general contacts."""
    query = search_text(request.GET.get("q", ""))
    mine = Contract.objects.for_user(request.user).select_related("organisation", "department", "curator")
    page = Paginator(mine.search(query), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"query": query, "page": page, "searchable": bool(query) or page.has_other_pages()}
    return render(request, "contracts/contacts/page.html", context)
