"""A confirmed load goes into the database: all of it in one transaction, or nothing.

What was judged is applied, not the file. Where the database has changed since, nothing is: rows are compared with
what the judging saw.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from cabinet.common import jobs
from cabinet.common.errors import DomainError, NotAllowed
from cabinet.common.garbage import uncollected
from cabinet.common.jobs import JobState
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.contracts.trail.recording import Entry, record_each
from imports.actions.receiving import AT_ONCE, enqueue, queued
from imports.kinds import KINDS
from imports.models import Load, LoadedObject, LoadRow
from imports.permissions import may_load
from imports.resource import LoadResource
from imports.statuses import Outcome, Stage

CHANGED_SINCE = "Данные изменились после проверки файла{}. Ничего не загружено: проверьте файл ещё раз."
APPLIED, TAKEN_BACK = "imports.applied", "imports.taken_back"


def confirm(*, user: Any, load: Load, judged_at: dt.datetime | None) -> None:
    """Have a judged load applied: once, however often it is confirmed, and only as the person saw it judged.

    Raises DomainError for a load with wrong rows, with nothing to change, judged anew since or worked on already.
    """
    if load.count(Outcome.WRONG):
        raise DomainError("В файле есть ошибки. Исправьте их и загрузите файл заново: загружается всё или ничего.")
    if not load.count(Outcome.NEW) + load.count(Outcome.CHANGED):
        raise DomainError("В файле нет ничего нового: загружать нечего.")
    judged = Load.objects.for_user(user).filter(pk=load.pk, applied_at=None, judged_at=judged_at)
    ready = models.Q(stage=Stage.JUDGING, state=JobState.DONE) | models.Q(stage=Stage.APPLYING, state=JobState.FAILED)
    with transaction.atomic():
        if judged_at is None or not judged.filter(ready).update(stage=Stage.APPLYING, **queued()):
            raise DomainError("Эта загрузка уже выполняется или файл проверен заново. Обновите страницу.")
        enqueue(load)


def apply(load: Load) -> None:
    """Apply a claimed load. Raises DomainError, and nothing is changed, where the database is not as it was judged."""
    if not may_load(load.user, load.kind):
        raise NotAllowed("Загрузка не выполнена: у вас больше нет прав на эти данные.")
    resource = KINDS[load.kind](load.user)
    touched: Counter[int] = Counter()
    try:
        with uncollected(), transaction.atomic():
            for rows in batches(load, Outcome.NEW, Outcome.CHANGED):
                made = _create(resource, [row for row in rows if row.outcome == Outcome.NEW])
                made += _update(resource, [row for row in rows if row.outcome == Outcome.CHANGED])
                _remember(load, resource, made)
                touched.update(resource.contracts_of([instance.pk for _, instance in made]))
            note(APPLIED, load, resource, touched)
            if not jobs.end(load, state=JobState.DONE, progress=100, applied_at=timezone.now()):
                transaction.set_rollback(True)
    except IntegrityError as error:
        raise DomainError(CHANGED_SINCE.format("")) from error


def batches(load: Load, *outcomes: str) -> Iterator[list[LoadRow]]:
    """The load's rows that came to these, a piece at a time."""
    last = 0
    rows = LoadRow.objects.filter(load=load, outcome__in=outcomes).order_by("number")
    while found := list(rows.filter(number__gt=last)[:AT_ONCE]):
        yield found
        last = found[-1].number


Made = list[tuple[LoadRow, models.Model]]


def _create(resource: LoadResource, rows: Sequence[LoadRow]) -> Made:
    instances = [resource.instance_of(row.fields) for row in rows]
    if not instances:
        return []
    _check_reach(resource, instances, rows)
    known = resource.known([{name: getattr(one, name) for name in resource.key} for one in instances])
    for row, instance in zip(rows, instances, strict=True):
        if resource.key_of(instance) in known:
            raise DomainError(CHANGED_SINCE.format(f": строка {row.number} уже есть"))
    resource.create(instances)
    return list(zip(rows, instances, strict=True))


def _update(resource: LoadResource, rows: Sequence[LoadRow]) -> Made:
    if not rows:
        return []
    found = resource.model()._base_manager.select_for_update(of=("self",)).in_bulk([row.object_id for row in rows])
    instances, names = [], set()
    for row in rows:
        instance = found.get(row.object_id)
        if instance is None or differs(resource, instance, row.was):
            raise DomainError(CHANGED_SINCE.format(f": строка {row.number}"))
        resource.set_fields(instance, row.fields)
        names |= row.fields.keys()
        instances.append(instance)
    _check_reach(resource, instances, rows)
    resource.update(instances, names)
    return list(zip(rows, instances, strict=True))


def differs(resource: LoadResource, instance: models.Model, seen: dict[str, Any]) -> bool:
    """Whether the row has other values than those that were seen."""
    return any(getattr(instance, name) != value for name, value in resource.values_of(seen).items())


def _check_reach(resource: LoadResource, instances: Iterable[models.Model], rows: Iterable[LoadRow]) -> None:
    """What the rows refer to must still be within the person's reach."""
    gone = resource.out_of_reach(instances)
    for instance, row in zip(instances, rows, strict=True):
        if instance in gone:
            raise DomainError(CHANGED_SINCE.format(f": строка {row.number}"))


def _remember(load: Load, resource: LoadResource, made: Made) -> None:
    kind = ContentType.objects.get_for_model(resource.model())
    LoadedObject.objects.bulk_create(
        LoadedObject(load=load, row=row, content_type=kind, object_id=instance.pk) for row, instance in made
    )


def note(action: str, load: Load, resource: LoadResource, touched: Counter[int]) -> None:
    """One entry in the trail of each contract that the load touched, with how many rows."""
    actor = load.taken_back_by if action == TAKEN_BACK else load.user
    for keys in _pieces(sorted(touched)):
        contracts = Contract.objects.in_bulk(keys)
        entries = [
            Entry(contract, contract, {"kind": resource.title, "count": touched[pk], "load": load.pk})
            for pk, contract in contracts.items()
        ]
        record_each(action=action, actor=actor, door=Door.SUPPLIER, entries=entries)


def _pieces(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]
