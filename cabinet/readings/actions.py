"""Everything that clients change of current readings: typing, confirming, sending, the lock of a handed-over act."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cabinet.common.digits import MAX_TEXT
from cabinet.common.errors import DomainError, NotAllowed
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.metering.models import Register
from cabinet.metering.querysets import takes_readings
from cabinet.readings.basis import Judged, clean_text
from cabinet.readings.models import HandedOverAct, Reading, ReadingEvent
from cabinet.readings.permissions import entry_verdict
from cabinet.readings.querysets import ReadingQuerySet, registers_of
from cabinet.readings.sheet import Line, lines_of
from cabinet.readings.statuses import Acceptance, Event, Status
from cabinet.readings.trail import record, record_typing

# ids of one statement: a longer list beside the joins of access leads SQLite through all registers for each id
BATCH = 500
DRAFT_FIELDS = [
    "draft",
    "draft_text",
    "problem",
    "warning",
    "warning_confirmed_at",
    "draft_by",
    "draft_at",
    "version",
]


@dataclass(frozen=True)
class Entry:
    """What a person did to one register: the text in its field, the confirmation of what he saw there, or both.

    ``version`` is the reading's version that his page showed; None takes whatever is there. A
    confirmation counts only where the text changes nothing: it was given to the value he saw.
    """

    text: str | None = None
    version: int | None = None
    confirmed: bool = False


@dataclass
class Saved:
    """What became of a batch: its lines, and those a colleague had changed meanwhile (left as they were)."""

    lines: list[Line] = field(default_factory=list)
    conflicts: list[Line] = field(default_factory=list)


class UnknownRegister(DomainError):
    """A register that is not the person's: to him it does not exist."""


def save_readings(*, user: Any, contract: Contract, period: dt.date, entries: Mapping[int, Entry], door: Door) -> Saved:
    """Keep what was typed for these registers (by their ids) as drafts, in one transaction.

    A value that cannot be taken is kept as text with its problem and is never sent. Raises
    UnknownRegister when any register is not the user's, NotAllowed outside the reception window.
    """
    with transaction.atomic():
        lock_contract(contract)
        refuse_unless_open(contract, period)
        lines = own_lines(user, contract, period, set(entries))
        saved, changed, events = Saved(lines), [], []
        now = timezone.now()
        for line in lines:
            entry = entries[line.register.pk]
            if entry.version not in (None, line.reading.version) and _differs(line, entry):
                saved.conflicts.append(line)
                continue
            event = _apply(line, entry, user, now)
            if event is not None:
                changed.append(line.reading)
                events.append((line.reading, event))
        store(changed, DRAFT_FIELDS)
        if events:
            remember(events, user=user, door=door, now=now)
            record_typing(user, contract, period, door)
    return saved


def _differs(line: Line, entry: Entry) -> bool:
    """Whether the entry would change, or confirm, what a colleague has put there meanwhile.

    The same figure in other writing changes nothing: the browser sends a value again when the answer was lost.
    """
    text, reading = clean_text(entry.text or ""), line.reading
    if entry.confirmed or reading.draft_text:
        return entry.confirmed or text != line.shown
    draft = line.basis.judge(text).draft
    return text != line.shown and (draft is None or draft != reading.value)


def _apply(line: Line, entry: Entry, user: Any, now: dt.datetime) -> Event | None:
    """Put one entry into its reading; the event to remember, or None when nothing changed."""
    reading = line.reading
    before = (reading.draft, reading.draft_text)
    if entry.text is not None:
        _type(line, clean_text(entry.text))
    if (reading.draft, reading.draft_text) != before:
        reading.draft_by, reading.draft_at, reading.version = user, now, reading.version + 1
        return typed_or_cleared(reading)
    return _confirm(reading, user, now) if entry.confirmed else None


def typed_or_cleared(reading: Reading) -> Event:
    """What changing the draft was: something stands in it, or nothing any more."""
    return Event.TYPED if reading.draft is not None or reading.draft_text else Event.CLEARED


def _confirm(reading: Reading, user: Any, now: dt.datetime) -> Event | None:
    """Confirm the doubt, or the value the supplier rejected: it goes out again as it is."""
    if reading.status == Status.REJECTED:
        reading.draft, reading.draft_by, reading.draft_at = reading.sent, user, now
        reading.warning = reading.sent_warning
    elif reading.status != Status.QUESTION:
        return None
    reading.warning_confirmed_at, reading.version = now, reading.version + 1
    return Event.CONFIRMED


def _type(line: Line, text: str) -> None:
    """Judge a typed text and set the draft, or the text with its problem.

    An emptied field, and the value that was already sent, leave no draft.
    """
    reading = line.reading
    judged = line.basis.judge(text)
    if judged.draft is not None and judged.draft == reading.draft:
        return  # the confirmation of its doubt stays
    put(reading, text, judged)


def put(reading: Reading, text: str, judged: Judged) -> None:
    """Set the draft, or the text with its problem; an earlier confirmation is void."""
    reading.draft = None if judged.draft == reading.sent else judged.draft
    reading.draft_text = text[:MAX_TEXT] if judged.problem else ""
    reading.problem = judged.problem
    reading.warning = judged.warning[:300] if reading.draft is not None else ""
    reading.warning_confirmed_at = None


def judge_draft(line: Line) -> None:
    """Look at the draft anew: what stands beside it has changed, an earlier confirmation is void."""
    reading = line.reading
    reading.warning = "" if reading.draft is None else line.basis.doubt(reading.draft)[:300]
    reading.warning_confirmed_at = None


@dataclass(frozen=True)
class Sent:
    """How many readings were sent and when, how many wait for a confirmation, how many are wrong."""

    sent: int
    doubtful: int
    wrong: int
    at: dt.datetime


def send_readings(*, user: Any, contract: Contract, period: dt.date, confirmed: Mapping[int, int], door: Door) -> Sent:
    """Send all typed readings of the user's facilities into calculation, in one transaction.

    ``confirmed`` are the doubts that the person confirms with this press: versions of the readings he
    saw, by register; one that changed meanwhile stays in doubt. What is wrong or doubted stays behind;
    pressed twice it sends once. Raises NotAllowed outside the window.
    """
    with transaction.atomic():
        lock_contract(contract)
        refuse_unless_open(contract, period)
        mine = sendable(user, contract, period)
        now = timezone.now()
        _confirm_seen(mine, confirmed, user=user, door=door, now=now)
        ready = list(mine.ready().only("pk", "draft"))
        if ready:
            Reading.objects.change(
                ready,
                sent=F("draft"),
                sent_at=now,
                sent_by=user,
                sent_warning=F("warning"),
                door=door,
                draft=None,
                warning="",
                warning_confirmed_at=None,
                acceptance=Acceptance.PENDING,
                acceptance_reason="",
                version=F("version") + 1,
            )
            remember([(reading, Event.SENT) for reading in ready], user=user, door=door, now=now)
            record("readings.send", user, contract, period, len(ready), door)
        return Sent(len(ready), **mine.left_behind(), at=now)


def sendable(user: Any, contract: Contract, period: dt.date) -> ReadingQuerySet:
    """The user's current readings of the contract and period, of meters that take readings."""
    mine = Reading.objects.for_user(user).of_contract(contract).of_period(period)
    return mine.filter(takes_readings("register__meter__"))


def _confirm_seen(
    readings: ReadingQuerySet, confirmed: Mapping[int, int], *, user: Any, door: Door, now: dt.datetime
) -> None:
    doubtful = readings.doubtful().only("pk", "register", "draft", "version") if confirmed else ()
    seen = [reading for reading in doubtful if confirmed.get(reading.register_id) == reading.version]
    if seen:
        Reading.objects.change(seen, warning_confirmed_at=now, version=F("version") + 1)
        remember([(reading, Event.CONFIRMED) for reading in seen], user=user, door=door, now=now)


def lock_readings(*, user: Any, contract: Contract, period: dt.date) -> HandedOverAct:
    """Lock a period whose act goes for signature: once, and only with all readings sent (manual, 6.9)."""
    with transaction.atomic():
        lock_contract(contract)
        lines = [line for line in lines_of(Register.objects.of_contract(contract), period) if not line.refusal]
        if any(line.reading.sent is None for line in lines):
            raise NotAllowed("Ведомость передаётся, когда показания всех приборов учёта переданы в расчет.")
        if any(line.reading.draft is not None or line.reading.draft_text for line in lines):
            raise NotAllowed("Есть исправленные показания, не переданные в расчет.")
        act, created = HandedOverAct.objects.get_or_create(contract=contract, period=period, defaults={"by": user})
        if not created:
            raise NotAllowed("Ведомость за этот период уже передана на подпись.")
        record("readings.lock", user, contract, period, len(lines), Door.PAGE)
    return act


def lock_contract(contract: Contract) -> None:
    """One writer of a contract's readings at a time; SQLite's transactions are IMMEDIATE and need no more."""
    Contract.objects.select_for_update().filter(pk=contract.pk).values_list("pk").first()


def refuse_unless_open(contract: Contract, period: dt.date) -> None:
    """Raises NotAllowed with the reason when the period's readings are not taken now."""
    verdict = entry_verdict(contract, period)
    if not verdict:
        raise NotAllowed(verdict.reason)


def own_lines(user: Any, contract: Contract, period: dt.date, ids: set[int]) -> list[Line]:
    """The lines of the user's registers; raises UnknownRegister when one of the ids is not his."""
    mine = registers_of(user, contract)
    wanted = sorted(ids)
    batches = [wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)]
    lines = [line for batch in batches for line in lines_of(mine.filter(pk__in=batch), period)]
    if len(lines) != len(ids):
        raise UnknownRegister("Прибор учёта не найден.")
    return lines


def store(readings: list[Reading], fields: list[str]) -> None:
    """Insert or update these readings in one statement (per the database's limit of parameters).

    New and known rows go together: their keys are left out, so that the register, kind and period
    alone decide, and come back from the database.
    """
    for reading in readings:
        reading.pk = None
    if readings:
        Reading.objects.bulk_create(
            readings,
            update_conflicts=True,
            unique_fields=["register", "kind", "period"],
            update_fields=fields,
        )


def remember(events: Iterable[tuple[Reading, Event]], *, user: Any, door: Door, now: dt.datetime) -> None:
    """A line of each reading's history, in bulk."""
    ReadingEvent.objects.bulk_create(
        ReadingEvent(
            reading=reading,
            at=now,
            actor=user,
            door=door,
            event=event,
            value=reading.draft,
            note=reading.draft_text if event == Event.TYPED else "",
        )
        for reading, event in events
    )
