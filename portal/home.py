"""The main page: a container of widgets, each loaded by itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cabinet.common.access import signed_in


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The main page."""
    return render(request, "portal/home/page.html")
