"""Readings that a person may know of, and registers with what the page and the rules need beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Count, DecimalField, Exists, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Subquery

from cabinet.common import periods
from cabinet.common.jobs import JobQuerySet
from cabinet.contracts.models import Contract, Facility
from cabinet.contracts.roles import Ability
from cabinet.metering.models import Register, TransformerRatio
from cabinet.readings import conditions
from cabinet.readings.statuses import Acceptance, Kind

USUAL_MONTHS = 12
AT_ONCE = 5_000  # rows a statement: SQLite takes 32,766 parameters
RATIO = DecimalField(max_digits=20, decimal_places=6)


class ReadingQuerySet(models.QuerySet):
    """Readings."""

    def for_user(self, user: Any, ability: Ability = Ability.READINGS) -> ReadingQuerySet:
        """Readings of the facilities the user may work with."""
        return self.filter(register__meter__point__facility__in=Facility.objects.for_user(user, ability))

    def counting(self) -> ReadingQuerySet:
        """Sent readings that were not rejected: what the next period starts from."""
        return self.filter(kind=Kind.CURRENT, sent__isnull=False).exclude(acceptance=Acceptance.REJECTED)

    def of_contract(self, contract: Contract) -> ReadingQuerySet:
        """Readings of one contract."""
        return self.filter(register__meter__point__facility__contract=contract)

    def of_period(self, period: dt.date, kind: Kind = Kind.CURRENT) -> ReadingQuerySet:
        """Readings of one period and kind."""
        return self.filter(period=period, kind=kind)

    def change(self, readings: Sequence[Any], **values: Any) -> None:
        """Update these very readings, so many a statement that no database has too many parameters."""
        for start in range(0, len(readings), AT_ONCE):
            batch = [reading.pk for reading in readings[start : start + AT_ONCE]]
            self.filter(pk__in=batch).update(**values)

    def left_behind(self) -> dict[str, int]:
        """How many of them wait for a confirmation (``doubtful``) or cannot be taken (``wrong``)."""
        states = {"doubtful": conditions.doubtful(), "wrong": conditions.wrong()}
        return self.aggregate(**{name: Count("pk", filter=state) for name, state in states.items()})

    def ready(self) -> ReadingQuerySet:
        """Typed, without a doubt that waits for its confirmation: «Готово к передаче»."""
        return self.filter(conditions.ready())

    def doubtful(self) -> ReadingQuerySet:
        """Typed, with a doubt that waits for its confirmation."""
        return self.filter(conditions.doubtful())


class ActPrintQuerySet(JobQuerySet):
    """Acts that people asked for on paper."""

    def for_user(self, user: Any) -> ActPrintQuerySet:
        """The user's own, of the contracts he may still see."""
        return self.filter(user=user, contract__in=Contract.objects.for_user(user))


class OwnJobQuerySet(JobQuerySet):
    """Forms in Excel that people uploaded and asked for."""

    def for_user(self, user: Any) -> OwnJobQuerySet:
        """The user's own: nobody else's rows are in them."""
        return self.filter(user=user) if user.is_authenticated else self.none()


def registers_of(user: Any, contract: Contract | None = None) -> QuerySet[Register]:
    """The registers that the user may send readings of: of one contract, or of all his contracts."""
    registers = Register.objects.for_user(user, Ability.READINGS)
    return registers.of_contract(contract) if contract else registers


def without_previous(registers: QuerySet[Register], period: dt.date) -> QuerySet[Register]:
    """Registers that start the period without a reading of an earlier one."""
    from cabinet.readings.models import Reading

    before = Reading.objects.counting().filter(register=OuterRef("pk"), period__lt=period)
    return registers.filter(~Exists(before))


def with_current(registers: QuerySet[Register], period: dt.date) -> QuerySet[Register]:
    """Registers joined with their current reading of the period as ``now``."""
    current = Q(readings__kind=Kind.CURRENT, readings__period=period)
    return registers.annotate(now=FilteredRelation("readings", condition=current))


def with_facts(registers: QuerySet[Register], period: dt.date) -> QuerySet[Register]:
    """Registers with all that a period's reading is judged by.

    Annotates ``previous_sent`` and ``previous_period`` (the latest counting reading before the period),
    ``opening`` (the reading at the start that the client gave), ``past_sent`` and ``past_period`` (the
    earliest counting reading of the last twelve months, for what is usual), ``ratio`` (Ктр on the
    period's last day, None without transformers).
    """
    from cabinet.readings.models import Reading

    own = Reading.objects.filter(register=OuterRef("pk"))
    before = own.counting().filter(period__lt=period).order_by("-period")
    past = before.filter(period__gte=periods.shift(period, -USUAL_MONTHS - 1)).order_by("period")
    openings = own.filter(kind=Kind.OPENING, period__lte=period).exclude(acceptance=Acceptance.REJECTED)
    ratios = TransformerRatio.objects.filter(meter=OuterRef("meter"), valid_from__lt=periods.shift(period, 1))
    product = F("current_ratio") * F("voltage_ratio")
    return registers.annotate(
        previous_sent=Subquery(before.values("sent")[:1]),
        previous_period=Subquery(before.values("period")[:1]),
        opening=Subquery(openings.order_by("-period").values("sent")[:1]),
        past_sent=Subquery(past.values("sent")[:1]),
        past_period=Subquery(past.values("period")[:1]),
        ratio=Subquery(
            ratios.order_by("-valid_from").values_list(product)[:1],
            output_field=RATIO,
        ),
    )


def registers_with_readings(registers: QuerySet[Register], period: dt.date) -> QuerySet[Register]:
    """Registers with their facts and the period's current reading, in two statements.

    The reading is prefetched into ``of_period`` (a list of at most one).
    """
    from cabinet.readings.models import Reading

    current = Prefetch("readings", Reading.objects.of_period(period), to_attr="of_period")
    return with_facts(registers, period).prefetch_related(current)
