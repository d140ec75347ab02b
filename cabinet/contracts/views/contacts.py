"""The page «Контакты»."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cabinet.common.access import signed_in
from cabinet.contracts.views.listing import search_and_page


@signed_in
def contacts(request: HttpRequest) -> HttpResponse:
    """«Контакты»: who serves each contract, and the supplier's general contacts."""
    context = search_and_page(request)
    context["page"].object_list = context["page"].object_list.select_related("organisation", "department", "curator")
    return render(request, "contracts/contacts/page.html", context)
