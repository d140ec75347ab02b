"""How far the readings of a person's contracts are, each in the period that is due: many contracts at once."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from cabinet.common import periods
from cabinet.common.verdict import Verdict
from cabinet.contracts.models import Contract, ReceptionWindow
from cabinet.metering.querysets import takes_readings
from cabinet.readings import conditions
from cabinet.readings.models import Reading
from cabinet.readings.overview import COUNTED, Counts
from cabinet.readings.permissions import Pair, current_windows, verdicts_of
from cabinet.readings.querysets import registers_of
from cabinet.readings.statuses import CONTRACT_LOOK, ContractState, Kind

CONTRACT = "meter__point__facility__contract"


@dataclass(frozen=True)
class ContractRow:
    """A contract with the period that is due, whether its readings are taken now, and how far they are."""

    contract: Contract
    period: dt.date
    window: ReceptionWindow | None
    entry: Verdict
    counts: Counts

    @property
    def key(self) -> str:
        """The contract and period as a form names them."""
        return f"{self.contract.pk}@{periods.code(self.period)}"

    @property
    def can_send(self) -> bool:
        """Whether a press would send something of it."""
        return bool(self.entry) and self.counts.ready > 0

    @property
    def state(self) -> ContractState:
        """The state its badge shows: what stops the sending first."""
        counts = self.counts
        reached = [
            (ContractState.NONE, not counts.total),
            (ContractState.SENT, counts.sent == counts.total),
            (ContractState.CLOSED, not self.entry),
            (ContractState.WRONG, counts.wrong),
            (ContractState.REJECTED, counts.rejected),
            (ContractState.QUESTION, counts.doubtful),
            (ContractState.READY, counts.only_ready),
            (ContractState.PARTLY, counts.done),
        ]
        return next((state for state, is_so in reached if is_so), ContractState.EMPTY)

    @property
    def badge(self) -> tuple[str, str]:
        """Tone and icon of the badge."""
        return CONTRACT_LOOK[self.state]


def rows_of(user: Any, contracts: Iterable[Contract]) -> list[ContractRow]:
    """A row a contract, in four statements whatever their number."""
    contracts = list(contracts)
    windows = current_windows(contracts)
    due = {pk: window.period if window else periods.this_period() for pk, window in windows.items()}
    entries = verdicts_of({(pk, period): windows[pk] for pk, period in due.items()})
    counts = counts_of_contracts(user, set(due.values()))
    rows = []
    for contract in contracts:
        pair = (contract.pk, due[contract.pk])
        row = ContractRow(contract, pair[1], windows[contract.pk], entries[pair], counts.get(pair, Counts()))
        rows.append(row)
    return rows


def counts_of_contracts(user: Any, of_periods: set[dt.date]) -> dict[Pair, Counts]:
    """The counts of all the user's contracts in these periods, in two statements whatever their number."""
    taking = registers_of(user).filter(takes_readings("meter__")).order_by()
    registers = dict(taking.values_list(CONTRACT).annotate(number=Count("pk")))
    counts = {(pk, period): Counts(total=number) for pk, number in registers.items() for period in of_periods}
    for pk, period, kept, *states in _states(user, of_periods):
        counts[pk, period] = Counts(registers.get(pk, 0) + kept, *states)
    return counts


def _states(user: Any, of_periods: set[dt.date]) -> Iterable[tuple]:
    """By contract and period: registers that count by what was sent alone, then those in each state of Counts."""
    meter = "register__meter__"
    states = conditions.of_register("", meter)
    states["total"] &= ~takes_readings(meter)
    readings = Reading.objects.for_user(user).filter(kind=Kind.CURRENT, period__in=of_periods).order_by()
    counted = {f"count_{name}": Count("pk", filter=states[name]) for name in COUNTED}
    return readings.values_list(f"register__{CONTRACT}", "period").annotate(**counted)
