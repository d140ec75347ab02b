"""«Передать показания в расчет» for several contracts at once: each in a transaction of its own."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from cabinet.common import periods
from cabinet.common.errors import NotAllowed
from cabinet.common.ids import parse_id
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.metering.models import Register
from cabinet.readings.actions import Sent, send_readings
from cabinet.readings.overview import Counts
from cabinet.readings.permissions import Pair, verdicts_of, windows_at
from cabinet.readings.querysets import registers_of, with_current
from cabinet.readings.reckoning import NOTHING, Reckoned, reckon, together
from cabinet.readings.sending import registers_ready
from cabinet.readings.several import CONTRACT, counts_of_contracts

Chosen = Mapping[Pair, Contract]


@dataclass(frozen=True)
class Part:
    """One of several contracts, before or after: what would be sent or was, its consumption, or why it is refused."""

    contract: Contract
    period: dt.date
    counts: Counts
    number: int
    reckoned: Reckoned = NOTHING
    refusal: str = ""
    is_done: bool = False

    @property
    def left(self) -> int:
        """How many readings are still to be sent after the press."""
        return self.counts.left if self.is_done else self.counts.left - self.number


@dataclass(frozen=True)
class Summary:
    """Several contracts: the parts, and what they come to."""

    parts: list[Part] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Readings of all that are not refused."""
        return sum(part.number for part in self.parts)

    @property
    def contracts(self) -> int:
        """How many contracts have something of it."""
        return sum(1 for part in self.parts if part.number)

    @property
    def refused(self) -> int:
        """How many were refused."""
        return sum(1 for part in self.parts if part.refusal)

    @property
    def reckoned(self) -> Reckoned:
        """The consumption of all together."""
        return together(part.reckoned for part in self.parts)


def pairs_in(keys: Iterable[str]) -> list[Pair | None]:
    """Contracts and periods as ``ContractRow.key`` names them (``12@2026-11``); None for what names none."""
    found = []
    for key in keys:
        contract, _, code = key.partition("@")
        pk, period = parse_id(contract), periods.parse(code)
        found.append((pk, period) if pk is not None and period is not None else None)
    return found


def key_of(pair: Pair) -> str:
    """The reverse of ``pairs_in``."""
    return f"{pair[0]}@{periods.code(pair[1])}"


def summary_before(user: Any, chosen: Chosen) -> Summary:
    """What a press would send of these contracts; statements grow with the periods alone."""
    counts = counts_of_contracts(user, {period for _, period in chosen})
    entries = verdicts_of(windows_at(chosen))
    ready = _reckon(chosen, lambda contracts, period: registers_ready(_registers(user, contracts), period))
    parts = []
    for pair, contract in chosen.items():
        counted, entry = counts.get(pair, Counts()), entries[pair]
        number, reckoned = (counted.ready, ready.get(pair, NOTHING)) if entry else (0, NOTHING)
        parts.append(Part(contract, pair[1], counted, number, reckoned, entry.reason))
    return Summary(parts)


def send_several(user: Any, chosen: Chosen, door: Door) -> Summary:
    """Send what is ready of each contract in its own transaction: one that is refused stops no other."""
    sent: dict[Pair, Sent] = {}
    refusals: dict[Pair, str] = {}
    for pair, contract in chosen.items():
        try:
            sent[pair] = send_readings(user=user, contract=contract, period=pair[1], confirmed={}, door=door)
        except NotAllowed as refusal:
            refusals[pair] = str(refusal)
    counts = counts_of_contracts(user, {period for _, period in chosen})
    moments = {press.at for press in sent.values() if press.sent}
    reckoned = _reckon(sent, lambda contracts, period: _registers_sent(user, contracts, period, moments))
    parts = []
    for pair, contract in chosen.items():
        number = sent[pair].sent if pair in sent else 0
        figures = reckoned.get(pair, NOTHING) if number else NOTHING
        parts.append(Part(contract, pair[1], counts.get(pair, Counts()), number, figures, refusals.get(pair, ""), True))
    return Summary(parts)


def _registers(user: Any, contracts: list[int]) -> QuerySet[Register]:
    return registers_of(user).filter(**{f"{CONTRACT}__in": contracts})


def _registers_sent(user: Any, contracts: list[int], period: dt.date, moments: set[dt.datetime]) -> QuerySet[Register]:
    return with_current(_registers(user, contracts), period).filter(now__sent_by=user, now__sent_at__in=moments)


def _reckon(pairs: Iterable[Pair], registers: Any) -> dict[Pair, Reckoned]:
    """The consumption by contract and period; ``registers`` gives those of some contracts in a period."""
    by_period: dict[dt.date, list[int]] = defaultdict(list)
    for contract, period in pairs:
        by_period[period].append(contract)
    return {
        (contract, period): together(facilities.values())
        for period, contracts in by_period.items()
        for contract, facilities in reckon(registers(contracts, period), period).items()
    }
