"""What a form of the back office changed, for the trail: which fields, with their values before and after."""

from typing import Any

from django.db import models, transaction
from django.utils.formats import localize
from wagtail.actions.edit import EditAction
from wagtail.log_actions import log

from cabinet.contracts.trail.recording import owner_of

LONGEST = 60


class TrackedEdit(EditAction):
    """Wagtail's saving of a form; its entry says what changed, and nothing is written where nothing did.

    A row that went from one contract to another stands in both trails, without values: what it is
    now concerns only its new owner.
    """

    def execute(self, skip_permission_checks: bool = False) -> Any:
        """Saves, and writes the entry in the same transaction."""
        action, self.log_action = self.log_action, None
        before = type(self.instance)._base_manager.get(pk=self.instance.pk)
        was = owner_of(before)
        with transaction.atomic():
            saved = super().execute(skip_permission_checks=skip_permission_checks)
            if action and self.content_changed:
                self._log(action, before, was.contract)
        return saved

    def _log(self, action: str, before: models.Model, was: Any) -> None:
        moved = was is not None and was != owner_of(self.instance).contract
        said = {"user": self.user, "content_changed": True, "data": {"changed": changes(self.form, before, not moved)}}
        log(self.instance, action, **said)
        if moved:
            left = {"contract": was, "department_id": was.department_id}
            log(self.instance, action, title=str(before), **said, **left)


def changes(form: Any, before: models.Model, with_values: bool = True) -> list[str]:
    """«ценовая категория: 1 → 3», «приборы» … of a form and the rows edited in place."""
    said = [_change(name, form, before, with_values) for name in form.changed_data]
    rows = [formset for formset in getattr(form, "formsets_in_place", {}).values() if formset.has_changed()]
    return said + [str(formset.model._meta.verbose_name_plural) for formset in rows]


def _change(name: str, form: Any, before: models.Model, with_values: bool) -> str:
    field = next((each for each in before._meta.get_fields() if each.name == name and each.concrete), None)
    label = str(field.verbose_name if field else form.fields[name].label)
    if not with_values or field is None or field.is_relation or isinstance(field, models.EmailField):
        return label  # an organisation's address is what contracts are bound by
    return f"{label}: {_shown(before, field)} → {_shown(form.instance, field)}"


def _shown(instance: models.Model, field: models.Field) -> str:
    value = getattr(instance, field.attname)
    if value in (None, ""):
        return "—"
    if field.choices:
        return str(getattr(instance, f"get_{field.name}_display")())
    return str(localize(value))[:LONGEST]
