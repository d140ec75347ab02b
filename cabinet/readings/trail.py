"""What is done with readings, in the trail of their contract."""

import datetime as dt
import logging
from typing import Any

from django.utils import timezone

from cabinet.common import periods
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.contracts.trail import recording
from cabinet.contracts.trail.recording import ContractLogEntry

log = logging.getLogger(__name__)

TYPED = "readings.typed"
ONCE_AN = dt.timedelta(hours=1)


def record(action: str, user: Any, contract: Contract, period: dt.date, count: int, door: Door) -> None:
    """One entry of the contract's trail for an action, and a line of the log."""
    data = {"period": periods.code(period), "count": count}
    recording.record(action=action, actor=user, contract=contract, door=door, data=data)
    log.info(action, extra={"data": {"user": user.pk, "contract": contract.pk, **data}})


def record_typing(user: Any, contract: Contract, period: dt.date, door: Door) -> None:
    """An entry that the person types readings: one an hour, since the page saves on leaving each field.

    What exactly was typed stands in each reading's history. The caller holds the contract's lock.
    """
    code = periods.code(period)
    lately = ContractLogEntry.objects.filter(contract=contract, timestamp__gt=timezone.now() - ONCE_AN)
    if not lately.filter(action=TYPED, user=user, door=door, data__period=code).exists():
        recording.record(action=TYPED, actor=user, contract=contract, door=door, data={"period": code})
