"""Judging an uploaded form: row by row, what would change and what is wrong. Nothing is stored."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model

from cabinet.common import periods
from cabinet.common.garbage import uncollected
from cabinet.common.verdict import Verdict
from cabinet.contracts.models import Contract, ReceptionWindow
from cabinet.contracts.roles import Ability
from cabinet.metering.models import Register
from cabinet.readings.basis import clean_text
from cabinet.readings.permissions import entry_verdicts, window_is_open
from cabinet.readings.workbook.findings import Entry, Finding, FindingsWriter, Group
from cabinet.readings.workbook.read import FormRow
from cabinet.readings.workbook.registers import Known, known_registers

CHUNK = 5000

NOT_FOUND = "Такого прибора учёта нет среди ваших: выгрузите форму заново"
MIXED = "Строка перепутана: код строки относится к счётчику № {serial}"
REFUSED = "Показание не принимается: {refusal}"
TWICE = "Счётчик встречается в файле с разными показаниями: строки {rows}"
CHANGED = "После выгрузки формы значение изменил(а) {who}"


@dataclass
class Summary:
    """Counts of rows by what they come to; ``contracts`` the same by contract and period.

    ``foreign``: none of its registers is the person's. ``kept`` of the wrong ones will stand under their readings.
    """

    rows: int = 0
    empty: int = 0
    same: int = 0
    kept: int = 0
    foreign: bool = False
    groups: Counter = field(default_factory=Counter)
    contracts: dict[tuple[int, str, dt.date], Counter] = field(default_factory=dict)
    facilities: set[int] = field(default_factory=set)

    def count(self, group: Group, known: Known | None = None, period: dt.date | None = None) -> None:
        """One row more."""
        self.groups[group.value] += 1
        if known and period:
            self.facilities.add(known.facility_id)
            key = (known.contract, known.number, period)
            self.contracts.setdefault(key, Counter())[group.value] += 1

    def as_json(self) -> dict[str, Any]:
        """For the upload's row in the database."""
        contracts = [
            {"contract": contract, "number": number, "period": periods.code(period), **counts}
            for (contract, number, period), counts in sorted(self.contracts.items(), key=lambda pair: pair[0][1:])
        ]
        return {
            "rows": self.rows,
            "empty": self.empty,
            "same": self.same,
            "kept": self.kept,
            **self.groups,
            "contracts": contracts,
        }


class Judge:
    """Judges the rows of one form for one person."""

    def __init__(self, user: Any, writer: FindingsWriter) -> None:
        self.user = user
        self.writer = writer
        self.summary = Summary()
        self.verdicts: dict[tuple[int, dt.date], Verdict] = {}
        self.names: dict[int | None, str] = {None: "коллега"}
        self.twice: dict[tuple[int, dt.date], list[FormRow]] = {}
        self.own: set[int] = set()
        self.seen: set[tuple[int, dt.date]] = set()

    @uncollected()
    def judge(self, rows: Iterable[FormRow], tell: Callable[[int], None] = lambda percent: None) -> Summary:
        """Judge all rows; ``tell`` is told how far it is, in per cent."""
        # asked once: a list of ids beside the joins of access leads SQLite through all registers for each id
        self.own = set(Register.objects.for_user(self.user, Ability.READINGS).values_list("pk", flat=True))
        rows = list(rows)
        self.twice = _contradictions(rows)
        self.summary.rows = len(rows)
        coded = {row.register for row in rows if row.register}
        self.summary.foreign = bool(coded) and not coded & self.own
        telling = [row for row in rows if self._says_something(row)]
        for done, chunk in _chunks(telling):
            known = self._known(chunk)
            for row in chunk:
                self._judge(row, known.get((row.register, row.period)) if row.register else None)
            tell(100 * done // len(telling))
        return self.summary

    def _says_something(self, row: FormRow) -> bool:
        if row.text or (row.problem and row.register):
            return True
        self.summary.empty += 1
        return False

    def _known(self, rows: list[FormRow]) -> dict[tuple[int, dt.date], Known]:
        """The person's registers among those of the rows, by register and period; asks for their windows as well."""
        wanted: dict[dt.date, set[int]] = {}
        for row in rows:
            if row.register and row.period:
                wanted.setdefault(row.period, set()).add(row.register)
        known: dict[tuple[int, dt.date], Known] = {}
        for period in self._with_window(wanted):
            registers = wanted[period]
            mine = Register.objects.filter(pk__in=registers & self.own)
            found = {(each.register, period): each for each in known_registers(mine, period)}
            self._ask_windows(period, {each.contract for each in found.values()})
            known |= found
        return known

    def _with_window(self, periods_of_rows: Iterable[dt.date]) -> list[dt.date]:
        """Those periods that have a reception window at all: only their registers are worth asking for."""
        windows = ReceptionWindow.objects.filter(kind=ReceptionWindow.Kind.READINGS, period__in=periods_of_rows)
        return list(windows.order_by().values_list("period", flat=True).distinct())

    def _ask_windows(self, period: dt.date, contracts: set[int]) -> None:
        unasked = [pk for pk in contracts if (pk, period) not in self.verdicts]
        if unasked:
            verdicts = entry_verdicts(Contract.objects.filter(pk__in=unasked), period)
            self.verdicts |= {(pk, period): verdict for pk, verdict in verdicts.items()}

    def _judge(self, row: FormRow, known: Known | None) -> None:
        """One row: as it is already, wrong, stale, doubtful or ready."""
        text = clean_text(row.text)
        if refusal := self._refusal(row, known):
            return self._found(Group.WRONG, row, known, refusal, text)
        judged = known.basis.judge(text)
        becomes = text if judged.draft is None else known.basis.in_digits(judged.draft)
        if (known.shows(text) and not known.draft_text) or (row.register, row.period) in self.seen:
            self.summary.same += 1
            return None
        self.seen.add((row.register, row.period))
        stale = known.version != row.version and known.changed_by != self.user.pk
        self.writer.apply(known.contract, row.period, Entry(row.register, text, known.version), stale=stale)
        if stale:
            reason = CHANGED.format(who=self._name(known.changed_by))
            return self._found(Group.STALE, row, known, reason, becomes)
        if judged.problem:
            return self._found(Group.WRONG, row, known, judged.problem, becomes, kept=True)
        doubt = judged.warning if judged.draft != known.sent else ""
        return self._found(Group.DOUBTFUL if doubt else Group.READY, row, known, doubt, becomes)

    def _refusal(self, row: FormRow, known: Known | None) -> str:
        """Why the row is not taken at all, whatever its figure; empty when it is."""
        if row.problem:
            return row.problem
        if known is None or row.period is None:
            mine = row.register in self.own and row.period is not None
            return window_is_open(None, row.period).reason if mine else NOT_FOUND
        if known.serial != row.serial:
            return MIXED.format(serial=known.serial)
        if known.shows(clean_text(row.text)):
            return ""  # what is there already needs no window and no working meter
        verdict = self.verdicts[known.contract, row.period]
        if not verdict:
            return verdict.reason
        if same := self.twice.get((row.register, row.period)):
            return TWICE.format(rows=", ".join(f"{each.sheet}!{each.row}" for each in same[:5]))
        refusal = known.basis.refusal
        return REFUSED.format(refusal=refusal[:1].lower() + refusal[1:]) if refusal else ""

    def _found(
        self, group: Group, row: FormRow, known: Known | None, reason: str, becomes: str, *, kept: bool = False
    ) -> None:
        self.summary.count(group, known, row.period)
        self.summary.kept += kept
        self.writer.add(
            group,
            Finding(
                sheet=row.sheet,
                row=row.row,
                column=row.column,
                contract=known.number if known else row.contract,
                facility=known.facility if known else row.facility,
                serial=known.serial if known else row.serial,
                scale=known.scale if known else "",
                was=known.shown if known else "",
                becomes=becomes,
                state=known.status.label if known and known.sent is not None and known.draft is None else "",
                reason=reason,
                kept=kept,
            ),
        )

    def _name(self, user: int | None) -> str:
        """Of a colleague, asked for once."""
        if user not in self.names:
            self.names[user] = get_user_model().objects.get(pk=user).get_short_name()
        return self.names[user]


def _contradictions(rows: list[FormRow]) -> dict[tuple[int, dt.date], list[FormRow]]:
    """Rows of one register and period that say different things."""
    said: dict[tuple[int, dt.date], list[FormRow]] = {}
    for row in rows:
        if row.register and row.period and row.text:
            said.setdefault((row.register, row.period), []).append(row)
    return {key: same for key, same in said.items() if len({row.text for row in same}) > 1}


def _chunks(rows: list[FormRow]) -> Iterator[tuple[int, list[FormRow]]]:
    """The rows some at a time, with how many have come."""
    waiting, done = iter(rows), 0
    while chunk := list(islice(waiting, CHUNK)):
        done += len(chunk)
        yield done, chunk
