"""Choosing a file, looking at what it would change, confirming it, its result; and what was loaded before."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from cabinet.common import tables
from cabinet.common.access import by_script
from cabinet.common.errors import DomainError
from imports import workbooks
from imports.actions.applying import confirm
from imports.actions.receiving import judge_again, receive, revive, throw_away
from imports.actions.taking_back import ask_back
from imports.back_office.forms import HistoryForm, RowsForm, UploadForm
from imports.kinds import KINDS
from imports.models import Load
from imports.permissions import kinds_for, may_load
from imports.statuses import Outcome

PAGE_SIZE = 50
METHODS = ["GET", "HEAD", "POST"]
View = Callable[..., HttpResponse]


def loads_page(view: View) -> View:
    """A page for staff who may load anything at all."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not kinds_for(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def own_load(request: HttpRequest, pk: int) -> Load:
    """A load that the person may know of, or 404."""
    return get_object_or_404(Load.objects.for_user(request.user).select_related("user", "taken_back_by"), pk=pk)


@require_safe
@loads_page
def history(request: HttpRequest) -> HttpResponse:
    """What was loaded, when and by whom; the latest first."""
    filters = HistoryForm(request.GET, user=request.user)
    found = filters.found(Load.objects.for_user(request.user).select_related("user"))
    page = Paginator(found.order_by("-pk"), PAGE_SIZE).get_page(request.GET.get("p"))
    for load in page:
        load.title = KINDS[load.kind].title
    return render(request, "imports/history.html", {"form": filters, "page": page})


@require_http_methods(METHODS)
@loads_page
def upload(request: HttpRequest) -> HttpResponse:
    """«Загрузить данные»: what, and from which file."""
    if request.method != "POST":
        form = UploadForm(initial={"kind": request.GET.get("kind", "")}, user=request.user)
        return render(request, "imports/upload.html", {"form": form})
    form = UploadForm(request.POST, request.FILES, user=request.user)
    if form.is_valid():
        try:
            load = receive(user=request.user, kind=form.cleaned_data["kind"], file=form.cleaned_data["file"])
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("load", load.pk)
    return render(request, "imports/upload.html", {"form": form}, status=422)


@require_safe
@loads_page
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The workbook to fill: the columns of the kind with an example row."""
    if not may_load(request.user, kind):
        raise Http404
    return workbooks.template_response(KINDS[kind])


@require_http_methods(METHODS)
@loads_page
def load_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A load: how far it is, what its rows come to; a post confirms it, judges it anew, removes it or takes it back."""
    load = own_load(request, pk)
    revive(load)
    refusal = ""
    if request.method == "POST":
        try:
            return _act(request, load)
        except DomainError as error:
            refusal = str(error)
            load = own_load(request, pk)
    filters = RowsForm(request.GET if "outcome" in request.GET else {"outcome": _first_shown(load)})
    outcome = filters.cleaned_data["outcome"] if filters.is_valid() else ""
    rows = load.rows.filter(outcome=outcome) if outcome else load.rows.all()
    page = Paginator(rows.order_by("number"), PAGE_SIZE).get_page(request.GET.get("p"))
    context = {
        "load": load,
        "kind": KINDS[load.kind],
        "titles": load.summary.get("titles", []),
        "counts": [(value, label, load.count(value)) for value, label in Outcome.choices],
        "outcome": outcome,
        "page": page,
        "rows": [workbooks.shown(row) for row in page],
        "refusal": refusal,
    }
    return render(request, "imports/load.html", context, status=422 if refusal else 200)


def _first_shown(load: Load) -> str:
    """What is wrong comes first, else everything."""
    return Outcome.WRONG if load.count(Outcome.WRONG) else ""


def _act(request: HttpRequest, load: Load) -> HttpResponse:
    verdict = request.POST.get("verdict")
    if verdict == "confirm":
        confirm(user=request.user, load=load, judged_at=_moment(request.POST.get("judged_at", "")))
    elif verdict == "again":
        judge_again(user=request.user, load=load)
    elif verdict == "take_back":
        ask_back(user=request.user, load=load)
    elif verdict == "throw_away":
        throw_away(user=request.user, load=load)
        messages.success(request, f"Загрузка удалена: {load.name}. В базе ничего не изменилось.")
        return redirect("loads")
    else:
        raise Http404
    return redirect("load", load.pk)


def _moment(text: str) -> Any:
    try:
        return parse_datetime(text)
    except ValueError:
        raise Http404 from None


@by_script
@require_safe
@loads_page
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the worker is, for the page's script."""
    load = own_load(request, pk)
    return JsonResponse({"active": load.is_active, "progress": load.progress})


@require_safe
@loads_page
def errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The wrong rows as a workbook, each with what is wrong: it can be corrected and loaded again."""
    load = own_load(request, pk)
    if not load.count(Outcome.WRONG):
        raise Http404
    return tables.table_response(f"Ошибки: {load.name.rpartition('.')[0]}", workbooks.errors_sheet(load))
