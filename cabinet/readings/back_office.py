"""Accepting readings: plain pages inside Wagtail's shell."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from cabinet.common import periods
from cabinet.common.digits import plural
from cabinet.common.errors import DomainError
from cabinet.contracts.back_office import office_page
from cabinet.contracts.models import Department
from cabinet.contracts.staff import departments_for
from cabinet.readings.acceptance import (
    MAX_REASON,
    PERMISSION,
    Decided,
    Seen,
    UnknownReading,
    accept_readings,
    reject_readings,
    sent_readings,
)
from cabinet.readings.models import Reading
from cabinet.readings.statuses import Acceptance

PAGE_SIZE = 50
MONTHS = 36  # of the filter, this month included
METHODS = ["GET", "HEAD", "POST"]


class FilterForm(forms.Form):
    """Which readings to list."""

    status = forms.ChoiceField(label="Состояние", required=False, choices=[("", "Все"), *Acceptance.choices])
    period = forms.ChoiceField(label="Период", required=False)
    department = forms.ModelChoiceField(Department.objects.none(), label="Отделение", required=False, empty_label="Все")
    contract = forms.CharField(label="Номер договора", required=False, max_length=40)
    serial = forms.CharField(label="Номер прибора", required=False, max_length=40)
    warning = forms.ChoiceField(
        label="Предупреждение", required=False, choices=[("", "Неважно"), ("yes", "Есть"), ("no", "Нет")]
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["department"].queryset = departments_for(user)
        months = [periods.shift(periods.this_period(), -back) for back in range(MONTHS)]
        self.fields["period"].choices = [("", "Все"), *((periods.code(each), periods.label(each)) for each in months)]

    def readings(self) -> QuerySet[Reading]:
        """The readings that match; none of them when a filter is not understood."""
        if not self.is_valid():
            return Reading.objects.none()
        chosen = self.cleaned_data
        lookups = {
            "acceptance": chosen["status"],
            "period": periods.parse(chosen["period"]),
            "register__meter__point__facility__contract__department": chosen["department"],
            "register__meter__point__facility__contract__number__icontains": chosen["contract"],
            "register__meter__serial__icontains": chosen["serial"],
        }
        found = sent_readings(self.user).filter(**{lookup: value for lookup, value in lookups.items() if value})
        if not chosen["warning"]:
            return found
        return found.filter(sent_warning="") if chosen["warning"] == "no" else found.exclude(sent_warning="")


class DecisionForm(forms.Form):
    """The decision's reason; which readings and which decision stand in the post beside it."""

    reason = forms.CharField(
        label="Причина отказа (её прочитает клиент)",
        required=False,
        widget=forms.TextInput(attrs={"maxlength": MAX_REASON, "autocomplete": "off"}),
    )

    def refuse(self, error: DomainError) -> None:
        """Shows why nothing was done, by its field, which gets the focus."""
        self.add_error(error.field, str(error))
        if error.field:
            self.fields[error.field].widget.attrs["autofocus"] = True


def with_neighbours(readings: QuerySet[Reading]) -> QuerySet[Reading]:
    """Readings with what a curator judges them by: whose they are, and the previous counting value."""
    before = Reading.objects.counting().filter(register=OuterRef("register"), period__lt=OuterRef("period"))
    return readings.select_related("register__meter__point__facility__contract__organisation", "sent_by").annotate(
        previous=Subquery(before.order_by("-period").values("sent")[:1])
    )


@require_http_methods(METHODS)
@office_page(PERMISSION)
def acceptance(request: HttpRequest) -> HttpResponse:
    """The list of sent readings, those that wait unless another state is asked for; a post decides on them."""
    query = request.GET if "status" in request.GET else {"status": Acceptance.PENDING, **request.GET.dict()}
    filters = FilterForm(query, user=request.user)
    decision = DecisionForm()
    if request.method == "POST":
        decision = decide(request, seen_in(request, filters))
        if decision.is_valid():
            return redirect(request.get_full_path())
    page = Paginator(with_neighbours(filters.readings().order_by("-period", "sent_at", "pk")), PAGE_SIZE)
    context = list_context(request, filters, page.get_page(request.GET.get("p")))
    status = 422 if decision.errors else 200
    return render(request, "readings/back_office/list.html", context | {"decision": decision}, status=status)


def list_context(request: HttpRequest, filters: FilterForm, page: Page) -> dict[str, Any]:
    """What the list shows; ``seen_until`` keeps «all found» to what had been sent by now.

    After a refusal a tick stays, unless its reading was sent again meanwhile.
    """
    posted = set(request.POST.getlist("reading"))
    return {
        "form": filters,
        "page": page,
        "ticked": {one.pk for one in page if f"{one.pk}@{one.sent_at.isoformat()}" in posted},
        "everything": "everything" in request.POST,
        "waiting": filters.readings().filter(acceptance=Acceptance.PENDING).count(),
        "seen_until": timezone.now().isoformat(),
    }


@require_http_methods(METHODS)
@office_page(PERMISSION)
def acceptance_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """One reading with its history; a post decides on it."""
    reading = get_object_or_404(with_neighbours(sent_readings(request.user)), pk=pk)
    decision = DecisionForm()
    if request.method == "POST":
        decision = decide(request, [Seen(pk, moment(request.POST.get("sent_at", "")))])
        if decision.is_valid():
            return redirect(request.get_full_path())
    context = {"reading": reading, "events": reading.events.select_related("actor"), "decision": decision}
    status = 422 if decision.errors else 200
    return render(request, "readings/back_office/reading.html", context, status=status)


def decide(request: HttpRequest, seen: list[Seen]) -> DecisionForm:
    """Accepts or rejects what was seen, as the post says; a refusal stands in the form. A forged post is 404."""
    verdict = request.POST.get("verdict")
    if verdict not in ("accept", "reject", "none"):
        raise Http404
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return form
    try:
        if not seen:
            raise DomainError("Отметьте показания.")
        if verdict == "none":
            raise DomainError("Выберите решение: «Принять в расчет» или «Не принимать».")
        if verdict == "accept":
            say(request, accept_readings(readings=seen, actor=request.user), "Принято в расчет")
        else:
            decided = reject_readings(readings=seen, actor=request.user, reason=form.cleaned_data["reason"])
            say(request, decided, "Не принято в расчет")
    except UnknownReading as error:
        raise Http404 from error
    except DomainError as error:
        form.refuse(error)
    return form


def say(request: HttpRequest, decided: Decided, done: str) -> None:
    """What became of the readings, in words."""
    if decided.done:
        messages.success(request, f"{done}: {plural(decided.done, 'показание', 'показания', 'показаний')}.")
    if decided.changed:
        count = plural(decided.changed, "показание", "показания", "показаний")
        messages.warning(request, f"{count} изменились, пока страница была открыта. Проверьте их ещё раз.")


def seen_in(request: HttpRequest, filters: FilterForm) -> list[Seen]:
    """The readings of the post as the curator saw them: «id@time», or all found that were sent by then."""
    if "everything" not in request.POST:
        return [token(text) for text in request.POST.getlist("reading")]
    if not filters.is_valid():
        raise Http404
    until = moment(request.POST.get("seen_until", ""))
    waiting = filters.readings().filter(acceptance=Acceptance.PENDING, sent_at__lte=until)
    return [Seen(pk, sent_at) for pk, sent_at in waiting.values_list("pk", "sent_at")]


def token(text: str) -> Seen:
    """One reading of the post; a forged one is 404."""
    pk, _, sent_at = text.partition("@")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        raise Http404
    return Seen(int(pk), moment(sent_at))


def moment(text: str) -> dt.datetime:
    """A time as ``isoformat`` writes it; a forged one is 404."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or timezone.is_naive(found):
        raise Http404
    return found
