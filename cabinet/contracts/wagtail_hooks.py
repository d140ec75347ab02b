"""Registers the clients' part of the back office."""

from django.db.models import Q
from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry

from cabinet.contracts.actions.seeing import LOOKED_AT, SEEN
from cabinet.contracts.back_office import clients, requests, windows
from cabinet.contracts.models import (
    AccessRequest,
    Contract,
    ContractAccess,
    Department,
    Facility,
    Organisation,
    ReceptionWindow,
)
from cabinet.contracts.trail.reading import actions_of, kind
from cabinet.contracts.trail.recording import DONE, Owner, tracked
from cabinet.contracts.wording import about_person

ABOUT_PEOPLE = [
    ("contracts.access_grant", "Выдача доступа", "Выдан доступ"),
    ("contracts.invite", "Приглашение", "Отправлено приглашение"),
    ("contracts.invitation_accepted", "Принятие приглашения", "Приглашение принято, доступ выдан"),
    ("contracts.invite_again", "Приглашение заново", "Приглашение отправлено заново"),
    ("contracts.invitation_locked", "Исчерпаны попытки кода", "Приглашение перестало действовать: код введён неверно"),
    ("contracts.invitation_withdrawn", "Отзыв приглашения", "Приглашение отозвано"),
    ("contracts.access_changed", "Изменение доступа", "Доступ изменён"),
    ("contracts.access_removed", "Удаление доступа", "Доступ удалён"),
    (SEEN, "Просмотр кабинета", "Кабинет открыт сотрудником поставщика для просмотра"),
    ("contracts.account_off", "Отключение учётной записи", "Учётная запись отключена"),
    ("contracts.account_on", "Включение учётной записи", "Учётная запись включена"),
    ("contracts.hand_over", "Передача администрирования", "Передано администрирование договора"),
    ("contracts.unbind", "Отвязка договора", "Договор отвязан"),
    ("contracts.request", "Запрос доступа", "Запрошен доступ"),
    ("contracts.request_granted", "Выдача доступа по запросу", "Выдан доступ по запросу"),
    ("contracts.request_refused", "Отказ в доступе", "Отказано в доступе"),
    ("contracts.request_withdrawn", "Отзыв запроса доступа", "Запрос доступа отозван"),
]
VIEWSETS = [*clients.VIEWSETS, windows.WindowViewSet()]


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    """Every viewset and its chooser."""
    return [each for viewset in VIEWSETS for each in viewset.all_viewsets()]


@hooks.register("register_admin_urls")
def pages() -> list[URLPattern]:
    """Plain pages in the shell."""
    return [
        path("windows/year/", windows.windows_year, name="windows_year"),
        path("windows/calendar/", windows.windows_calendar, name="windows_calendar"),
        path("access-requests/", requests.requests, name="access_requests"),
        path("access-requests/<int:pk>/", requests.request_page, name="access_request"),
    ]


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    """What the trail can say, and whose each row is."""
    actions.register_action("contracts.bind", "Привязка договора", "Договор привязан")
    for name, label, message in ABOUT_PEOPLE:
        actions.register_action(name)(about_person(label, message))
    actions.register_action(LOOKED_AT, "Просмотр кабинета", "Кабинет клиента открыт для просмотра")
    actions.register_action("contracts.windows_year", "Окна приёма на год", "Созданы окна приёма на год")
    tracked(Contract, lambda one: Owner(contract=one))
    tracked(Facility, lambda one: Owner(contract=one.contract))
    tracked(ContractAccess, lambda one: Owner(contract=one.contract))
    tracked(AccessRequest, lambda one: Owner(contract=one.contract))
    tracked(Department, lambda one: Owner(department=one))
    tracked(ReceptionWindow, lambda one: Owner(department=one.department))
    tracked(Organisation, lambda one: Owner(shared_by=one.contracts.all()), feminine=True)
    _kinds()


def _kinds() -> None:
    """The kinds of entries: what concerns people's access, and the supplier's record of the client."""
    access = Q(content_type__app_label="contracts", content_type__model="contractaccess")
    record = Q(action__in=list(DONE), content_type__app_label="contracts")
    kind("access", "Доступ к договору", actions_of("contracts") | access)
    kind("record", "Организация, договор, объекты", record & ~access)
