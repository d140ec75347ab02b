"""«Печать ведомости»: the window, how far the act is, and its file. The act is made by the background worker."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from cabinet.common import periods, tables, windows
from cabinet.common.access import by_script, signed_in
from cabinet.common.doorway import own_object
from cabinet.common.errors import DomainError, NotAllowed
from cabinet.common.jobs import JobState
from cabinet.readings.act import docx
from cabinet.readings.act.printing import request_print, unsent_readings
from cabinet.readings.forms import PrintForm
from cabinet.readings.models import ActPrint
from cabinet.readings.permissions import can_print_act, can_take_print
from cabinet.readings.statuses import FileFormat
from cabinet.readings.views.doorway import contract_of

CONTENT_TYPES = {
    FileFormat.PDF: "application/pdf",
    FileFormat.WORD: docx.CONTENT_TYPE,
    FileFormat.EXCEL: tables.CONTENT_TYPE,
}
RECENT = 5
# The browser's own viewer may show the file, the file itself may do nothing.
VIEWER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


@signed_in
def window(request: HttpRequest, contract_id: int, period: dt.date) -> HttpResponse:
    """Choose the format and which act; the answer leads to how far it is."""
    contract = contract_of(request, contract_id)
    verdict = can_print_act(contract, period)
    if not verdict:
        raise NotAllowed(verdict.reason)
    form = PrintForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            act_print = request_print(user=request.user, contract=contract, period=period, **form.wanted)
            return redirect("act-print-job", act_print.pk)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    unsent = unsent_readings(request.user, contract, period)
    prints = ActPrint.objects.for_user(request.user).filter(contract=contract, period=period)[:RECENT]
    context = {"contract": contract, "period": period, "form": form, "unsent": unsent, "prints": prints}
    return windows.window(request, "readings/printing/page.html", context, 422 if form.is_bound else 200)


@signed_in
@require_safe
def job(request: HttpRequest, print_id: int) -> HttpResponse:
    """The window with how far the act is, then with the ways to have it."""
    return windows.window(request, "readings/printing/job.html", {"print": _own(request, print_id)})


@signed_in
@by_script
@require_safe
def state(request: HttpRequest, print_id: int) -> HttpResponse:
    """How far the act is: the part of the window that asks for itself every second."""
    return render(request, "readings/printing/_state.html", {"print": _own(request, print_id)})


@signed_in
@require_safe
def file(request: HttpRequest, print_id: int) -> HttpResponse:
    """The act's file: a PDF may be shown by the browser, with ``?download`` and in other formats it is saved."""
    act_print = _own(request, print_id)
    if act_print.state != JobState.DONE:
        raise Http404
    download = "download" in request.GET or act_print.file_format != FileFormat.PDF
    try:
        with act_print.file.open() as stored:
            response = HttpResponse(stored.read(), content_type=CONTENT_TYPES[act_print.file_format])
    except FileNotFoundError:
        raise Http404 from None  # removed a moment ago: its day is over
    response["Content-Disposition"] = content_disposition_header(download, _file_name(act_print))
    response["Content-Security-Policy"] = "sandbox" if download else VIEWER_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _own(request: HttpRequest, print_id: int) -> Any:
    related = ("contract__organisation", "user")
    return own_object(ActPrint.objects.select_related(*related), request.user, print_id, can=can_take_print)


def _file_name(act_print: ActPrint) -> str:
    kind = "Акт снятия показаний" if act_print.filled else "Бланк акта снятия показаний"
    name = f"{kind}, договор {act_print.contract.number}, {periods.label(act_print.period).lower()}"
    return f"{tables.file_name(name)}.{act_print.file_format}"
