"""Registers the readings' part of the back office."""

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry

from cabinet.common.digits import plural
from cabinet.readings import back_office


@hooks.register("register_admin_urls")
def pages() -> list[URLPattern]:
    """Accepting readings."""
    return [
        path("readings/", back_office.acceptance, name="acceptance"),
        path("readings/<int:pk>/", back_office.acceptance_reading, name="acceptance_reading"),
    ]


class CountedFormatter(LogFormatter):
    """A message with the count of readings."""

    def format_message(self, log_entry: BaseLogEntry) -> str:
        """«Показания приняты в расчет (3 показания)»."""
        count = log_entry.data.get("count", 0)
        return f"{self.message} ({plural(count, 'показание', 'показания', 'показаний')})"

    def format_comment(self, log_entry: BaseLogEntry) -> str:
        """The reason of a rejection."""
        return log_entry.data.get("reason", "")


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    """What the trail can say of readings."""
    for name, label, message in (
        ("send", "Передача показаний", "Показания переданы в расчет"),
        ("upload", "Загрузка показаний из Excel", "Введены показания из файла Excel"),
        ("opening", "Показания на начало периода", "Внесены показания на начало периода"),
        ("lock", "Передача ведомости на подпись", "Ведомость передана на подпись, показания закрыты"),
        ("accept", "Приём показаний", "Показания приняты в расчет"),
        ("reject", "Отказ в приёме показаний", "Показания не приняты в расчет"),
    ):
        formatter = type("Formatter", (CountedFormatter,), {"label": label, "message": message})
        actions.register_action(f"readings.{name}")(formatter)
