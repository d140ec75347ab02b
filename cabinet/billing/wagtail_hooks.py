"""Registers the back office of a contract's money."""

from django.db.models import Q
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry

from cabinet.billing.back_office import VIEWSETS
from cabinet.billing.models import Payment, SupplierDocument, ViolationAct
from cabinet.contracts.trail.reading import kind
from cabinet.contracts.trail.recording import Owner, tracked


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    """Every viewset."""
    return [each for viewset in VIEWSETS for each in viewset.all_viewsets()]


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    """Whose the rows of this app are, and what kind their entries are."""
    for model in (Payment, SupplierDocument, ViolationAct):
        tracked(model, lambda one: Owner(contract=one.contract))
    kind("billing", "Платежи, документы и акты нарушений", Q(content_type__app_label="billing"))
