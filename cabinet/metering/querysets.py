"""Metering points, meters and registers that a person may know of."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cabinet.contracts.models import Contract, Facility
from cabinet.contracts.roles import Ability
from cabinet.metering.statuses import MeterState


def takes_readings(meter: str) -> Q:
    """Meters that take readings today, neither «Не исправен» nor «Истек срок МПИ»; ``meter`` is the path to them."""
    due = f"{meter}verification_due"
    return Q(**{f"{meter}state": MeterState.WORKING}) & (Q(**{due: None}) | Q(**{f"{due}__gte": timezone.localdate()}))


class MeteringPointQuerySet(models.QuerySet):
    """Metering points (точки учёта)."""

    def for_user(self, user: Any, ability: Ability | None = None) -> MeteringPointQuerySet:
        """Points of the facilities the user may see."""
        return self.filter(facility__in=Facility.objects.for_user(user, ability))


class MeterQuerySet(models.QuerySet):
    """Meters (приборы учёта)."""

    def for_user(self, user: Any, ability: Ability | None = None) -> MeterQuerySet:
        """Meters of the facilities the user may see."""
        return self.filter(point__facility__in=Facility.objects.for_user(user, ability))


class RegisterQuerySet(models.QuerySet):
    """Registers (шкалы) of meters."""

    def for_user(self, user: Any, ability: Ability | None = None) -> RegisterQuerySet:
        """Registers of the facilities the user may see."""
        return self.filter(meter__point__facility__in=Facility.objects.for_user(user, ability))

    def of_contract(self, contract: Contract) -> RegisterQuerySet:
        """Registers of one contract."""
        return self.filter(meter__point__facility__contract=contract)
