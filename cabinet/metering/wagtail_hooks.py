"""Registers the metering part of the back office."""

from django.db.models import Q
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry

from cabinet.contracts.trail.reading import kind
from cabinet.contracts.trail.recording import Owner, tracked
from cabinet.metering.back_office import VIEWSETS
from cabinet.metering.models import Meter, MeteringPoint


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    """Every viewset and its chooser."""
    return [each for viewset in VIEWSETS for each in viewset.all_viewsets()]


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    """Whose the rows of this app are, and what kind their entries are."""
    tracked(MeteringPoint, lambda one: Owner(contract=one.facility.contract), feminine=True)
    tracked(Meter, lambda one: Owner(contract=one.point.facility.contract))
    kind("metering", "Точки и приборы учёта", Q(content_type__app_label="metering"))
