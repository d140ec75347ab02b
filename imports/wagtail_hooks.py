"""Registers the loads' part of the back office."""

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry

from cabinet.common.digits import plural
from cabinet.contracts.trail.reading import actions_of, kind
from imports.actions.applying import APPLIED, TAKEN_BACK
from imports.back_office import pages


class LoadFormatter(LogFormatter):
    """What was loaded, and how many rows of it concern the contract."""

    def format_message(self, log_entry: BaseLogEntry) -> str:
        """«Загружены данные из файла: платежи, 7 строк»."""
        data = log_entry.data
        rows = plural(data.get("count", 0), "строка", "строки", "строк")
        return f"{self.message}: {str(data.get('kind', '')).lower()}, {rows}"


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """The pages of the loads."""
    return [
        path("loads/", pages.history, name="loads"),
        path("loads/new/", pages.upload, name="load_new"),
        path("loads/templates/<slug:kind>/", pages.template, name="load_template"),
        path("loads/<int:pk>/", pages.load_page, name="load"),
        path("loads/<int:pk>/state/", pages.state, name="load_state"),
        path("loads/<int:pk>/errors/", pages.errors, name="load_errors"),
    ]


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    """What the trail can say of loads."""
    for name, label, message in (
        (APPLIED, "Загрузка данных поставщика", "Загружены данные из файла"),
        (TAKEN_BACK, "Отмена загрузки", "Отменена загрузка данных из файла"),
    ):
        actions.register_action(name)(type("Formatter", (LoadFormatter,), {"label": label, "message": message}))
    kind("imports", "Данные поставщика из файла", actions_of("imports"))
