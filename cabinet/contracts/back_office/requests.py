"""Requests for access in the back office: a curator decides those that no administrator has decided in time."""

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from cabinet.common.errors import DomainError
from cabinet.contracts.actions.requesting import curator_verdict, grant_request, refuse_request
from cabinet.contracts.administrators import administrators_of
from cabinet.contracts.back_office.scope import reachable
from cabinet.contracts.back_office.shell import office_page
from cabinet.contracts.back_office.terms import OfficeTermsForm
from cabinet.contracts.doors import Door
from cabinet.contracts.forms.requests import RefusalForm
from cabinet.contracts.models import AccessRequest

PAGE_SIZE = 50
METHODS = ["GET", "HEAD", "POST"]
OPEN, STATES = "open", AccessRequest.State


class StateForm(forms.Form):
    """Which requests to list."""

    state = forms.ChoiceField(
        label="Состояние",
        required=False,
        choices=[(OPEN, "Ждут куратора"), *STATES.choices, ("all", "Все")],
    )
    contract = forms.CharField(label="Номер договора", required=False, max_length=40)


@office_page("contracts.view_accessrequest")
def requests(request: HttpRequest) -> HttpResponse:
    """The list: those that wait for a curator, unless others are asked for."""
    filters = StateForm(request.GET if "state" in request.GET else {"state": OPEN})
    rows = reachable(request.user, AccessRequest).select_related("user", "contract__organisation")
    if not filters.is_valid():
        rows = rows.none()
    elif filters.cleaned_data["state"] == OPEN:
        rows = rows.open_to_curators()
    elif filters.cleaned_data["state"] in STATES.values:
        rows = rows.filter(state=filters.cleaned_data["state"])
    if filters.is_valid() and filters.cleaned_data["contract"]:
        rows = rows.filter(contract__number__icontains=filters.cleaned_data["contract"])
    page = Paginator(rows.order_by("created_at", "pk"), PAGE_SIZE).get_page(request.GET.get("p"))
    context = {"form": filters, "page": page, "now": timezone.now()}
    return render(request, "contracts/back_office/requests.html", context)


@require_http_methods(METHODS)
@office_page("contracts.view_accessrequest")
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request; a post gives access on terms, or refuses with a reason."""
    rows = reachable(request.user, AccessRequest).select_related("user", "contract__organisation", "decided_by")
    asked = get_object_or_404(rows, pk=pk)
    posted = request.POST if request.method == "POST" else None
    verdict = request.POST.get("verdict", "")
    if posted is not None and verdict not in ("grant", "refuse"):
        raise Http404
    grant = OfficeTermsForm(asked.contract, posted if verdict == "grant" else None)
    refuse = RefusalForm(posted if verdict == "refuse" else None)
    refuse.fields["reason"].widget.attrs.pop("autofocus")
    form = {"grant": grant, "refuse": refuse}.get(verdict)
    if form is not None and form.is_valid() and _decided(request, asked, form):
        return redirect(request.get_full_path())
    context = {
        "asked": asked,
        "grant": grant,
        "refuse": refuse,
        "may": curator_verdict(request.user, asked),
        "administrators": list(administrators_of(asked.contract)),
    }
    return render(request, "contracts/back_office/request.html", context, status=422 if form else 200)


def _decided(request: HttpRequest, asked: AccessRequest, form: OfficeTermsForm | RefusalForm) -> bool:
    """Decides, or says in the form why not."""
    which = {"actor": request.user, "contract": asked.contract, "request_id": asked.pk, "door": Door.OFFICE}
    try:
        if isinstance(form, OfficeTermsForm):
            grant_request(terms=form.terms(), **which)
            messages.success(request, f"Доступ выдан: {asked.user}.")
        else:
            refuse_request(reason=form.cleaned_data["reason"], **which)
            messages.success(request, f"В доступе отказано: {asked.user}.")
    except DomainError as refusal:
        asked.refresh_from_db()
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True
