"""Rows of money that a person may know of."""

from __future__ import annotations

from typing import Any

from django.db import models

from cabinet.contracts.models import Contract
from cabinet.contracts.roles import Ability


class MoneyQuerySet(models.QuerySet):
    """Payments, documents or acts of violation."""

    def for_user(self, user: Any) -> MoneyQuerySet:
        """Those of the contracts whose money the user may see."""
        return self.filter(contract__in=Contract.objects.for_user(user, Ability.MONEY))
