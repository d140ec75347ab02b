"""«Работа с формой в формате Excel»: the window, the form as a file, the large form made in the background."""

import datetime as dt
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from cabinet.common import periods, windows
from cabinet.common.access import by_script, signed_in
from cabinet.common.doorway import own_object
from cabinet.common.errors import DomainError
from cabinet.common.ids import parse_id
from cabinet.common.jobs import JobState
from cabinet.common.tables import workbook_response
from cabinet.contracts.models import Contract
from cabinet.contracts.roles import Ability
from cabinet.readings.forms import UploadForm
from cabinet.readings.models import FormExport, FormUpload
from cabinet.readings.permissions import can_take_export, can_work_with_readings
from cabinet.readings.querysets import registers_of
from cabinet.readings.statuses import Stage
from cabinet.readings.workbook.exporting import AT_ONCE, form_file, form_name, request_export
from cabinet.readings.workbook.uploading import receive_upload

RECENT = 5


@signed_in
def window(request: HttpRequest) -> HttpResponse:
    """The window; a file posted to it is taken in and judged on a page of its own."""
    contract, period = _chosen(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        try:
            upload = receive_upload(user=request.user, file=form.cleaned_data["file"])
            to = reverse("form-upload", args=[upload.pk])
            return HttpResponseClientRedirect(to) if request.htmx else redirect(to)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
    context = {
        "form": form,
        "contract": contract,
        "period": period,
        "contracts": Contract.objects.for_user(request.user, Ability.READINGS).count(),
        "size": registers_of(request.user, contract).count() if contract else 0,
        "size_of_all": registers_of(request.user).count(),
        "at_once": AT_ONCE,
        "uploads": FormUpload.objects.for_user(request.user).exclude(stage=Stage.CANCELLED)[:RECENT],
        "export": FormExport.objects.for_user(request.user).first(),
    }
    return windows.window(request, "readings/workbook/window.html", context, 422 if form.is_bound else 200)


@signed_in
@require_safe
def form(request: HttpRequest) -> HttpResponse:
    """The form of one contract and period, or of all the person's contracts, as a file; a large one is made aside."""
    contract, period = _chosen(request)
    if registers_of(request.user, contract).count() > AT_ONCE:
        return redirect(f"{reverse('readings-workbook')}?{request.GET.urlencode()}")
    file = form_file(user=request.user, contract=contract, period=period)
    return workbook_response(file, form_name(contract, period))


@signed_in
@require_POST
def new_export(request: HttpRequest) -> HttpResponse:
    """Have a large form made in the background; the answer leads to how far it is."""
    contract, period = _chosen(request)
    export = request_export(user=request.user, contract=contract, period=period)
    return redirect("form-export", export.pk)


@signed_in
@require_safe
def export(request: HttpRequest, export_id: int) -> HttpResponse:
    """The window with how far the form is, then with the form."""
    return windows.window(request, "readings/workbook/export.html", {"export": _own_export(request, export_id)})


@signed_in
@by_script
@require_safe
def export_state(request: HttpRequest, export_id: int) -> HttpResponse:
    """How far the form is: the part of the window that asks for itself every second."""
    return render(request, "readings/workbook/_export_state.html", {"export": _own_export(request, export_id)})


@signed_in
@require_safe
def export_file(request: HttpRequest, export_id: int) -> FileResponse:
    """The form that was made."""
    done = _own_export(request, export_id)
    if done.state != JobState.DONE:
        raise Http404
    try:
        return workbook_response(done.file.open(), form_name(done.contract, done.period))
    except FileNotFoundError:
        raise Http404 from None  # removed a moment ago: its day is over


def _own_export(request: HttpRequest, export_id: int) -> Any:
    exports = FormExport.objects.select_related("contract", "user")
    return own_object(exports, request.user, export_id, can=can_take_export)


def _chosen(request: HttpRequest) -> tuple[Any, dt.date | None]:
    """The contract and period of the address; none of a contract: all of them. A stranger's does not exist."""
    chosen = request.POST if request.method == "POST" else request.GET
    chosen = chosen if "contract" in chosen else request.GET
    period = periods.parse(chosen.get("period", ""))
    if not (text := chosen.get("contract", "")):
        return None, None
    contracts = Contract.objects.with_own_role(request.user).select_related("organisation")
    return own_object(contracts, request.user, parse_id(text) or 0, can=can_work_with_readings), period
