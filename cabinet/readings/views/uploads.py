"""An uploaded form: how far it is, what was found in it, its confirmation, and what became of it."""

from itertools import islice
from typing import Any

from django.contrib import messages
from django.core.files import File
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from cabinet.common import periods
from cabinet.common.access import by_script, signed_in
from cabinet.common.doorway import own_object
from cabinet.common.errors import DomainError
from cabinet.common.tables import Column, Kind, Sheet, table_response
from cabinet.readings.models import FormUpload
from cabinet.readings.permissions import can_take_upload
from cabinet.readings.workbook.findings import Finding, Findings, Group, paginator
from cabinet.readings.workbook.uploading import CANCELLED, cancel_upload, confirm_upload, revive

ERRORS_AT_MOST = 20_000  # rows of the workbook that is written within the request
ERRORS = [
    Column("Лист", width=20),
    Column("Строка", Kind.FIGURE, width=8),
    Column("Столбец", width=9),
    Column("Значение", width=20),
    Column("Что не так", width=70),
    Column("Договор №", width=14),
    Column("Объект", width=36),
    Column("Счётчик №", width=16),
    Column("Шкала", width=9),
]


@signed_in
@require_safe
def upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    """The page of an uploaded form: while it is worked on, its progress; then what was found; then the outcome."""
    shown = _own(request, upload_id, can=can_take_upload)
    if shown.is_stuck:
        revive(shown)
    context = {"upload": shown, "contracts": _dated(shown.result if shown.is_applied else shown.summary, "contracts")}
    if shown.is_applied:
        context["refused"] = _dated(shown.result, "refused")
        context["not_taken"] = shown.summary.get(Group.WRONG.value, 0) - shown.summary["kept"]
        context["stored"] = any(shown.result.get(name) for name in ("ready", "doubtful", "wrong"))
    elif shown.findings:
        context |= _found(request, shown)
    return render(request, "readings/workbook/upload.html", context)


@signed_in
@by_script
@require_safe
def upload_state(request: HttpRequest, upload_id: int) -> HttpResponse:
    """How far it is: the part of the page that asks for itself every second, until the whole page has changed."""
    shown = _own(request, upload_id)
    if not shown.is_active:
        return HttpResponseClientRefresh()
    return render(request, "readings/workbook/_progress.html", {"upload": shown})


@signed_in
@require_POST
def confirm(request: HttpRequest, upload_id: int) -> HttpResponse:
    """«Сохранить показания»: the good rows become drafts, the wrong ones stand under their readings."""
    try:
        confirm_upload(user=request.user, upload=_own(request, upload_id), with_stale="with_stale" in request.POST)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("form-upload", upload_id)


@signed_in
@require_POST
def cancel(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Throw the upload away; the readings stay as they are."""
    try:
        cancel_upload(user=request.user, upload=_own(request, upload_id))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("form-upload", upload_id)
    messages.success(request, CANCELLED)
    return redirect("readings-start")


@signed_in
@require_safe
def errors(request: HttpRequest, upload_id: int) -> HttpResponse:
    """The wrong rows as a workbook: where they stand, what stands there and what is wrong."""
    shown = _own(request, upload_id, can=can_take_upload)
    with _findings(shown) as stored:
        wrong = Findings(stored).all(Group.WRONG)
        rows = (_error(row) for row in islice(wrong, ERRORS_AT_MOST))
        more = shown.summary[Group.WRONG.value] > ERRORS_AT_MOST
        title = f"Строки с ошибками: {shown.name}" + (f" (первые {ERRORS_AT_MOST})" if more else "")
        return table_response("Строки с ошибками", Sheet("Ошибки", title, ERRORS, rows))


def _error(row: Finding) -> tuple[str | int, ...]:
    """A wrong row of the workbook, a cell for each of ERRORS."""
    place = (row.sheet, row.row, row.column)
    return (*place, row.becomes, row.reason, row.contract, row.facility, row.serial, row.scale)


def _found(request: HttpRequest, shown: FormUpload) -> dict[str, Any]:
    """The group of rows that is looked at, one page of it, and the counts of all."""
    counts = {group: shown.summary.get(group.value, 0) for group in Group}
    first = next((group for group, count in counts.items() if count), Group.READY)
    chosen = request.GET.get("show", "")
    group = Group(chosen) if chosen in Group.values else first
    page = paginator(counts[group]).get_page(request.GET.get("page"))
    with _findings(shown) as stored:
        rows = Findings(stored).page(group, page.number)
    return {
        "group": group,
        "groups": list(counts.items()),
        "page": page,
        "rows": rows,
        "ready": counts[Group.READY] + counts[Group.DOUBTFUL],
        "doubtful": counts[Group.DOUBTFUL],
        "stale": counts[Group.STALE],
        "not_taken": counts[Group.WRONG] - shown.summary["kept"],
        "to_apply": counts[Group.READY] + counts[Group.DOUBTFUL] + shown.summary["kept"],
    }


def _findings(shown: FormUpload) -> File:
    """What was found, to be read; 404 before the judging and when its day is over."""
    try:
        if shown.findings:
            return shown.findings.open()
    except FileNotFoundError:
        pass  # removed a moment ago
    raise Http404


def _dated(found: dict, name: str) -> list[dict]:
    """The contracts of a summary or a result, their periods as dates."""
    return [each | {"period": periods.parse(each["period"])} for each in found.get(name, ())]


def _own(request: HttpRequest, upload_id: int, can: Any = None) -> Any:
    return own_object(FormUpload.objects.all(), request.user, upload_id, can=can)
