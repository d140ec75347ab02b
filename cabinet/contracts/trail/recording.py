"""The trail of what was done with clients' data: one entry an action, with its contract and door.

Wagtail writes the entries of its own forms (create, edit, delete) by itself; actions of ours call
``record``. What a row of the tenant belongs to is said once, by ``tracked``.
"""

import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.log_actions import registry
from wagtail.models.audit_log import BaseLogEntry, BaseLogEntryManager, LogEntryQuerySet

from cabinet.contracts.doors import Door

if TYPE_CHECKING:
    from cabinet.contracts.models import Contract, Department


class Owner(NamedTuple):
    """Whose row it is: of a contract, of a department alone, or of several contracts that share it."""

    contract: "Contract | None" = None
    department: "Department | None" = None
    shared_by: Iterable["Contract"] = ()


_owners: dict[type[models.Model], Callable[[Any], Owner]] = {}
_feminine: set[type[models.Model]] = set()
# what Wagtail's own forms do: the participle, without its ending
DONE = {"wagtail.create": "Добавлен", "wagtail.edit": "Изменён", "wagtail.delete": "Удалён"}


def tracked(model: type[models.Model], owner: Callable[[Any], Owner], *, feminine: bool = False) -> None:
    """Keep the trail of a model in ContractLogEntry; ``owner`` tells whose an instance is.

    ``feminine``: the gender of the model's name, for the trail's words.
    """
    _owners[model] = owner
    if feminine:
        _feminine.add(model)
    registry.register_model(model, ContractLogEntry)


def owner_of(instance: models.Model) -> Owner:
    """Whose the instance is."""
    registry.scan_for_actions()
    return _owners[type(instance)](instance)


class ContractLogEntryManager(BaseLogEntryManager):
    """Finds whose the instance is, and shows each member of staff the trail of his departments."""

    def log_action(self, instance: models.Model, action: str, **kwargs: Any) -> "ContractLogEntry":
        """Write one entry; called by Wagtail's own forms and by ``record``."""
        sharing: Iterable[Contract] = ()
        if "contract" not in kwargs:
            contract, department, sharing = owner_of(instance)
            kwargs |= {"contract": contract} | _department_of(contract, department)
        entry = super().log_action(instance, action, object_id=str(instance.pk), **kwargs)
        self._copy_for(sharing, entry)
        return entry

    def _copy_for(self, contracts: Iterable["Contract"], entry: "ContractLogEntry") -> None:
        """The same entry in the trail of each contract, so that a trail is one index alone.

        Without the ``uuid`` by which Wagtail shows one entry of a press.
        """
        fields = {each.attname: getattr(entry, each.attname) for each in entry._meta.concrete_fields}
        copies = []
        for contract in contracts:
            own = {"id": None, "uuid": None, "contract_id": contract.pk, "department_id": contract.department_id}
            copies.append(self.model(**(fields | own)))
        self.bulk_create(copies, batch_size=500)

    def for_instance(self, instance: models.Model) -> LogEntryQuerySet:
        """What was done with the instance; with a contract, all that was done within it."""
        own = Q(content_type__model=instance._meta.model_name, content_type__app_label=instance._meta.app_label)
        found = own & Q(object_id=str(instance.pk))
        if instance._meta.label == "contracts.Organisation":
            found &= Q(contract=None)  # its contracts have copies
        if instance._meta.label == "contracts.Contract":
            found |= Q(contract=instance)
        return self.get_queryset().filter(found)

    def viewable_by_user(self, user: Any) -> LogEntryQuerySet:
        """Entries of the departments the user works for (the site-history report reads them)."""
        from cabinet.contracts.models import Organisation
        from cabinet.contracts.staff import departments_for, sees_all_departments

        copies = Q(content_type=_organisations(), contract__isnull=False)
        entries = self.get_queryset().exclude(copies)
        if sees_all_departments(user):
            return entries
        mine = departments_for(user)
        served = Organisation.objects.filter(contracts__department__in=mine).annotate(
            key=Cast("pk", models.CharField())
        )
        shared = Q(content_type=_organisations(), object_id__in=served.values("key"))
        return entries.filter(Q(contract__department__in=mine) | Q(contract=None, department__in=mine) | shared)


class ContractLogEntry(BaseLogEntry):
    """An entry of the trail. The department stays when the contract is deleted."""

    object_id = models.CharField("номер записи", max_length=255, db_index=True)
    contract = models.ForeignKey(
        "contracts.Contract",
        models.SET_NULL,
        verbose_name="договор",
        related_name="log_entries",
        null=True,
        blank=True,
    )
    department = models.ForeignKey(
        "contracts.Department", models.SET_NULL, verbose_name="отделение", related_name="+", null=True, blank=True
    )
    door = models.CharField("откуда", max_length=10, choices=Door, default=Door.OFFICE)

    objects = ContractLogEntryManager()

    class Meta(BaseLogEntry.Meta):
        verbose_name = "запись журнала"
        verbose_name_plural = "журнал действий"
        ordering = ["-timestamp", "-pk"]
        indexes = [
            *BaseLogEntry.Meta.indexes,
            models.Index(fields=["contract", "-timestamp", "-id"], name="trail_of_contract"),
        ]

    def __str__(self) -> str:
        return f"{self.timestamp:%d.%m.%Y %H:%M} {self.action}: {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Checks the action's name alone: Wagtail's full validation would ask the database for every key."""
        self.clean()
        models.Model.save(self, *args, **kwargs)

    @property
    def message(self) -> str:
        """What was done, and with what: the back office shows the entries of many contracts side by side."""
        about = "" if self.action in DONE else f" — {self.object_verbose_name}: {self.label}"
        return self.words + about

    @property
    def words(self) -> str:
        """What was done, in the words of a contract's trail: «Изменён прибор учёта: 40018844 (поверка)»."""
        if self.action not in DONE:
            return registry.get_formatter(self).format_message(self)
        model = ContentType.objects.get_for_id(self.content_type_id).model_class()
        name = model._meta.verbose_name if model else ""
        done = DONE[self.action].replace("ён", "ен") + "а" if model in _feminine else DONE[self.action]
        changed = "; ".join(self.data.get("changed", ()))
        said = f"{done} {name}: {self.label}".replace(f"{name}: {name.capitalize()}", name)
        return f"{said} ({changed})" if changed else said


def record(
    *,
    action: str,
    actor: Any,
    door: Door,
    contract: "Contract | None" = None,
    department: "Department | None" = None,
    instance: models.Model | None = None,
    data: dict[str, Any] | None = None,
) -> ContractLogEntry:
    """One entry for one action of ours, in the caller's transaction; the action's name must be registered.

    ``instance`` is what the entry is about when it is not the contract itself.
    """
    registry.scan_for_actions()
    return ContractLogEntry.objects.log_action(
        instance if instance is not None else contract,
        action,
        user=actor,
        contract=contract,
        door=door,
        data=data,
        **_department_of(contract, department),
    )


class Entry(NamedTuple):
    """What one press did with one contract: ``instance`` is what it is about."""

    contract: "Contract"
    instance: models.Model
    data: dict[str, Any]


def record_each(*, action: str, actor: Any, door: Door, entries: Iterable[Entry]) -> None:
    """``record`` for many contracts at once, in few statements; one ``uuid`` tells that it was one press."""
    registry.scan_for_actions()
    common = {"action": action, "user": actor, "door": door, "timestamp": timezone.now(), "uuid": uuid.uuid4()}
    rows = [
        ContractLogEntry(
            content_type=ContentType.objects.get_for_model(entry.instance),
            object_id=str(entry.instance.pk),
            label=str(entry.instance),
            data=entry.data,
            contract=entry.contract,
            department_id=entry.contract.department_id,
            **common,
        )
        for entry in entries
    ]
    for row in rows[:1]:
        row.clean()  # the action's name is registered
    ContractLogEntry.objects.bulk_create(rows)


def _organisations() -> ContentType:
    """What entries of organisations are about."""
    return ContentType.objects.get_by_natural_key("contracts", "organisation")


def _department_of(contract: "Contract | None", department: "Department | None") -> dict[str, Any]:
    """The department to write down; a contract's is not fetched for it."""
    return {"department_id": contract.department_id} if contract else {"department": department}
