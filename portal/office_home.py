"""The start page of the back office: what waits for this person."""

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from cabinet.contracts.back_office import reachable
from cabinet.contracts.models import AccessRequest, BindingAttempt, Contract, Department, ReceptionWindow
from cabinet.contracts.staff import departments_for
from cabinet.readings.acceptance import PERMISSION, sent_readings
from cabinet.readings.statuses import Acceptance
from cms_pages.texts.models import Text
from imports.models import Load
from imports.permissions import kinds_for


class Waiting(Component):
    """A list of lines: what, how many, where to go."""

    template_name = "portal/back_office/waiting.html"
    heading = ""
    order = 10

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def lines(self) -> list[dict[str, Any]]:
        """Label, count and address of each line."""
        raise NotImplementedError

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """The lines under their heading."""
        return {"heading": self.heading, "lines": self.lines()}


class ReadingsWaiting(Waiting):
    """Readings that wait to be accepted, by department."""

    heading = "Ждут решения"

    def lines(self) -> list[dict[str, Any]]:
        """A line for each department of the person."""
        department = "register__meter__point__facility__contract__department"
        waiting = sent_readings(self.request.user).filter(acceptance=Acceptance.PENDING)
        counts = dict(waiting.values_list(department).annotate(count=Count("pk")).order_by())
        return [
            {
                "label": f"Показания: {one.name}",
                "count": counts.get(one.pk, 0),
                "url": f"{reverse('acceptance')}?status=pending&department={one.pk}",
            }
            for one in departments_for(self.request.user)
        ]


class RequestsWaiting(Waiting):
    """Requests for access to contracts of the person's departments."""

    heading = "Запросы доступа"
    order = 15

    def lines(self) -> list[dict[str, Any]]:
        """Those that wait for a curator, and all with those that the contracts' administrators decide first."""
        mine = reachable(self.request.user, AccessRequest)
        url = reverse("access_requests")
        return [
            {"label": "Ждут куратора", "count": mine.open_to_curators().count(), "url": f"{url}?state=open"},
            {"label": "Всего ждут решения", "count": mine.waiting().count(), "url": f"{url}?state=waiting"},
        ]


class Windows(Component):
    """The reception windows that hold now, or that the departments lack."""

    template_name = "portal/back_office/windows.html"
    order = 20

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Each department with its open or next window (its own, else the common one)."""
        upcoming = ReceptionWindow.objects.filter(closes_at__gte=timezone.now()).order_by("opens_at")
        windows = list(upcoming)
        rows = []
        for department in departments_for(self.request.user):
            own = [one for one in windows if one.department_id == department.pk]
            common = [one for one in windows if one.department_id is None]
            rows.append({"department": department, "window": next(iter(own or common), None)})
        return {"rows": rows, "now": timezone.now()}


class ContractsWaiting(Waiting):
    """Contracts that lack something, and for administrators the doubtful attempts of the last day."""

    heading = "Договоры"
    order = 30

    def lines(self) -> list[dict[str, Any]]:
        """Counts over the person's departments."""
        user = self.request.user
        mine = Contract.objects.filter(department__in=departments_for(user))
        lines = [
            {"label": "Всего договоров", "count": mine.count(), "url": reverse("contract:index")},
            {
                "label": "Без куратора",
                "count": mine.filter(curator=None).count(),
                "url": reverse("contract:index"),
            },
        ]
        if user.has_perm("contracts.view_bindingattempt"):
            since = timezone.now() - dt.timedelta(days=1)
            refused = BindingAttempt.objects.filter(at__gte=since).exclude(outcome=BindingAttempt.Outcome.BOUND)
            lines.append(
                {
                    "label": "Неудачные попытки привязки за сутки",
                    "count": refused.count(),
                    "url": reverse("bindingattempt:index"),
                }
            )
            lines.append(
                {
                    "label": "Отделения без кураторов",
                    "count": Department.objects.filter(~Q(Exists(_curators()))).count(),
                    "url": reverse("department:index"),
                }
            )
        return lines


def _curators() -> Any:
    return Department.curators.through.objects.filter(department=OuterRef("pk"))


class LoadsWaiting(Waiting):
    """The person's loads that want something of him."""

    heading = "Загрузки"
    order = 25

    def lines(self) -> list[dict[str, Any]]:
        """Those that wait for his confirmation, and those that failed."""
        mine = Load.objects.for_user(self.request.user)
        url = reverse("loads")
        return [
            {"label": "Ждут подтверждения", "count": mine.waiting().count(), "url": f"{url}?state=waiting"},
            {"label": "С ошибками", "count": mine.wrong().count(), "url": f"{url}?state=wrong"},
            {"label": "Не выполнены", "count": mine.failed().count(), "url": f"{url}?state=failed"},
        ]


class TextsWaiting(Waiting):
    """Texts that nobody has written yet."""

    heading = "Тексты"
    order = 40

    def lines(self) -> list[dict[str, Any]]:
        """How many there are, and how many are empty."""
        url = reverse("text:index")
        return [
            {"label": "Всего текстов", "count": Text.objects.count(), "url": url},
            {"label": "Пустые", "count": Text.objects.filter(body="").count(), "url": url},
        ]


def panels_for(request: HttpRequest) -> list[Component]:
    """The panels of this person's work."""
    user = request.user
    panels: list[Component] = []
    if user.has_perm(PERMISSION):
        panels.append(ReadingsWaiting(request))
    if user.has_perm("contracts.view_accessrequest"):
        panels.append(RequestsWaiting(request))
    if user.has_perm("contracts.view_receptionwindow"):
        panels.append(Windows(request))
    if kinds_for(user):
        panels.append(LoadsWaiting(request))
    if user.has_perm("contracts.view_contract"):
        panels.append(ContractsWaiting(request))
    if user.has_perm("texts.change_text"):
        panels.append(TextsWaiting(request))
    return panels
