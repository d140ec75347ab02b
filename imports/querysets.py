"""Whose loads a member of staff may know of."""

from __future__ import annotations

from typing import Any

from django.db import models

from cabinet.common.jobs import JobQuerySet, JobState
from cabinet.contracts.staff import sees_all_departments
from imports.statuses import Stage


class LoadQuerySet(JobQuerySet):
    """Loads of the supplier's data."""

    def for_user(self, user: Any) -> LoadQuerySet:
        """A curator's own: a colleague's may be of other departments; an administrator's all."""
        return self if sees_all_departments(user) else self.filter(user=user)

    def waiting(self) -> LoadQuerySet:
        """Judged without a wrong row, and not confirmed yet."""
        return self.filter(stage=Stage.JUDGING, state=JobState.DONE, summary__wrong=0)

    def wrong(self) -> LoadQuerySet:
        """Judged, with wrong rows."""
        return self.filter(stage=Stage.JUDGING, state=JobState.DONE, summary__wrong__gt=0)

    def failed(self) -> LoadQuerySet:
        """Those whose last step failed."""
        return self.filter(state=JobState.FAILED)

    def applied(self) -> LoadQuerySet:
        """Those whose rows are in the database now."""
        return self.filter(applied_at__isnull=False, taken_back_at=None)

    def taken_back(self) -> LoadQuerySet:
        """Those that were applied and are no more."""
        return self.filter(taken_back_at__isnull=False)


class RowQuerySet(models.QuerySet):
    """Rows of loads, and what they made."""

    def drop(self) -> None:
        """Delete them without reading them first: there may be hundreds of thousands, and nothing refers to them."""
        self._raw_delete(self.db)
