"""How the reception of a period goes, for curators: by department, and which contracts have not sent all."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from cabinet.common import periods, tables
from cabinet.contracts.models import Contract, ContractAccess, Department, ReceptionWindow
from cabinet.contracts.roles import Ability, Role, roles_with
from cabinet.contracts.staff import departments_for
from cabinet.metering.models import Register
from cabinet.metering.querysets import takes_readings
from cabinet.readings.models import Reading
from cabinet.readings.statuses import Acceptance

CONTRACT = "meter__point__facility__contract"
CHUNK = 500
PEOPLE_NAMED = 3


@dataclass
class Progress:
    """The readings of a department and period: ``expected`` of meters that take readings, and what came of them."""

    department: Department
    expected: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def pending(self) -> int:
        """Sent, and not decided yet."""
        return self.counts.get(Acceptance.PENDING, 0)

    @property
    def accepted(self) -> int:
        return self.counts.get(Acceptance.ACCEPTED, 0)

    @property
    def rejected(self) -> int:
        return self.counts.get(Acceptance.REJECTED, 0)

    @property
    def missing(self) -> int:
        """What nobody sent; meters whose state changed after their readings were sent never make it negative."""
        return max(self.expected - sum(self.counts.values()), 0)

    @property
    def parts(self) -> list[tuple[str, int, float, float]]:
        """The parts of the bar: name, count, where it begins and how long it is, both of a hundred."""
        whole, begins, parts = self.missing + sum(self.counts.values()), 0.0, []
        for name in ("accepted", "pending", "rejected", "missing"):
            count = getattr(self, name)
            length = 100 * count / whole if whole else 0.0
            parts.append((name, count, begins, length))
            begins += length
        return parts


def shown_first(user: Any) -> dt.date:
    """The period of the window that opened last in the person's departments; this month where there is none."""
    windows = ReceptionWindow.objects.filter(opens_at__lte=timezone.now())
    own = windows.filter(department__in=departments_for(user)) | windows.filter(department=None)
    return own.order_by("-period").values_list("period", flat=True).first() or periods.this_period()


def progress_of(departments: Iterable[Department], period: dt.date) -> list[Progress]:
    """How far each department is, in two statements."""
    found = {one.pk: Progress(one) for one in departments}
    within = f"{CONTRACT}__department"
    expected = Register.objects.filter(takes_readings("meter__"), **{f"{within}__in": list(found)})
    for pk, count in expected.order_by().values_list(within).annotate(Count("pk")):
        found[pk].expected = count
    sent = Reading.objects.of_period(period).filter(
        takes_readings("register__meter__"), sent__isnull=False, **{f"register__{within}__in": list(found)}
    )
    for pk, acceptance, count in sent.order_by().values_list(f"register__{within}", "acceptance").annotate(Count("pk")):
        found[pk].counts[acceptance] = count
    return list(found.values())


def not_all_sent(departments: Iterable[Department], period: dt.date) -> QuerySet[Contract]:
    """Contracts that have sent less than is ``expected`` of them: with ``sent`` and ``missing``, the emptiest first."""
    registers = Register.objects.filter(takes_readings("meter__"), **{CONTRACT: OuterRef("pk")})
    sent = Reading.objects.of_period(period).filter(
        takes_readings("register__meter__"), sent__isnull=False, **{f"register__{CONTRACT}": OuterRef("pk")}
    )
    contracts = Contract.objects.filter(department__in=list(departments)).select_related("organisation", "department")
    counted = contracts.annotate(
        expected=_count(registers, CONTRACT), sent=_count(sent, f"register__{CONTRACT}")
    ).annotate(missing=F("expected") - F("sent"))
    return counted.filter(missing__gt=0).order_by("sent", "-missing", "number")


def _count(rows: QuerySet, by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def name_people(contracts: Iterable[Contract]) -> None:
    """Put on each contract whom to call (``people``): who may send its readings, the administrators first."""
    by_contract: dict[int, list[ContractAccess]] = defaultdict(list)
    keys = [contract.pk for contract in contracts]
    rows = ContractAccess.objects.usable().filter(contract__in=keys, role__in=roles_with(Ability.READINGS))
    for access in rows.select_related("user").order_by("user__last_name", "pk"):
        by_contract[access.contract_id].append(access)
    for contract in contracts:
        found = sorted(by_contract[contract.pk], key=lambda access: access.role != Role.ADMINISTRATOR)
        contract.people = [access.user for access in found][:PEOPLE_NAMED]  # type: ignore[attr-defined]


def sheet(contracts: QuerySet[Contract], period: dt.date) -> tables.Sheet:
    """The list to call as a sheet of a workbook."""
    figure = tables.Kind.FIGURE
    columns = [
        tables.Column("Договор"),
        tables.Column("Организация", width=36),
        tables.Column("Отделение", width=28),
        tables.Column("Показаний ожидается", figure, 14),
        tables.Column("Передано", figure, 12),
        tables.Column("Не передано", figure, 12),
        tables.Column("Кому звонить", width=60),
        tables.Column("Почта организации", width=30),
    ]
    return tables.Sheet("Не передали", f"Не передали показания: {periods.label(period)}", columns, _cells(contracts))


def _cells(contracts: QuerySet[Contract]) -> Iterator[list[Any]]:
    rows = list(contracts)
    for start in range(0, len(rows), CHUNK):
        batch: list[Any] = rows[start : start + CHUNK]
        name_people(batch)
        for one in batch:
            people = "; ".join(", ".join(filter(None, (p.get_full_name(), p.get_phone(), p.email))) for p in one.people)
            yield [
                one.number,
                one.organisation.name,
                one.department.name,
                one.expected,
                one.sent,
                one.missing,
                people,
                one.organisation.email,
            ]
