"""Everything that changes readings: typing, confirming, sending, opening readings, the lock of a handed-over act."""

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cabinet.common import periods
from cabinet.common.digits import MAX_TEXT, DigitsError, check_digits, parse_figure
from cabinet.common.errors import DomainError, NotAllowed
from cabinet.contracts import audit
from cabinet.contracts.models import Contract
from cabinet.contracts.roles import Ability
from cabinet.metering.models import Register
from cabinet.metering.querysets import takes_readings
from cabinet.readings.models import HandedOverAct, Reading, ReadingEvent
from cabinet.readings.permissions import can_enter_readings, windows_of
from cabinet.readings.sheet import Line, lines_of
from cabinet.readings.statuses import Acceptance, Door, Event, Kind

log = logging.getLogger(__name__)

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
    """What a person did to one register: the text in its field, or the confirmation of its doubt.

    ``version`` is the reading's version that his page showed; None takes whatever is there.
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
        _lock(contract)
        _refuse_unless(contract, period)
        lines = _lines_of(user, contract, period, set(entries))
        saved, changed, events = Saved(lines), [], []
        now = timezone.now()
        for line in lines:
            entry = entries[line.register.pk]
            if entry.version is not None and entry.version != line.reading.version and _differs(line, entry):
                saved.conflicts.append(line)
                continue
            event = _apply(line, entry, user, now)
            if event is not None:
                changed.append(line.reading)
                events.append((line.reading, event))
        _store(changed, DRAFT_FIELDS)
        _remember(events, user=user, door=door, now=now)
    return saved


def _apply(line: Line, entry: Entry, user: Any, now: dt.datetime) -> Event | None:
    """Put one entry into its reading; the event to remember, or None when nothing changed."""
    reading = line.reading
    if entry.confirmed:
        if not reading.warning or reading.warning_confirmed_at is not None:
            return None
        reading.warning_confirmed_at, reading.version = now, reading.version + 1
        return Event.CONFIRMED
    before = (reading.draft, reading.draft_text)
    _type(line, (entry.text or "").strip()[: MAX_TEXT + 1])
    if (reading.draft, reading.draft_text) == before:
        return None
    reading.draft_by, reading.draft_at, reading.version = user, now, reading.version + 1
    return Event.TYPED if reading.draft is not None or reading.draft_text else Event.CLEARED


def _type(line: Line, text: str) -> None:
    """Judge a typed text and set the draft, or the text with its problem.

    An emptied field, and the value that was already sent, leave no draft.
    """
    reading, meter = line.reading, line.meter
    draft = None
    problem = line.refusal
    if text and not problem:
        try:
            draft = parse_figure(text)
            check_digits(draft, meter.digits_before, meter.digits_after)
        except DigitsError as error:
            draft, problem = None, str(error)
    if draft is not None and draft == reading.draft:
        return  # the confirmation of its doubt stays
    reading.draft = None if draft == reading.sent else draft
    reading.draft_text = text[:MAX_TEXT] if text and problem else ""
    reading.problem = problem if reading.draft_text else ""
    reading.warning = "" if reading.draft is None else line.doubt(reading.draft)[:300]
    reading.warning_confirmed_at = None


def _differs(line: Line, entry: Entry) -> bool:
    """Whether the entry would change what a colleague has put there."""
    return not entry.confirmed and (entry.text or "").strip() != line.shown


@dataclass(frozen=True)
class Sent:
    """How many readings were sent, how many wait for a confirmation, how many are wrong."""

    sent: int
    doubtful: int
    wrong: int


def send_readings(*, user: Any, contract: Contract, period: dt.date, confirmed: set[int], door: Door) -> Sent:
    """Send all typed readings of the user's facilities into calculation, in one transaction.

    ``confirmed`` are ids of registers whose doubts the person confirms with this press. What is
    wrong or doubted stays behind; pressed twice it sends once. Raises NotAllowed outside the window.
    """
    with transaction.atomic():
        _lock(contract)
        _refuse_unless(contract, period)
        mine = _readings_of(user, contract, period)
        now = timezone.now()
        _confirm(mine, confirmed, user=user, door=door, now=now)
        ready = list(mine.ready().filter(takes_readings("register__meter__")).only("pk", "draft"))
        if ready:
            Reading.objects.filter(pk__in=[reading.pk for reading in ready]).update(
                sent=F("draft"),
                sent_at=now,
                sent_by=user,
                door=door,
                draft=None,
                acceptance=Acceptance.PENDING,
                acceptance_reason="",
                version=F("version") + 1,
            )
            _remember([(reading, Event.SENT) for reading in ready], user=user, door=door, now=now)
            _record("readings.send", user, contract, period, len(ready))
        return Sent(len(ready), mine.doubtful().count(), mine.exclude(draft_text="").count())


def _confirm(readings: Any, registers: set[int], *, user: Any, door: Door, now: dt.datetime) -> None:
    doubtful = list(readings.doubtful().filter(register__in=registers).only("pk", "draft"))
    if doubtful:
        Reading.objects.filter(pk__in=[reading.pk for reading in doubtful]).update(
            warning_confirmed_at=now, version=F("version") + 1
        )
        _remember([(reading, Event.CONFIRMED) for reading in doubtful], user=user, door=door, now=now)


def save_opening_readings(
    *, user: Any, contract: Contract, period: dt.date, texts: Mapping[int, str], door: Door
) -> dict[int, str]:
    """Keep readings at the start of the period for registers that have no previous one.

    Answers the problems by register id and stores nothing while there is one. Raises as save_readings.
    """
    with transaction.atomic():
        _lock(contract)
        _refuse_unless(contract, period)
        lines = _lines_of(user, contract, period, set(texts))
        problems, values = {}, {}
        for line in lines:
            text = texts[line.register.pk].strip()
            if not text:
                continue
            try:
                if not line.wants_opening:
                    raise DigitsError("У прибора уже есть предыдущее показание")
                value = parse_figure(text)
                check_digits(value, line.meter.digits_before, line.meter.digits_after)
                values[line.register.pk] = value
            except DigitsError as error:
                problems[line.register.pk] = str(error)
        if values and not problems:
            _store_openings(values, user=user, period=period, door=door)
            _record("readings.opening", user, contract, period, len(values))
    return problems


def _store_openings(values: Mapping[int, Any], *, user: Any, period: dt.date, door: Door) -> None:
    now = timezone.now()
    Reading.objects.bulk_create(
        [
            Reading(
                register_id=register,
                period=period,
                kind=Kind.OPENING,
                sent=value,
                sent_at=now,
                sent_by=user,
                door=door,
            )
            for register, value in values.items()
        ],
        update_conflicts=True,
        unique_fields=["register", "kind", "period"],
        update_fields=["sent", "sent_at", "sent_by", "door"],
    )
    stored = Reading.objects.filter(register__in=values, period=period, kind=Kind.OPENING)
    ReadingEvent.objects.bulk_create(
        ReadingEvent(reading=reading, at=now, actor=user, door=door, event=Event.OPENED, value=reading.sent)
        for reading in stored
    )


def lock_readings(*, user: Any, contract: Contract, period: dt.date) -> HandedOverAct:
    """Lock a period whose act goes for signature: once, and only with all readings sent (manual, 6.9)."""
    with transaction.atomic():
        _lock(contract)
        lines = lines_of(Register.objects.filter(meter__point__facility__contract=contract), period)
        if any(line.reading.sent is None and not line.refusal for line in lines):
            raise NotAllowed("Ведомость передаётся, когда показания всех приборов учёта переданы в расчет.")
        if any(line.reading.draft is not None or line.reading.draft_text for line in lines):
            raise NotAllowed("Есть исправленные показания, не переданные в расчет.")
        act, created = HandedOverAct.objects.get_or_create(contract=contract, period=period, defaults={"by": user})
        if not created:
            raise NotAllowed("Ведомость за этот период уже передана на подпись.")
        _record("readings.lock", user, contract, period, len(lines))
    return act


def _record(action: str, user: Any, contract: Contract, period: dt.date, count: int) -> None:
    """One entry of the contract's trail for an action, and a line of the log."""
    data = {"period": periods.code(period), "count": count}
    audit.record(action=action, actor=user, contract=contract, door=audit.Door.PAGE, data=data)
    log.info(action, extra={"data": {"user": user.pk, "contract": contract.pk, **data}})


def _lock(contract: Contract) -> None:
    """One writer of a contract's readings at a time; SQLite's transactions are IMMEDIATE and need no more."""
    Contract.objects.select_for_update().filter(pk=contract.pk).values_list("pk").first()


def _refuse_unless(contract: Contract, period: dt.date) -> None:
    verdict = can_enter_readings(windows_of(contract).filter(period=period).first(), period)
    if not verdict:
        raise NotAllowed(verdict.reason)


def _lines_of(user: Any, contract: Contract, period: dt.date, ids: set[int]) -> list[Line]:
    mine = Register.objects.for_user(user, Ability.READINGS).filter(
        meter__point__facility__contract=contract, pk__in=ids
    )
    lines = lines_of(mine, period)
    if len(lines) != len(ids):
        raise UnknownRegister("Прибор учёта не найден.")
    return lines


def _readings_of(user: Any, contract: Contract, period: dt.date) -> Any:
    return Reading.objects.for_user(user).of_period(period).filter(register__meter__point__facility__contract=contract)


def _store(readings: list[Reading], fields: list[str]) -> None:
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


def _remember(events: list[tuple[Reading, Event]], *, user: Any, door: Door, now: dt.datetime) -> None:
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
