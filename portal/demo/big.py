"""The contract with thousands of meters, written in bulk."""

import itertools
from decimal import Decimal

from cabinet.accounts.models import User
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract, Facility
from cabinet.metering.models import Meter, MeteringPoint, Register, TransformerRatio
from cabinet.readings.models import Reading
from cabinet.readings.statuses import Acceptance
from portal.demo.builders import RATIOS_SINCE, month_bounds
from portal.demo.clock import Clock

FACILITIES = 100
PERIODS = 2  # closed periods with a reading: the least that tells what is usual
TYPES = ("Меркурий 230 ART", "Меркурий 234 ART", "СЭТ-4ТМ.03М", "ПСЧ-4ТМ.05МК", "ЦЭ6803В")
RATIOS = (1, 1, 20, 1, 40)


def make_meters(contract: Contract, count: int, sender: User, clock: Clock) -> None:
    """So many meters of one A+ register each in about a hundred facilities, with their last readings."""
    facilities = Facility.objects.bulk_create(
        Facility(contract=contract, name=f"Узел связи № {number:03d}", address=f"Москва, узел {number:03d}")
        for number in range(1, min(FACILITIES, count) + 1)
    )
    points = MeteringPoint.objects.bulk_create(
        MeteringPoint(
            facility=facility,
            name=f"ввод {number // len(facilities) + 1}",
            voltage_level="СН2" if number % 10 == 0 else "НН",
            max_power_kw=Decimal(60),
        )
        for number, facility in zip(range(count), itertools.cycle(facilities), strict=False)
    )
    meters = Meter.objects.bulk_create(
        Meter(point=point, serial=f"{40_000_000 + number}", type_name=TYPES[number % len(TYPES)])
        for number, point in enumerate(points)
    )
    TransformerRatio.objects.bulk_create(
        TransformerRatio(meter=meter, valid_from=RATIOS_SINCE, current_ratio=Decimal(ratio))
        for meter, ratio in zip(meters, itertools.cycle(RATIOS), strict=False)
        if ratio != 1
    )
    registers = Register.objects.bulk_create(Register(meter=meter) for meter in meters)
    _make_readings(registers, sender, clock)


def _make_readings(registers: list[Register], sender: User, clock: Clock) -> None:
    for months_ago in range(PERIODS, 0, -1):
        period = clock.months_ago(months_ago)
        at = month_bounds(period)[1].replace(day=24, hour=11)
        Reading.objects.bulk_create(
            Reading(
                register=register,
                period=period,
                sent=_value(number, months_ago),
                sent_at=at,
                sent_by=sender,
                door=Door.PAGE,
                acceptance=Acceptance.ACCEPTED,
            )
            for number, register in enumerate(registers)
        )


def _value(number: int, months_ago: int) -> Decimal:
    """A believable reading: every meter has its own start and its own monthly step."""
    start = 10_000 + number * 37 % 80_000
    step = 110 + number * 13 % 190
    return Decimal(start - months_ago * step) + Decimal(number % 100) / 100
