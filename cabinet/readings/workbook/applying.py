"""Applying a judged form: its rows become drafts, in one transaction; judged anew, for things change meanwhile."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone

from cabinet.common import periods
from cabinet.common.garbage import uncollected
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.contracts.roles import Ability
from cabinet.readings import actions
from cabinet.readings.basis import Basis, bases_of
from cabinet.readings.models import Reading
from cabinet.readings.permissions import ACCESS_ENDED, entry_verdicts
from cabinet.readings.querysets import registers_of
from cabinet.readings.statuses import Status
from cabinet.readings.trail import record
from cabinet.readings.workbook.bulk import write_drafts, write_history
from cabinet.readings.workbook.findings import Entries, Entry

COMES_TO = {Status.WRONG: "wrong", Status.QUESTION: "doubtful", Status.READY: "ready"}


@dataclass
class Applied:
    """What became of the entries: counts by what the readings are now, and whole contracts that were refused.

    ``changed``: changed by a colleague since the judging, and left; ``gone``: no longer the person's.
    """

    counts: Counter = field(default_factory=Counter)
    contracts: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the upload's row in the database."""
        return {**self.counts, "contracts": self.contracts, "refused": self.refused}


@uncollected()
def apply_entries(*, user: Any, batches: Iterable[Entries], with_stale: bool) -> Applied:
    """Put the entries into the readings of the person's registers as drafts, all in one transaction.

    A contract whose reception window has closed, whose act was handed over, or that is no longer the
    person's is refused as a whole and named; the others are applied.
    """
    wanted = _by_contract(batches, with_stale)
    applied = Applied()
    with transaction.atomic():
        contracts = _locked({contract for contract, _ in wanted})
        mine = set(
            Contract.objects.for_user(user, Ability.READINGS).filter(pk__in=contracts).values_list("pk", flat=True)
        )
        for period, keys in groupby(sorted(wanted, key=lambda key: (key[1], key[0])), key=lambda key: key[1]):
            pks = [pk for pk, _ in keys]
            verdicts = entry_verdicts([contracts[pk] for pk in pks if pk in contracts], period)
            for pk in pks:
                reason = ACCESS_ENDED if pk not in mine else verdicts[pk].reason
                if reason:
                    _refuse(applied, contracts.get(pk), period, reason, len(wanted[pk, period]))
                else:
                    _apply(applied, contracts[pk], period, wanted[pk, period], user)
    return applied


def _by_contract(batches: Iterable[Entries], with_stale: bool) -> dict[tuple[int, dt.date], dict[int, Entry]]:
    """Entries by register, of each contract and period."""
    wanted: dict[tuple[int, dt.date], dict[int, Entry]] = {}
    for batch in batches:
        if with_stale or not batch.stale:
            entries = wanted.setdefault((batch.contract, batch.period), {})
            entries.update((entry.register, entry) for entry in batch.entries)
    return wanted


def _locked(pks: set[int]) -> dict[int, Contract]:
    """The contracts, locked in the order of their ids as everywhere: writers wait for one another, never in a ring."""
    rows = Contract.objects.filter(pk__in=pks).order_by("pk").select_for_update()
    return {contract.pk: contract for contract in rows}


def _refuse(applied: Applied, contract: Contract | None, period: dt.date, reason: str, count: int) -> None:
    number = contract.number if contract else ""
    applied.refused.append({"number": number, "period": periods.code(period), "reason": reason, "count": count})
    applied.counts["refused"] += count


def _apply(applied: Applied, contract: Contract, period: dt.date, entries: dict[int, Entry], user: Any) -> None:
    """The entries of one contract and period."""
    now = timezone.now()
    counts: Counter = Counter()
    changed: list[Reading] = []
    readings = Reading.objects.of_contract(contract).of_period(period)
    current = {reading.register_id: reading for reading in readings}
    for pk, basis, _ in bases_of(registers_of(user, contract), period):
        if (entry := entries.pop(pk, None)) is None:
            continue
        reading = current.get(pk) or Reading(register_id=pk, period=period)
        if reading.version != entry.version:
            counts["changed"] += 1
            continue
        if _put(reading, basis, entry.text):
            reading.draft_by, reading.draft_at, reading.version = user, now, reading.version + 1
            changed.append(reading)
        counts[COMES_TO.get(reading.status, "same")] += 1
    counts["gone"] += len(entries)
    if changed:
        write_drafts(changed)
        write_history(contract=contract, user=user, at=now, period=period)
        record("readings.upload", user, contract, period, len(changed), Door.EXCEL)
    applied.counts.update(counts)
    code = periods.code(period)
    applied.contracts.append({"contract": contract.pk, "number": contract.number, "period": code, **counts})


def _put(reading: Reading, basis: Basis, text: str) -> bool:
    """Put the text into the reading; False where it says so already."""
    before = (reading.draft, reading.draft_text)
    judged = basis.judge(text)
    if judged.draft is not None and judged.draft == reading.draft:
        return False  # the confirmation of its doubt stays
    actions.put(reading, text, judged)
    return (reading.draft, reading.draft_text) != before
