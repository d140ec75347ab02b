"""The main page: what to do now, and a board of widgets, each loaded by itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cabinet.accounts.models import User
from cabinet.common import periods
from cabinet.common.access import by_script, signed_in
from cabinet.common.todo import TodoItem
from cabinet.contracts.todo import access_requests_todo
from cabinet.readings.todo import readings_todo
from portal import board

DAYS = ("Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье")


@dataclass(frozen=True)
class Link:
    """A link in a widget's heading; ``window`` opens it in the dialog."""

    label: str
    name: str
    window: bool = False

    @property
    def url(self) -> str:
        """Where it leads."""
        return reverse(self.name)


@dataclass(frozen=True)
class Widget:
    """A widget of the main page: its heading leads to ``page``, its inside comes from ``body`` (URL names)."""

    code: str
    title: str
    page: str
    body: str
    icon: str
    links: tuple[Link, ...] = ()
    span: int = 6
    waiting: str = ""
    """The template that keeps the room of what is on its way, so that nothing moves when it comes."""
    stale_after: str = ""
    """The event of the page after which the inside is fetched anew."""
    folded: bool = False
    first: bool = False
    last: bool = False

    @property
    def url(self) -> str:
        """The page the heading leads to."""
        return reverse(self.page)

    @property
    def body_url(self) -> str:
        """What fills the widget."""
        return reverse(self.body)

    @property
    def alone(self) -> bool:
        """Whether it is the only one on the screen: nothing to move it past."""
        return self.first and self.last

    @property
    def action_url(self) -> str:
        """Where the widget's buttons are sent."""
        return reverse("home-widget", args=[self.code])


# a widget appears in the commit that brings its feature
WIDGETS: list[Widget] = [
    Widget(
        "contracts",
        "Договоры",
        page="contracts",
        body="contracts-widget",
        icon="file-text",
        links=(Link("Привязать договор", "contract-bind", window=True),),
        waiting="contracts/widget/_waiting.html",
        stale_after="contractsChanged",
    ),
]

# «Что сделать сейчас»: each feature's function from a user to its items (title, detail, url, action)
TO_DO: list[Callable[[User], list[TodoItem]]] = [access_requests_todo, readings_todo]


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The main page."""
    today = timezone.localdate()
    day = f"{DAYS[today.weekday()]}, {today.day} {periods.MONTHS_GENITIVE[today.month - 1]} {today.year}"
    context = {"greeting": greeting(timezone.localtime().hour), "day": day} | _todo(request.user) | _board(request.user)
    return render(request, "portal/home/page.html", context)


def greeting(hour: int) -> str:
    """How one greets at this hour."""
    if 5 <= hour < 12:
        return "Доброе утро"
    if 12 <= hour < 18:
        return "Добрый день"
    return "Добрый вечер" if 18 <= hour < 23 else "Доброй ночи"


@signed_in
@by_script
def todo(request: HttpRequest) -> HttpResponse:
    """«Что сделать сейчас» by itself, after something on the page changed it."""
    return render(request, "portal/home/_todo.html", _todo(request.user))


def _todo(user: User) -> dict:
    return {"todo": [item for items in TO_DO for item in items(user)]}


def _board(user: User) -> dict:
    """The widgets as this person arranged them."""
    widgets = {widget.code: widget for widget in WIDGETS}
    layout = board.clean(user.home_layout)
    names = board.shown(layout, list(widgets))
    return {
        "widgets": [
            replace(widgets[name], folded=name in layout["folded"], first=name == names[0], last=name == names[-1])
            for name in names
        ],
        "removed": [widget for widget in WIDGETS if widget.code in layout["removed"]],
    }


@require_POST
@signed_in
def act_on_widget(request: HttpRequest, code: str) -> HttpResponse:
    """«Скрыть», «Раскрыть», «Убрать с экрана» and the two ways of moving a widget."""
    known = [widget.code for widget in WIDGETS]
    action = request.POST.get("action", "")
    if code not in known:
        raise Http404
    if action not in board.ACTIONS:
        return HttpResponseBadRequest("Неизвестное действие с виджетом.")
    change_layout(request.user, lambda layout: board.after(layout, code, action, known))
    return render(request, "portal/home/_board.html", _board(request.user)) if request.htmx else redirect("home")


@require_POST
@signed_in
def order_widgets(request: HttpRequest) -> HttpResponse:
    """The order after a widget was dragged."""
    known = [widget.code for widget in WIDGETS]
    names = request.POST.getlist("order")
    change_layout(request.user, lambda layout: board.reordered(layout, names, known))
    return HttpResponse(status=204)


@transaction.atomic
def change_layout(user: User, change: Callable[[Any], dict]) -> None:
    """Keeps the changed layout; the row is locked, so that two devices never undo one another."""
    kept = User.objects.select_for_update().only("home_layout").get(pk=user.pk)
    user.home_layout = change(kept.home_layout)
    user.save(update_fields=["home_layout"])
