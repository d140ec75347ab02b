"""The trail that a contract's history would have left: what was sent, accepted and rejected, who got access."""

import datetime as dt
from typing import Any

from django.db.models import Count, Max, Q

from cabinet.accounts.models import User
from cabinet.common import periods
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract, ContractAccess
from cabinet.contracts.roles import Role
from cabinet.contracts.trail.recording import ContractLogEntry, record
from cabinet.contracts.wording import about, access_in_words
from cabinet.readings.models import Reading
from cabinet.readings.statuses import Acceptance

JUDGED_AFTER = dt.timedelta(hours=30)


def write_readings(contract: Contract, curator: User, now: dt.datetime) -> None:
    """An entry for each sending through the page, and for what the curator decided of it."""
    decided = {
        "accepted": Count("pk", filter=Q(acceptance=Acceptance.ACCEPTED)),
        "rejected": Count("pk", filter=Q(acceptance=Acceptance.REJECTED)),
        "reason": Max("acceptance_reason"),
    }
    sent = Reading.objects.of_contract(contract).filter(door=Door.PAGE, sent__isnull=False, sent_by__isnull=False)
    rows = sent.order_by().values_list("period", "sent_at", "sent_by").annotate(count=Count("pk"), **decided)
    for period, at, by, count, accepted, rejected, reason in rows:
        code, judged = periods.code(period), min(at + JUDGED_AFTER, now)
        _note("readings.send", User(pk=by), contract, at, Door.PAGE, period=code, count=count)
        if accepted:
            _note("readings.accept", curator, contract, judged, Door.OFFICE, periods=[code], count=accepted)
        if rejected:
            said = {"periods": [code], "count": rejected, "reason": reason}
            _note("readings.reject", curator, contract, judged, Door.OFFICE, **said)


def write_accesses(contract: Contract) -> None:
    """An entry for each access of a colleague that an administrator gave."""
    accesses = list(ContractAccess.objects.filter(contract=contract).select_related("user").order_by("pk"))
    administrator = next((access for access in accesses if access.role == Role.ADMINISTRATOR), None)
    for access in accesses if administrator else ():
        if access != administrator:
            said = about(access.user, terms=access_in_words(access))
            _note("contracts.access_grant", administrator.user, contract, access.created_at, Door.PAGE, **said)


def _note(action: str, actor: User, contract: Contract, at: dt.datetime, door: Door, **data: Any) -> None:
    entry = record(action=action, actor=actor, contract=contract, door=door, data=data)
    ContractLogEntry.objects.filter(pk=entry.pk).update(timestamp=at)
