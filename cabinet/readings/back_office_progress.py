"""«Ход приёма»: the month by department as a chart, and whom to call for what nobody sent."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cabinet.common import periods, tables
from cabinet.contracts.back_office import office_page
from cabinet.contracts.models import Department
from cabinet.contracts.staff import departments_for
from cabinet.readings.acceptance import PERMISSION
from cabinet.readings.progress import name_people, not_all_sent, progress_of, sheet, shown_first

PAGE_SIZE = 50
MONTHS = 24


class MonthForm(forms.Form):
    """Which month, and which department."""

    period = forms.TypedChoiceField(label="Период", coerce=periods.parse, required=False)
    department = forms.ModelChoiceField(Department.objects.none(), label="Отделение", required=False, empty_label="Все")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.departments = departments_for(user)
        self.fields["department"].queryset = self.departments
        first = max(shown_first(user), periods.this_period())
        months = [periods.shift(first, -back) for back in range(MONTHS)]
        self.fields["period"].choices = [(periods.code(each), periods.label(each)) for each in months]


@require_safe
@office_page(PERMISSION)
def progress(request: HttpRequest) -> HttpResponse:
    """The chart and the list to call."""
    form, chosen, period = _asked(request)
    contracts = not_all_sent(chosen, period)
    page = Paginator(contracts, PAGE_SIZE).get_page(request.GET.get("p"))
    name_people(page.object_list)
    context = {"form": form, "period": period, "progress": progress_of(chosen, period), "page": page}
    return render(request, "readings/back_office/progress.html", context, status=200 if form.is_valid() else 422)


@require_safe
@office_page(PERMISSION)
def progress_file(request: HttpRequest) -> HttpResponse:
    """The list to call as a workbook."""
    _, chosen, period = _asked(request)
    name = f"Не передали показания, {periods.label(period)}"
    return tables.table_response(name, sheet(not_all_sent(chosen, period), period))


def _asked(request: HttpRequest) -> tuple[MonthForm, list[Department], Any]:
    first = shown_first(request.user)
    form = MonthForm(request.GET if "period" in request.GET else {"period": periods.code(first)}, user=request.user)
    if not form.is_valid():
        return form, [], first
    one = form.cleaned_data["department"]
    return form, [one] if one else list(form.departments), form.cleaned_data["period"] or first
