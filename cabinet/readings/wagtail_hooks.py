"""Registers the readings' part of the back office."""

from django.db.models import Q
from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry

from cabinet.common import periods
from cabinet.common.digits import plural
from cabinet.contracts.trail.reading import actions_of, kind
from cabinet.contracts.trail.recording import DONE, Owner, tracked
from cabinet.readings import back_office, back_office_consumption, back_office_progress, back_office_template
from cabinet.readings.models import AcceptedConsumption, ActTemplate

tracked(ActTemplate, lambda template: Owner())
tracked(AcceptedConsumption, lambda one: Owner(contract=one.register.meter.point.facility.contract))
VIEWSETS = back_office_consumption.VIEWSETS


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    """Every viewset and its chooser."""
    return [each for viewset in VIEWSETS for each in viewset.all_viewsets()]


@hooks.register("register_admin_urls")
def pages() -> list[URLPattern]:
    """Accepting readings, the act's Word template."""
    return [
        path("readings/", back_office.acceptance, name="acceptance"),
        path("readings/progress/", back_office_progress.progress, name="acceptance_progress"),
        path("readings/progress/file/", back_office_progress.progress_file, name="acceptance_progress_file"),
        path("readings/<int:pk>/", back_office.acceptance_reading, name="acceptance_reading"),
        path("act-template/", back_office_template.template, name="act_template"),
        path("act-template/file/", back_office_template.file, name="act_template_file"),
        path("act-template/sample/", back_office_template.sample, name="act_template_sample"),
        path("act-template/reset/", back_office_template.reset, name="act_template_reset"),
    ]


class ReadingsFormatter(LogFormatter):
    """A message with the periods and the count of readings."""

    def format_message(self, log_entry: BaseLogEntry) -> str:
        """«Показания приняты в расчет: ноябрь 2026, 3 показания»."""
        data = log_entry.data
        codes = data.get("periods", [data["period"]] if "period" in data else [])
        parts = [periods.label(period).lower() for period in map(periods.parse, codes) if period]
        if "count" in data:
            parts.append(plural(data["count"], "показание", "показания", "показаний"))
        return f"{self.message}: {', '.join(parts)}" if parts else self.message

    def format_comment(self, log_entry: BaseLogEntry) -> str:
        """The reason of a rejection."""
        return log_entry.data.get("reason", "")


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    """What the trail can say of readings."""
    for name, label, message in (
        ("typed", "Ввод показаний", "Введены, исправлены или подтверждены показания"),
        ("send", "Передача показаний", "Показания переданы в расчет"),
        ("upload", "Загрузка показаний из Excel", "Введены показания из файла Excel"),
        ("opening", "Показания на начало периода", "Внесены показания на начало периода"),
        ("lock", "Передача ведомости на подпись", "Ведомость передана на подпись, показания закрыты"),
        ("accept", "Приём показаний", "Показания приняты в расчет"),
        ("reject", "Отказ в приёме показаний", "Показания не приняты в расчет"),
    ):
        formatter = type("Formatter", (ReadingsFormatter,), {"label": label, "message": message})
        actions.register_action(f"readings.{name}")(formatter)
    actions.register_action("readings.template", "Шаблон ведомости", "Заменён шаблон ведомости (Word)")
    actions.register_action("readings.template_dropped", "Шаблон портала", "Возвращён шаблон ведомости портала")
    rows = Q(action__in=list(DONE), content_type__app_label="readings")
    kind("readings", "Показания", actions_of("readings") | rows)
