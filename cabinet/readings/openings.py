"""Readings at the start of a period, for registers that have no earlier one (manual, 6.1)."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from cabinet.common.digits import DigitsError, check_digits, parse_figure
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.metering.models import Register
from cabinet.readings import actions
from cabinet.readings.models import Reading, ReadingEvent
from cabinet.readings.sheet import Line, lines_of
from cabinet.readings.statuses import Acceptance, Event, Kind
from cabinet.readings.trail import record

FIELDS = ["sent", "sent_at", "sent_by", "door", "acceptance", "acceptance_reason", "version"]


def save_opening_readings(
    *, user: Any, contract: Contract, period: dt.date, texts: Mapping[int, str], door: Door
) -> dict[int, str]:
    """Keep readings at the start of the period; what was typed for the period on top of them is judged anew.

    Answers the problems by register id and stores nothing while there is one. A changed value waits
    for the supplier's acceptance again. Raises as ``actions.save_readings``.
    """
    with transaction.atomic():
        actions.lock_contract(contract)
        actions.refuse_unless_open(contract, period)
        lines = actions.own_lines(user, contract, period, set(texts))
        stored = {one.register_id: one for one in _openings(texts, period)}
        problems: dict[int, str] = {}
        changed: list[Reading] = []
        for line in lines:
            try:
                value = _value(line, texts[line.register.pk])
            except DigitsError as error:
                problems[line.register.pk] = str(error)
                continue
            reading = stored.get(line.register.pk) or Reading(register=line.register, period=period, kind=Kind.OPENING)
            if value is not None and value != reading.sent:
                reading.sent = value
                changed.append(reading)
        if changed and not problems:
            _store(changed, user=user, door=door)
            judge_drafts(changed, period)
            record("readings.opening", user, contract, period, len(changed), door)
    return problems


def _value(line: Line, text: str) -> Decimal | None:
    """The typed value, None for an empty field; DigitsError with the reason when it cannot be taken."""
    text = text.replace("\x00", "").strip()
    if not text:
        return None
    if not line.wants_opening:
        raise DigitsError("У прибора уже есть предыдущее показание")
    if line.refusal:
        raise DigitsError(f"Показание не принимается: {line.refusal.lower()}")
    if line.reading.acceptance == Acceptance.ACCEPTED:
        raise DigitsError("Показание этого периода уже принято в расчет")
    value = parse_figure(text)
    check_digits(value, line.meter.digits_before, line.meter.digits_after)
    return value


def _openings(registers: Mapping[int, Any], period: dt.date) -> list[Reading]:
    return list(Reading.objects.of_period(period, Kind.OPENING).filter(register__in=list(registers)))


def _store(readings: list[Reading], *, user: Any, door: Door) -> None:
    now = timezone.now()
    for reading in readings:
        reading.sent_at, reading.sent_by, reading.door = now, user, door
        reading.acceptance, reading.acceptance_reason = Acceptance.PENDING, ""
        reading.version += 1
    actions.store(readings, FIELDS)
    ReadingEvent.objects.bulk_create(
        ReadingEvent(reading=reading, at=now, actor=user, door=door, event=Event.OPENED, value=reading.sent)
        for reading in readings
    )


def judge_drafts(openings: list[Reading], period: dt.date) -> None:
    """A draft typed before its opening reading was never compared with anything."""
    registers = Register.objects.filter(pk__in=[reading.register_id for reading in openings])
    lines = [line for line in lines_of(registers, period) if line.reading.draft is not None]
    for line in lines:
        actions.judge_draft(line)
        line.reading.version += 1
    actions.store([line.reading for line in lines], actions.DRAFT_FIELDS)
