"""The trail of a contract as its administrator reads it: which entries, in which words, found how.

The supplier's staff are not named to clients: what came through their doors was done by «Сотрудник
поставщика», as in the letters. Their names stand in the back office's histories.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.log_actions import registry

from cabinet.accounts.models import User
from cabinet.common import tables
from cabinet.common.filters import ChoiceFilter, DateFilter, ListFilter
from cabinet.common.lists import Column, Sorting
from cabinet.contracts.doors import BY_STAFF, SUPPLIERS_DOORS, Door
from cabinet.contracts.models import Contract
from cabinet.contracts.trail.recording import ContractLogEntry

STAFF, PORTAL = "staff", "portal"
OF_STAFF = Q(door__in=SUPPLIERS_DOORS)
NAMELESS = {STAFF: BY_STAFF.capitalize(), PORTAL: "Портал"}
DEFAULT_SORT = "-at"
COLUMNS = (
    Column("at", "Когда", ("timestamp",)),
    Column("who", "Кто", ("by_staff", "user__last_name", "user__first_name")),
    Column("what", "Что сделано", ("action", "content_type")),
    Column("door", "Откуда", ("door",)),
)
CHUNK = 2000


@dataclass(frozen=True)
class Kind:
    """A kind of what is done with a contract: its name in the address, its words, which entries are of it."""

    code: str
    label: str
    entries: Q


_kinds: dict[str, Kind] = {}


def kind(code: str, label: str, entries: Q) -> None:
    """Say that these entries are of one kind: each app does for its own, where it registers its actions."""
    _kinds[code] = Kind(code, label, entries)


def actions_of(app: str) -> Q:
    """The entries of the app's own actions that are registered by now; by name, since LIKE is slow on SQLite."""
    return Q(action__in=[name for name in registry.formatters if name.startswith(f"{app}.")])


def kinds() -> dict[str, Kind]:
    """All kinds by their code; the apps register theirs when the actions are scanned for, which is once a process."""
    registry.scan_for_actions()
    return _kinds


@dataclass(frozen=True)
class Line:
    """An entry in the words of the page: who did what, on which terms or why."""

    at: dt.datetime
    who: str
    full_name: str
    login: str
    what: str
    why: str
    door: str


def entries_of(contract: Contract) -> QuerySet[ContractLogEntry]:
    """What was done with the contract and all that belongs to it."""
    return ContractLogEntry.objects.filter(contract=contract).order_by()


def sorting_of(asked: str) -> Sorting:
    """How the trail is sorted; the newest first where the address asks for nothing."""
    return Sorting(COLUMNS, asked, DEFAULT_SORT)


def in_order(entries: QuerySet[ContractLogEntry], sorting: Sorting) -> QuerySet[ContractLogEntry]:
    """The entries in this order."""
    return sorting.of_query(entries.alias(by_staff=OF_STAFF))


def line_of(entry: ContractLogEntry, people: Mapping[int, User]) -> Line:
    """The entry in words; ``people`` who may have done it."""
    nameless = NAMELESS.get(_who(entry.user_id, entry.door), "")
    user = None if nameless else people.get(entry.user_id)
    unknown = nameless or "Удалённый пользователь"
    return Line(
        at=entry.timestamp,
        who=user.get_short_name() if user else unknown,
        full_name=user.get_full_name() if user else unknown,
        login=user.email if user else "",
        what=entry.words,
        why=registry.get_formatter(entry).format_comment(entry),
        door=Door(entry.door).label,
    )


def _who(user: int | None, door: str) -> str:
    """By whom, as the filter names him in the address."""
    if Door(door).is_suppliers:
        return STAFF
    return PORTAL if user is None else str(user)


class TrailFilter(ListFilter):
    """By day, person, door and kind."""

    at_from = DateFilter(label="Дата от", method="since")
    at_to = DateFilter(label="Дата до", method="until")
    who = ChoiceFilter(label="Кто", method="by", empty_label="Все")
    kind = ChoiceFilter(label="Вид действия", method="of_kind", empty_label="Все")
    door = ChoiceFilter(label="Откуда", choices=Door.choices, empty_label="Отовсюду")

    layout = (("at", "Дата"), "who", "kind", "door")

    def __init__(self, data: Any, contract: Contract) -> None:
        entries = entries_of(contract)
        super().__init__(data, entries)
        found = {_who(user, door) for user, door in entries.values_list("user", "door").distinct()}
        people = User.objects.filter(pk__in=found - NAMELESS.keys())
        self.people = {one.pk: one for one in people.order_by("last_name", "first_name", "pk")}
        """Who did anything, the supplier's staff apart."""
        named = [(str(pk), f"{one.get_short_name()} ({one.email})") for pk, one in self.people.items()]
        nameless = [(code, label) for code, label in NAMELESS.items() if code in found]
        self.filters["who"].extra["choices"] = nameless + named
        labels = [(each.code, each.label) for each in kinds().values()]
        self.filters["kind"].extra["choices"] = sorted(labels, key=_label)

    def since(self, entries: QuerySet, name: str, day: dt.date) -> QuerySet:
        """From the beginning of the day in Moscow."""
        return entries.filter(timestamp__gte=_midnight(day))

    def until(self, entries: QuerySet, name: str, day: dt.date) -> QuerySet:
        """To the end of the day in Moscow."""
        return entries.filter(timestamp__lt=_midnight(day) + dt.timedelta(days=1))

    def by(self, entries: QuerySet, name: str, who: str) -> QuerySet:
        """Of one person, of the supplier's staff, or of the portal itself."""
        if who == STAFF:
            return entries.filter(OF_STAFF)
        return entries.filter(~OF_STAFF, user=None if who == PORTAL else int(who))

    def of_kind(self, entries: QuerySet, name: str, code: str) -> QuerySet:
        """Of one kind."""
        return entries.filter(kinds()[code].entries)


def _label(choice: tuple[str, str]) -> str:
    return choice[1]


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def sheet(contract: Contract, chosen: TrailFilter, sorting: Sorting) -> tables.Sheet:
    """What the filter finds as a sheet of a workbook; read and written as it comes."""
    columns = [
        tables.Column("Когда (время московское)", tables.Kind.MOMENT, 18),
        tables.Column("Кто", width=34),
        tables.Column("Логин", width=28),
        tables.Column("Что сделано", width=70),
        tables.Column("Причина", width=40),
        tables.Column("Откуда", width=18),
    ]
    title = chosen.entitle(f"Журнал действий. {contract}")
    rows = _cells(in_order(chosen.rows, sorting), chosen.people)
    return tables.Sheet("Журнал действий", title, columns, rows)


def _cells(entries: QuerySet[ContractLogEntry], people: Mapping[int, User]) -> Iterator[tuple]:
    for entry in entries.iterator(CHUNK):
        line = line_of(entry, people)
        yield line.at, line.full_name, line.login, line.what, line.why, line.door
