"""Reception windows in the back office: one by one, or a whole year."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from cabinet.common import periods
from cabinet.common.errors import DomainError
from cabinet.contracts.back_office.forms import DepartmentFilterSet, DepartmentForm
from cabinet.contracts.back_office.shell import office_page
from cabinet.contracts.back_office.viewset import DepartmentViewSet
from cabinet.contracts.models import Department, ReceptionWindow
from cabinet.contracts.reception import fill_year
from cabinet.contracts.staff import departments_for, sees_all_departments


class WindowForm(DepartmentForm):
    """The period is chosen as a month; a curator's window is always of one of his departments."""

    period = forms.TypedChoiceField(label="Расчётный период", coerce=periods.parse, empty_value=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this = periods.this_period()
        months = {periods.shift(this, number) for number in range(-2, 15)}
        if self.instance.period:
            months.add(self.instance.period)
            self.initial["period"] = periods.code(self.instance.period)
        else:
            self.initial.setdefault("period", periods.code(this))
        self.fields["period"].choices = [(periods.code(month), periods.label(month)) for month in sorted(months)]
        department = self.fields["department"]
        if not sees_all_departments(self.for_user):
            department.required, department.help_text = True, ""
            self._preselect()

    def clean(self) -> dict[str, Any]:
        """The window closes after it opens, and is the only one of its department and period."""
        data = super().clean()
        others = ReceptionWindow.objects.exclude(pk=self.instance.pk).filter(kind=self.instance.kind)
        if "department" in data and others.filter(department=data["department"], period=data.get("period")).exists():
            self.add_error("period", "Окно за этот период уже есть.")
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "Приём заканчивается позже, чем начинается.")
        return data


class WindowFilterSet(DepartmentFilterSet):
    """Windows by department."""

    class Meta:
        model = ReceptionWindow
        fields = ["department"]


class WindowIndexView(generic.IndexView):
    """The list, with the way to fill a year."""

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Wagtail's button and ours."""
        buttons = list(super().header_buttons)
        buttons.append(HeaderButton("Календарь года", url=reverse("windows_calendar"), icon_name="calendar"))
        if self.add_url:
            buttons.append(HeaderButton("Заполнить год", url=reverse("windows_year"), icon_name="calendar-alt"))
        return buttons

    @cached_property
    def columns(self) -> list[Column]:
        """The period leads to the window; Wagtail makes a link of a first column that is named by a field only."""
        period = self._get_title_column_class(TitleColumn)
        return [
            period(
                "period",
                label="Период",
                accessor=lambda one: periods.label(one.period),
                sort_key="period",
                get_url=self.get_edit_url,
            ),
            Column("department", label="Отделение", accessor=lambda one: one.department or "Все отделения"),
            Column("opens_at", label="Открытие", sort_key="opens_at"),
            Column("closes_at", label="Закрытие", sort_key="closes_at"),
        ]


class WindowViewSet(DepartmentViewSet):
    """Reception windows."""

    model = ReceptionWindow
    icon = "calendar-alt"
    index_view_class = WindowIndexView
    base_form_class = WindowForm
    joined = ("department",)
    list_export = ["period", "department", "opens_at", "closes_at"]
    filterset_class = WindowFilterSet
    panels = [
        FieldRowPanel([FieldPanel("department"), FieldPanel("period", heading="Расчётный период")]),
        FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
    ]


class YearForm(forms.Form):
    """Which windows to make."""

    department = forms.ModelChoiceField(Department.objects.none(), label="Отделение", required=False)
    year = forms.IntegerField(label="Год", min_value=2020, max_value=2100)
    first_day = forms.IntegerField(
        label="День открытия",
        min_value=1,
        max_value=28,
        initial=20,
        help_text="Число месяца расчётного периода, с 00:00.",
    )
    last_day = forms.IntegerField(
        label="День закрытия",
        min_value=1,
        max_value=31,
        initial=2,
        help_text="Включительно. Меньше дня открытия — число следующего месяца.",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        field.queryset = departments_for(user)
        field.required = not sees_all_departments(user)
        if field.required and len(field.queryset) == 1:
            field.initial = field.queryset[0]
        field.empty_label = "Все отделения, у которых нет своего окна" if not field.required else "—"
        self.fields["year"].initial = timezone.localdate().year


@office_page("contracts.add_receptionwindow")
def windows_year(request: HttpRequest) -> HttpResponse:
    """Makes the missing windows of a year."""
    form = YearForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = fill_year(actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, f"Создано окон: {made}. Существующие не изменены.")
            return redirect("receptionwindow:index")
    status = 422 if form.errors else 200
    return render(request, "contracts/back_office/windows_year.html", {"form": form}, status=status)


class CalendarForm(forms.Form):
    """Which year."""

    year = forms.IntegerField(label="Год", min_value=2020, max_value=2100)


@office_page("contracts.view_receptionwindow")
def windows_calendar(request: HttpRequest) -> HttpResponse:
    """The windows of a year: a row a department, a cell a month; the common window where there is no own one."""
    this = timezone.localdate().year
    form = CalendarForm(request.GET if "year" in request.GET else {"year": this})
    year = form.cleaned_data["year"] if form.is_valid() else this
    departments = list(departments_for(request.user))
    kinds = Q(department__in=departments) | Q(department=None)
    found = ReceptionWindow.objects.filter(kinds, period__year=year, kind=ReceptionWindow.Kind.READINGS)
    windows = {(one.department_id, one.period.month): one for one in found}
    rows = [(department, _months_of(windows, department.pk)) for department in departments]
    if sees_all_departments(request.user):
        rows.insert(0, ("Все отделения", _months_of(windows, None)))
    context = {"form": form, "year": year, "rows": rows, "months": [name[:3] for name in periods.MONTHS]}
    return render(
        request, "contracts/back_office/windows_calendar.html", context, status=200 if form.is_valid() else 422
    )


def _months_of(windows: dict[tuple[int | None, int], ReceptionWindow], department: int | None) -> list[dict[str, Any]]:
    """The cells of a row: the window that holds in the month, and whether it is the common one."""
    months = []
    for month in range(1, 13):
        own, common = windows.get((department, month)), windows.get((None, month))
        months.append({"window": own or common, "common": own is None and department is not None})
    return months
