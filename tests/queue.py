"""The worker's queue in tests: what was queued, done now."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.module_loading import import_string
from django_q.models import OrmQ
from django_q.signing import SignedPackage


def queued() -> list[dict[str, Any]]:
    """The tasks that wait, as the worker would be given them."""
    return [SignedPackage.loads(row.payload) for row in OrmQ.objects.order_by("pk")]


def work() -> None:
    """Do what waits, as the worker does; tasks that these queue are done as well."""
    while row := OrmQ.objects.order_by("pk").first():
        task = SignedPackage.loads(row.payload)
        row.delete()
        import_string(task["func"])(*task["args"], **(task["kwargs"] or {}))


@pytest.fixture
def letters(mailoutbox: list) -> Callable[[], list]:
    """The letters that have gone out, once the queue is worked off."""

    def sent() -> list:
        work()
        return mailoutbox

    return sent
