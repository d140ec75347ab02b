"""The supplier accepts sent readings into calculation or rejects them with a reason."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from cabinet.common.errors import DomainError, NotAllowed
from cabinet.contracts import audit
from cabinet.contracts.models import Contract
from cabinet.contracts.staff import departments_for
from cabinet.readings.models import Reading, ReadingEvent
from cabinet.readings.statuses import Acceptance, Door, Event

PERMISSION = "readings.change_reading"
BATCH = 500  # parameters of one statement stay below every database's limit
MAX_REASON = 300


class Seen(NamedTuple):
    """A reading as the curator saw it: which one, and when the value he saw was sent."""

    pk: int
    sent_at: dt.datetime


class Decided(NamedTuple):
    """How many readings were decided, and how many had changed meanwhile and were left as they are."""

    done: int
    changed: int


class UnknownReading(DomainError):
    """A reading outside the curator's departments: to him it does not exist."""


def sent_readings(user: Any) -> QuerySet[Reading]:
    """Sent readings of the departments the member of staff works for."""
    path = "register__meter__point__facility__contract__department__in"
    return Reading.objects.filter(sent__isnull=False, **{path: departments_for(user)})


def accept_readings(*, readings: Collection[Seen], actor: Any) -> Decided:
    """Accept readings into calculation, each only with the value that was seen.

    Raises NotAllowed for a person who may not, UnknownReading for readings of other departments.
    """
    return _decide(readings, actor, Acceptance.ACCEPTED, "")


def reject_readings(*, readings: Collection[Seen], actor: Any, reason: str) -> Decided:
    """Reject readings with a reason that the client reads; as accept_readings otherwise."""
    reason = " ".join(reason.split())
    if not reason:
        raise DomainError("Укажите причину: её прочитает клиент.", field="reason")
    if len(reason) > MAX_REASON:
        raise DomainError(f"Причина длиннее {MAX_REASON} знаков.", field="reason")
    return _decide(readings, actor, Acceptance.REJECTED, reason)


def _decide(seen: Collection[Seen], actor: Any, verdict: Acceptance, reason: str) -> Decided:
    if not actor.has_perm(PERMISSION):
        raise NotAllowed("Показания принимает куратор отделения.")
    wanted = {each.pk: each.sent_at for each in seen}
    now = timezone.now()
    done: list[Reading] = []
    with transaction.atomic():
        known = 0
        for pks in _batches(sorted(wanted)):
            found = _locked(actor, pks)
            known += len(found)
            done += _update([one for one in found if _as_seen(one, wanted[one.pk])], verdict, reason)
        if known != len(wanted):
            raise UnknownReading("Показание не найдено.")
        _remember(done, actor, verdict, reason, now)
    return Decided(len(done), len(wanted) - len(done))


def _batches(pks: list[int]) -> list[list[int]]:
    return [pks[start : start + BATCH] for start in range(0, len(pks), BATCH)]


def _locked(actor: Any, pks: list[int]) -> list[Reading]:
    """The readings, locked: a client who sends a correction now waits until the decision stands."""
    rows = sent_readings(actor).filter(pk__in=pks).order_by("pk").select_for_update(of=("self",))
    return list(rows.annotate(contract=F("register__meter__point__facility__contract")))


def _as_seen(reading: Reading, sent_at: dt.datetime) -> bool:
    """Whether the reading still waits, with the value the curator saw."""
    return reading.acceptance == Acceptance.PENDING and reading.sent_at == sent_at


def _update(readings: list[Reading], verdict: Acceptance, reason: str) -> list[Reading]:
    """Decide these readings, which are locked."""
    waiting = Reading.objects.filter(pk__in=[one.pk for one in readings], acceptance=Acceptance.PENDING)
    waiting.update(acceptance=verdict, acceptance_reason=reason, version=F("version") + 1)
    return readings


def _remember(done: list[Reading], actor: Any, verdict: Acceptance, reason: str, now: dt.datetime) -> None:
    """Each reading's history in bulk; the trail has one entry a contract."""
    event = Event(verdict.value)
    ReadingEvent.objects.bulk_create(
        [
            ReadingEvent(reading=one, at=now, actor=actor, door=Door.SUPPLIER, event=event, value=one.sent, note=reason)
            for one in done
        ],
        batch_size=BATCH,
    )
    by_contract: defaultdict[int, list[Reading]] = defaultdict(list)
    for one in done:
        by_contract[one.contract].append(one)
    for contract in Contract.objects.filter(pk__in=by_contract).select_related("department"):
        decided = by_contract[contract.pk]
        audit.record(
            action=f"readings.{'accept' if verdict == Acceptance.ACCEPTED else 'reject'}",
            actor=actor,
            contract=contract,
            door=audit.Door.OFFICE,
            data={
                "count": len(decided),
                "periods": sorted({f"{one.period:%Y-%m}" for one in decided}),
                "reason": reason,
            },
        )
