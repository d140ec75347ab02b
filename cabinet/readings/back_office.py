"""Accepting readings: plain pages inside Wagtail's shell."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
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


class FilterForm(forms.Form):
    """Which readings to list."""

    status = forms.ChoiceField(label="Состояние", required=False, choices=[("", "Все"), *Acceptance.choices])
    period = forms.ChoiceField(label="Период", required=False)
    department = forms.ModelChoiceField(Department.objects.none(), label="Отделение", required=False, empty_label="Все")
    contract = forms.CharField(label="Номер договора", required=False, max_length=40)
    serial = forms.CharField(label="Номер прибора", required=False, max_length=40)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["department"].queryset = departments_for(user)
        months = sent_readings(user).order_by("-period").values_list("period", flat=True).distinct()
        self.fields["period"].choices = [("", "Все"), *((periods.code(each), periods.label(each)) for each in months)]

    def readings(self) -> QuerySet[Reading]:
        """The readings that match; all of them when a filter is not understood."""
        chosen = self.cleaned_data if self.is_valid() else {}
        lookups = {
            "acceptance": chosen.get("status"),
            "period": periods.parse(chosen.get("period") or ""),
            "register__meter__point__facility__contract__department": chosen.get("department"),
            "register__meter__point__facility__contract__number__icontains": chosen.get("contract"),
            "register__meter__serial__icontains": chosen.get("serial"),
        }
        return sent_readings(self.user).filter(**{lookup: value for lookup, value in lookups.items() if value})


def with_neighbours(readings: QuerySet[Reading]) -> QuerySet[Reading]:
    """Readings with what a curator judges them by: whose they are, and the previous counting value."""
    before = Reading.objects.counting().filter(register=OuterRef("register"), period__lt=OuterRef("period"))
    return readings.select_related("register__meter__point__facility__contract__organisation", "sent_by").annotate(
        previous=Subquery(before.order_by("-period").values("sent")[:1])
    )


@require_GET
@office_page(PERMISSION)
def acceptance(request: HttpRequest) -> HttpResponse:
    """The list of sent readings; those that wait unless another state is asked for."""
    query = request.GET if "status" in request.GET else {"status": Acceptance.PENDING, **request.GET.dict()}
    form = FilterForm(query, user=request.user)
    found = form.readings().order_by("-period", "sent_at", "pk")
    page = Paginator(with_neighbours(found), PAGE_SIZE).get_page(request.GET.get("p"))
    return render(request, "readings/back_office/list.html", list_context(request, form, page))


def list_context(request: HttpRequest, form: FilterForm, page: Page) -> dict[str, Any]:
    """What the list shows; ``seen_until`` keeps «all found» to what had been sent by now."""
    return {
        "form": form,
        "page": page,
        "waiting": form.readings().filter(acceptance=Acceptance.PENDING).count(),
        "seen_until": timezone.now().isoformat(),
        "max_reason": MAX_REASON,
        "next": request.get_full_path(),
    }


@require_GET
@office_page(PERMISSION)
def acceptance_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """One reading with its history."""
    reading = get_object_or_404(with_neighbours(sent_readings(request.user)), pk=pk)
    context = {
        "reading": reading,
        "events": reading.events.select_related("actor"),
        "max_reason": MAX_REASON,
        "next": request.get_full_path(),
    }
    return render(request, "readings/back_office/reading.html", context)


@require_POST
@office_page(PERMISSION)
def acceptance_decide(request: HttpRequest) -> HttpResponse:
    """Accepts or rejects the ticked readings, or all that were found, and goes back to where it was asked."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("acceptance")
    seen = seen_in(request)
    if not seen:
        messages.warning(request, "Отметьте показания.")
        return redirect(back)
    try:
        if request.POST.get("verdict") == "reject":
            decided = reject_readings(readings=seen, actor=request.user, reason=request.POST.get("reason", ""))
            say(request, decided, "Не принято в расчет")
        else:
            say(request, accept_readings(readings=seen, actor=request.user), "Принято в расчет")
    except UnknownReading as error:
        raise Http404 from error
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(back)


def say(request: HttpRequest, decided: Decided, done: str) -> None:
    """What became of the readings, in words."""
    if decided.done:
        messages.success(request, f"{done}: {plural(decided.done, 'показание', 'показания', 'показаний')}.")
    if decided.changed:
        count = plural(decided.changed, "показание", "показания", "показаний")
        messages.warning(request, f"{count} изменились, пока страница была открыта. Проверьте их ещё раз.")


def seen_in(request: HttpRequest) -> list[Seen]:
    """The readings of the post as the curator saw them: «id@time», or all found that were sent by then."""
    if request.POST.get("everything"):
        until = moment(request.POST.get("seen_until", ""))
        form = FilterForm(request.POST, user=request.user)
        waiting = form.readings().filter(acceptance=Acceptance.PENDING, sent_at__lte=until)
        return [Seen(pk, sent_at) for pk, sent_at in waiting.values_list("pk", "sent_at")]
    return [token(text) for text in request.POST.getlist("reading")]


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
