"""Two years of readings that fit the consumption of the season, and what is typed or sent this month."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from cabinet.accounts.models import User
from cabinet.contracts.doors import Door
from cabinet.readings.models import Reading, ReadingEvent
from cabinet.readings.statuses import Acceptance, Event
from portal.demo.builders import month_bounds
from portal.demo.clock import CLOSED_PERIODS, Clock
from portal.demo.metering import Metered
from portal.demo.sites import SEASONS, Point, Scale

LOADED_BY_SUPPLIER = 6  # the oldest periods came from the supplier's own records
REASON = "Расход в десять раз больше обычного. Проверьте показание и передайте его в следующем периоде."


@dataclass
class History:
    """Collects the readings of one contract and their events, to be written in bulk.

    ``sender`` is the person who sends through the page (the supplier loads all where there is
    nobody yet), ``curator`` the one who accepts.
    """

    clock: Clock
    random: Random
    sender: User | None
    curator: User
    all_sent: bool
    readings: list[Reading] = field(default_factory=list)
    events: list[ReadingEvent] = field(default_factory=list)

    def write(self, metered: list[Metered]) -> None:
        """Write all readings of these meters."""
        times = {period: self._sending_time(period) for period in self.clock.closed}
        for each in metered:
            noise = [self.random.uniform(0.93, 1.07) for _ in range(CLOSED_PERIODS + 1)]
            for scale, register in each.registers:
                values = list(_values(each, scale, self.clock, noise))
                if not each.point.new:
                    self._closed(each, register.pk, values[:-1], times)
                self._current(each, register.pk, values[-1])
        Reading.objects.bulk_create(self.readings)
        ReadingEvent.objects.bulk_create(self.events)

    def _closed(self, each: Metered, register: int, values: list[Decimal], times: dict[dt.date, dt.datetime]) -> None:
        spoken = CLOSED_PERIODS - each.point.silent_months
        for index, (period, value) in enumerate(zip(self.clock.closed[:spoken], values, strict=False)):
            door = Door.PAGE if self.sender and index >= LOADED_BY_SUPPLIER else Door.SUPPLIER
            if CLOSED_PERIODS - index == each.point.rejected_months_ago:
                wrong = values[index - 1] + 10 * (value - values[index - 1])
                self._sent(register, period, wrong, times[period], door, Acceptance.REJECTED, REASON)
            else:
                self._sent(register, period, value, times[period], door, Acceptance.ACCEPTED)

    def _current(self, each: Metered, register: int, value: Decimal) -> None:
        at = self.clock.earlier_this_month
        if self.all_sent or each.point.sent:
            acceptance = Acceptance.PENDING if each.point.sent else Acceptance.ACCEPTED
            self._sent(register, self.clock.period, value, at, Door.PAGE, acceptance)
        elif each.point.typed:
            reading = Reading(
                register_id=register, period=self.clock.period, draft=value, draft_by=self.sender, draft_at=at
            )
            self.readings.append(reading)
            self._remember(reading, at, Event.TYPED, self.sender)

    def _sent(
        self,
        register: int,
        period: dt.date,
        value: Decimal,
        at: dt.datetime,
        door: Door,
        acceptance: Acceptance,
        reason: str = "",
    ) -> None:
        by = self.sender if door == Door.PAGE else None
        reading = Reading(
            register_id=register,
            period=period,
            sent=value,
            sent_at=at,
            sent_by=by,
            door=door,
            acceptance=acceptance,
            acceptance_reason=reason,
        )
        self.readings.append(reading)
        self._remember(reading, at, Event.SENT, by)
        if acceptance != Acceptance.PENDING:
            judged = min(at + dt.timedelta(hours=30), self.clock.now)
            self._remember(reading, judged, Event(acceptance), self.curator, reason)

    def _remember(self, reading: Reading, at: dt.datetime, event: Event, actor: User | None, note: str = "") -> None:
        value = reading.draft if event == Event.TYPED else reading.sent
        line = ReadingEvent(reading=reading, at=at, actor=actor, door=reading.door, event=event, value=value, note=note)
        self.events.append(line)

    def _sending_time(self, period: dt.date) -> dt.datetime:
        """When the contract's readings of a closed period were sent: a working hour near its end."""
        start = month_bounds(period)[0]
        return start + dt.timedelta(
            days=self.random.randint(20, 24), hours=self.random.randint(9, 17), minutes=self.random.randint(0, 59)
        )


def _values(each: Metered, scale: Scale, clock: Clock, noise: list[float]) -> Iterator[Decimal]:
    """The register's readings of the closed periods and the current one, oldest first.

    They end, for the last closed period, at the reading the plan names: hence walked backwards.
    """
    point = each.point
    unit = Decimal(1).scaleb(-point.digits[1])
    all_periods = [*clock.closed, clock.period]
    steps = []
    for period, factor in zip(all_periods, noise, strict=True):
        energy = point.month * SEASONS[point.season][period.month - 1] * factor * scale.share
        steps.append((Decimal(energy) / _ratio(each.point, clock, period)).quantize(unit))
    value = Decimal(scale.last) - sum(steps[1:-1], Decimal(0))
    for step in [Decimal(0), *steps[1:]]:
        value += step
        yield value.quantize(unit)


def _ratio(point: Point, clock: Clock, period: dt.date) -> int:
    """Ктр of the point's plan in a period; the plan names the ratios from the oldest on."""
    value = 1
    for ratio in point.ratios:
        if ratio.months_ago is None or clock.months_ago(ratio.months_ago) <= period:
            value = ratio.current * ratio.voltage
    return value
