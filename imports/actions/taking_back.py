"""Taking a load back: what it made goes, what it changed is as before, while nothing has been built on it."""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

from django.db import models, transaction
from django.db.models import CASCADE, PROTECT, RESTRICT, ManyToOneRel
from django.utils import timezone

from cabinet.common import jobs
from cabinet.common.digits import plural
from cabinet.common.errors import DomainError
from cabinet.common.garbage import uncollected
from cabinet.common.jobs import JobState
from imports.actions.applying import TAKEN_BACK, batches, differs, note
from imports.actions.receiving import enqueue, queued
from imports.kinds import KINDS
from imports.models import Load, LoadedObject, LoadRow
from imports.permissions import may_load
from imports.resource import LoadResource
from imports.statuses import Outcome, Stage

NAMED = 3
"""Of the rows that stand in the way."""


def ask_back(*, user: Any, load: Load) -> None:
    """Have an applied load taken back. Raises DomainError for one that was not applied, is no more, or is worked on."""
    if not may_load(user, load.kind):
        raise DomainError("Отменить эту загрузку вы не можете: у вас нет прав на эти данные.")
    applied = Load.objects.for_user(user).filter(pk=load.pk, applied_at__isnull=False, taken_back_at=None)
    with transaction.atomic():
        free = applied.exclude(state__in=JobState.active()).exclude(file="")
        if not free.update(stage=Stage.TAKING_BACK, taken_back_by=user, **queued()):
            raise DomainError("Эта загрузка уже отменяется, отменена или слишком стара: её строки не хранятся.")
        enqueue(load)


def take_back(load: Load) -> None:
    """Take a claimed load back, all of it or nothing. Raises DomainError that names the rows in the way."""
    resource = KINDS[load.kind](load.taken_back_by)
    touched: Counter[int] = Counter()
    obstacles: list[tuple[int, str]] = []
    with uncollected(), transaction.atomic():
        for rows in batches(load, Outcome.NEW, Outcome.CHANGED):
            made = dict(LoadedObject.objects.filter(row__in=rows).values_list("row_id", "object_id"))
            found = resource.model()._base_manager.select_for_update(of=("self",)).in_bulk(list(made.values()))
            touched.update(resource.contracts_of(list(found)))
            obstacles += _undo(resource, rows, {row: found.get(pk) for row, pk in made.items()})
        if obstacles:
            raise DomainError(_in_the_way(obstacles))
        note(TAKEN_BACK, load, resource, touched)
        if not jobs.end(load, state=JobState.DONE, progress=100, taken_back_at=timezone.now()):
            transaction.set_rollback(True)


def _undo(resource: LoadResource, rows: list[LoadRow], found: dict[int, models.Model | None]) -> list[tuple[int, str]]:
    """Undo a piece of the load; what stands in the way, by row, and then the transaction is rolled back."""
    obstacles, created, changed, names = [], {}, [], set()
    gone = resource.out_of_reach(instance for instance in found.values() if instance is not None)
    for row in rows:
        instance = found.get(row.pk)
        if instance is None:
            obstacles.append((row.number, "запись уже удалена"))
        elif instance in gone:
            obstacles.append((row.number, "запись больше не в ваших отделениях"))
        elif differs(resource, instance, row.fields):
            obstacles.append((row.number, "запись изменена после загрузки"))
        elif row.outcome == Outcome.NEW:
            created[instance.pk] = row
        else:
            resource.set_fields(instance, row.was)
            names |= row.was.keys()
            changed.append(instance)
    obstacles += [
        (created[pk].number, f"на запись опираются другие ({what})") for pk, what in _built_on(resource, created)
    ]
    if not obstacles:
        resource.update(changed, names)
        resource.remove(created)
    return obstacles


def _built_on(resource: LoadResource, keys: Collection[int]) -> list[tuple[int, str]]:
    """Which of the rows others hang on, that would be deleted with them or forbid it, and what those are."""
    found: dict[int, str] = defaultdict(str)
    for relation in resource.model()._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel) or relation.get_accessor_name() in resource.owned:
            continue
        if relation.on_delete in (CASCADE, PROTECT, RESTRICT):
            model: Any = relation.related_model
            held = model._base_manager.filter(**{f"{relation.field.name}__in": keys})
            for key in held.order_by().values_list(relation.field.attname, flat=True).distinct():
                found[key] = str(model._meta.verbose_name_plural)
    return list(found.items())


def _in_the_way(obstacles: list[tuple[int, str]]) -> str:
    named = "; ".join(f"строка {number} — {why}" for number, why in sorted(obstacles)[:NAMED])
    more = len(obstacles) - NAMED
    rest = f" и ещё {plural(more, 'строка', 'строки', 'строк')}" if more > 0 else ""
    return f"Загрузку не отменить: {named}{rest}. Ничего не изменилось."
