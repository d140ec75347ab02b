"""The back office as a whole: its look, its start page, its menu in the order of the work."""

from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.model import ModelViewSet

from cabinet.billing.wagtail_hooks import VIEWSETS as BILLING
from cabinet.contracts.wagtail_hooks import VIEWSETS as CONTRACTS
from cabinet.metering.wagtail_hooks import VIEWSETS as METERING
from cabinet.readings.acceptance import PERMISSION as ACCEPTS_READINGS
from cabinet.readings.act.template import PERMISSION as CHANGES_ACT
from cabinet.readings.wagtail_hooks import VIEWSETS as READINGS
from imports.permissions import kinds_for
from portal import office_home, seeing


@hooks.register("insert_global_admin_css")
def look() -> SafeString:
    """The portal's accent colour."""
    return format_html('<link rel="stylesheet" href="{}">', static("portal/admin/admin.css"))


class PermittedItem(MenuItem):
    """A line of the menu for those who have a permission."""

    def __init__(self, *args: Any, permission: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the person has the permission."""
        return request.user.has_perm(self.permission)


def lines(*names: str) -> Menu:
    """A submenu of viewsets, by their names, in this order."""
    viewsets: dict[str, ModelViewSet] = {
        viewset.name: viewset for viewset in [*CONTRACTS, *METERING, *READINGS, *BILLING]
    }
    return Menu(items=[viewsets[name].get_menu_item(order=order) for order, name in enumerate(names)])


def people() -> Menu:
    """Departments, users, and what they tried."""
    user = get_user_model()._meta
    users = PermittedItem(
        "Пользователи",
        reverse("wagtailusers_users:index"),
        icon_name="user",
        order=1,
        permission=f"{user.app_label}.change_{user.model_name}",
    )
    menu = lines("department", "bindingattempt")
    menu.initial_menu_items.append(users)
    return menu


@hooks.register("register_admin_menu_item")
def readings() -> MenuItem:
    """What a curator does every month."""
    menu = Menu(
        items=[
            PermittedItem(
                "Приём показаний", reverse("acceptance"), icon_name="tasks", order=1, permission=ACCEPTS_READINGS
            ),
            PermittedItem(
                "Ход приёма",
                reverse("acceptance_progress"),
                icon_name="view",
                order=2,
                permission=ACCEPTS_READINGS,
            ),
        ]
    )
    return SubmenuMenuItem("Показания", menu, icon_name="tasks", order=10)


@hooks.register("register_admin_menu_item")
def clients() -> MenuItem:
    """Who buys electricity."""
    menu = lines("organisation", "contract", "facility", "contractaccess")
    requests = PermittedItem(
        "Запросы доступа",
        reverse("access_requests"),
        icon_name="key",
        order=4,
        permission="contracts.view_accessrequest",
    )
    menu.initial_menu_items.append(requests)
    return SubmenuMenuItem("Клиенты", menu, icon_name="home", order=20)


@hooks.register("register_admin_menu_item")
def metering() -> MenuItem:
    """What is metered."""
    return SubmenuMenuItem("Учёт", lines("meteringpoint", "meter", "acceptedconsumption"), icon_name="order", order=30)


@hooks.register("register_admin_menu_item")
def billing() -> MenuItem:
    """What is paid and issued by contracts."""
    return SubmenuMenuItem(
        "Расчёты", lines("payment", "supplierdocument", "violationact"), icon_name="doc-full", order=35
    )


class LoadsItem(MenuItem):
    """A line of the menu for those who may load anything."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether there is anything that the person may load."""
        return bool(kinds_for(request.user))


@hooks.register("register_admin_menu_item")
def loads() -> MenuItem:
    """The supplier's data from Excel."""
    return LoadsItem("Загрузки", reverse("loads"), icon_name="upload", order=37)


@hooks.register("register_admin_menu_item")
def windows() -> MenuItem:
    """When readings are taken."""
    return (
        lines("receptionwindow")
        .initial_menu_items[0]
        .__class__("Окна приёма", reverse("receptionwindow:index"), icon_name="calendar-alt", order=40)
    )


@hooks.register("register_admin_menu_item")
def staff() -> MenuItem:
    """Who works here."""
    return SubmenuMenuItem("Сотрудники", people(), icon_name="group", order=60)


@hooks.register("register_admin_menu_item")
def trail() -> MenuItem:
    """What was done, within the person's departments."""
    return PermittedItem(
        "Журнал действий",
        reverse("wagtailadmin_reports:site_history"),
        icon_name="history",
        order=70,
        permission="contracts.view_contract",
    )


@hooks.register("register_settings_menu_item")
def act_template() -> MenuItem:
    """How the act looks in Word."""
    return PermittedItem(
        "Шаблон ведомости (Word)", reverse("act_template"), icon_name="doc-full", order=10, permission=CHANGES_ACT
    )


@hooks.register("register_admin_urls")
def seeing_addresses() -> list[URLPattern]:
    """Looking at the cabinet as a client."""
    return [
        path("seeing/<int:pk>/", seeing.begin, name="seeing_begin"),
        path("seeing/end/", seeing.end, name="seeing_end"),
    ]


@hooks.register("construct_homepage_panels")
def start_page(request: HttpRequest, panels: list[Component]) -> None:
    """What waits for this person; of Wagtail's panels the pages he edited last."""
    panels[:] = office_home.panels_for(request) + [one for one in panels if one.name == "recent_edits"]


@hooks.register("construct_main_menu")
def without_wagtails_own(request: HttpRequest, items: list[MenuItem]) -> None:
    """Wagtail's help leads to third-party sites, its reports are replaced by the trail."""
    items[:] = [item for item in items if item.name not in ("help", "reports")]


@hooks.register("construct_settings_menu")
def without_groups(request: HttpRequest, items: list[MenuItem]) -> None:
    """The three groups and their rights come with the portal: a person is put into one on his own page."""
    items[:] = [item for item in items if item.name != "groups"]
