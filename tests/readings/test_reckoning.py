"""The consumption of many registers as figures alone is that of the page's sheets."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from cabinet.common import periods
from cabinet.metering.models import Register
from cabinet.readings.models import Reading
from cabinet.readings.querysets import with_current
from cabinet.readings.reckoning import Reckoned, reckon, reckon_all
from cabinet.readings.sheet import contract_total, facilities_of, lines_of
from cabinet.readings.statuses import Acceptance
from portal.demo import builders

SENT_AT = timezone.now()
VALUES = [
    {"draft": 1010},
    {"sent": 1020, "sent_at": SENT_AT},
    {"sent": 1030, "sent_at": SENT_AT, "draft": 1031},
    {"sent": 1040, "sent_at": SENT_AT, "acceptance": Acceptance.REJECTED},
    {"sent": 1040, "sent_at": SENT_AT, "acceptance": Acceptance.REJECTED, "draft": 1041},
    {"sent": 1050, "sent_at": SENT_AT, "draft_text": "abc", "problem": "Показание — число"},
    {"draft_text": "abc", "problem": "Показание — число"},
    {"draft": 3},
    {},
]


def registers_of_every_kind(contract, period):
    """In every facility a point of each value: with losses, transit, zones, a broken meter, no previous reading."""
    kinds = [
        {"loss_percent": Decimal("2.5"), "loss_kwh": Decimal(7)},
        {"transit_consumer": "ООО «Субабонент»"},
        {},
    ]
    for number, point_fields in enumerate(kinds):
        facility = builders.facility(contract, name=f"Объект {number}")
        for values in VALUES:
            meter = builders.meter(builders.point(facility, **point_fields), ratio=20)
            zones = ("", "T1", "T2") if number == 2 else ("",)
            registers = [builders.register(meter, zone=zone) for zone in zones]
            registers.append(builders.register(meter, energy=Register.Energy.REACTIVE_IN))
            for register in registers:
                builders.sent_reading(register, periods.shift(period, -1), 1000)
                Reading.objects.create(register=register, period=period, **values)
    facility = builders.facility(contract, name="Без истории и с неисправным")
    builders.register(builders.meter(builders.point(facility)))
    for values in VALUES:
        broken = builders.register(builders.meter(builders.point(facility), state="faulty"))
        Reading.objects.create(register=broken, period=period, **values)
    only_zones = builders.meter(builders.point(facility), verification_due=timezone.localdate() - dt.timedelta(days=1))
    for zone in ("T1", "T2"):
        builders.register(only_zones, zone=zone)


def test_every_facility_is_reckoned_as_its_sheet(cast, period):
    registers_of_every_kind(cast.third_contract, period)
    registers = Register.objects.of_contract(cast.third_contract)
    sheets = facilities_of(lines_of(registers, period))
    expected = {sheet.facility.pk: sheet.reckoned for sheet in sheets}
    reckoned = reckon(with_current(registers, period), period)[cast.third_contract.pk]
    assert {pk: reckoned.get(pk, Reckoned()) for pk in expected} == expected
    total = reckon_all(with_current(registers, period), period)
    assert (total.total, total.unknown) == contract_total(sheets)


def test_nothing_to_reckon_is_nothing(cast, period):
    assert reckon_all(with_current(Register.objects.none(), period), period) == Reckoned(None, 0)


@pytest.mark.parametrize("facilities", [1, 4])
def test_it_takes_one_statement_for_any_number(cast, period, facilities, django_assert_num_queries):
    for number in range(facilities):
        facility = builders.facility(cast.third_contract, name=f"Объект {number}")
        builders.register(builders.meter(builders.point(facility)))
    with django_assert_num_queries(1):
        reckon_all(with_current(Register.objects.of_contract(cast.third_contract), period), period)
