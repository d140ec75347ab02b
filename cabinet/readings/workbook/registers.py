"""A person's registers as plain values, for forms of a hundred thousand rows."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import NamedTuple

from django.db.models import QuerySet

from cabinet.common.digits import DigitsError, parse_figure
from cabinet.metering.models import Register
from cabinet.readings.basis import Basis, bases_of
from cabinet.readings.models import Reading
from cabinet.readings.statuses import Acceptance, Status, status_of

BATCH = 5000
FACILITY = "meter__point__facility"
NAMES = (
    "energy",
    "zone",
    "meter__serial",
    "meter__point__name",
    "meter__point__transit_consumer",
    FACILITY,
    f"{FACILITY}__name",
    f"{FACILITY}__contract",
    f"{FACILITY}__contract__number",
)
JUDGED = ("draft", "draft_text", "warning", "warning_confirmed_at", "sent", "acceptance")
READING = (*JUDGED, "draft_at", "draft_by", "sent_at", "sent_by", "version")


class Known(NamedTuple):
    """A register of the person with what its row is judged by and its reading of the period."""

    register: int
    basis: Basis
    scale: str
    serial: str
    point: str
    transit_consumer: str
    facility_id: int
    facility: str
    contract: int
    number: str
    draft: Decimal | None = None
    draft_text: str = ""
    warning: str = ""
    warning_confirmed_at: dt.datetime | None = None
    sent: Decimal | None = None
    acceptance: str = Acceptance.PENDING
    draft_at: dt.datetime | None = None
    draft_by: int | None = None
    sent_at: dt.datetime | None = None
    sent_by: int | None = None
    version: int = 0

    @property
    def value(self) -> Decimal | None:
        """The draft, else what was sent."""
        return self.draft if self.draft is not None else self.sent

    @property
    def status(self) -> Status:
        return status_of(**{name: getattr(self, name) for name in JUDGED})

    @property
    def shown(self) -> str:
        """What the page shows in the register's field."""
        if self.draft_text:
            return self.draft_text
        return self.basis.in_digits(self.value) if self.value is not None else ""

    @property
    def changed_by(self) -> int | None:
        """Who changed the reading last."""
        if self.draft_at and not (self.sent_at and self.sent_at > self.draft_at):
            return self.draft_by
        return self.sent_by

    def shows(self, text: str) -> bool:
        """Whether the page shows this text, or this figure, already."""
        if self.draft_text:
            return self.draft_text == text
        try:
            return self.value is not None and parse_figure(text) == self.value
        except DigitsError:
            return False


def known_registers(registers: QuerySet[Register], period: dt.date) -> Iterator[Known]:
    """The registers with their readings of the period, in no order; a statement more for each BATCH of them.

    The readings are asked for by ids: told by the registers' own query, SQLite goes through all readings for each.
    """
    found = bases_of(registers, period, *NAMES)
    while batch := list(islice(found, BATCH)):
        readings = Reading.objects.of_period(period).filter(register__in=[register for register, *_ in batch])
        current = {register: fields for register, *fields in readings.values_list("register", *READING)}
        for register, basis, (energy, zone, *names) in batch:
            yield Known(register, basis, _scale(energy, zone), *names, *current.get(register, ()))


@cache
def _scale(energy: str, zone: str) -> str:
    """«А+ Т1»."""
    return str(Register(energy=energy, zone=zone))
