"""The supplier accepts sent readings into calculation or rejects them with a reason."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from cabinet.common import periods
from cabinet.common.errors import DomainError, NotAllowed
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.contracts.staff import departments_for
from cabinet.contracts.trail import recording
from cabinet.readings.models import Reading, ReadingEvent
from cabinet.readings.statuses import Acceptance, Event

PERMISSION = "readings.change_reading"
BATCH = 500  # parameters of one statement stay below every database's limit
MAX_REASON = 300
CONTRACT = "register__meter__point__facility__contract"


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
    return Reading.objects.filter(sent__isnull=False, **{f"{CONTRACT}__department__in": departments_for(user)})


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
    done: list[Reading] = []
    with transaction.atomic():
        contracts = _locked_contracts(actor, wanted)
        known = 0
        for pks in _batches(wanted):
            found = _found(actor, pks, contracts)
            known += len(found)
            done += _update([one for one in found if _as_seen(one, wanted[one.pk])], verdict, reason)
        if known != len(wanted):
            raise UnknownReading("Показание не найдено.")
        _write_history(done, actor, verdict, reason)
        _write_trail(done, contracts, actor, verdict, reason)
    return Decided(len(done), len(wanted) - len(done))


def _batches(pks: Iterable[int]) -> list[list[int]]:
    ordered = sorted(pks)
    return [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]


def _locked_contracts(actor: Any, readings: Iterable[int]) -> dict[int, Contract]:
    """The readings' contracts, locked in the order of their ids: a client who sends a correction now waits.

    Whoever writes readings locks their contract first; a decision that did not could wait for a client
    who waits for it.
    """
    pks: set[int] = set()
    for batch in _batches(readings):
        pks.update(sent_readings(actor).filter(pk__in=batch).order_by().values_list(CONTRACT, flat=True).distinct())
    rows = (Contract.objects.filter(pk__in=batch).order_by("pk").select_for_update() for batch in _batches(pks))
    return {contract.pk: contract for batch in rows for contract in batch}


def _found(actor: Any, pks: Collection[int], contracts: Collection[int]) -> list[Reading]:
    """Those of the readings that the actor may know of and whose contract is locked; each with its contract's id."""
    rows = sent_readings(actor).filter(pk__in=pks).annotate(contract=F(CONTRACT))
    return [one for one in rows if one.contract in contracts]


def _as_seen(reading: Reading, sent_at: dt.datetime) -> bool:
    """Whether the reading still waits, with the value the curator saw."""
    return reading.acceptance == Acceptance.PENDING and reading.sent_at == sent_at


def _update(readings: list[Reading], verdict: Acceptance, reason: str) -> list[Reading]:
    """Decide these readings, whose contracts are locked."""
    waiting = Reading.objects.filter(pk__in=[one.pk for one in readings])
    waiting.update(acceptance=verdict, acceptance_reason=reason, version=F("version") + 1)
    return readings


def _write_history(done: list[Reading], actor: Any, verdict: Acceptance, reason: str) -> None:
    """A line for each reading, in bulk."""
    said = {"at": timezone.now(), "actor": actor, "door": Door.SUPPLIER, "event": Event(verdict.value), "note": reason}
    events = [ReadingEvent(reading=one, value=one.sent, **said) for one in done]
    ReadingEvent.objects.bulk_create(events, batch_size=BATCH)


def _write_trail(
    done: list[Reading], contracts: dict[int, Contract], actor: Any, verdict: Acceptance, reason: str
) -> None:
    """An entry for each contract."""
    action = "readings.accept" if verdict == Acceptance.ACCEPTED else "readings.reject"
    by_contract: defaultdict[int, list[Reading]] = defaultdict(list)
    for one in done:
        by_contract[one.contract].append(one)
    for pk, decided in by_contract.items():
        months = sorted({periods.code(one.period) for one in decided})
        data = {"count": len(decided), "periods": months, "reason": reason}
        recording.record(action=action, actor=actor, contract=contracts[pk], door=Door.OFFICE, data=data)
