"""An act of invented figures: what a template is tried on. Nothing of it is in the database."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from cabinet.contracts.models import Contract, Department, Facility, Organisation
from cabinet.metering.models import Meter, MeteringPoint, Register
from cabinet.readings.act.content import Act, FacilityRows, MeterRows, PointRows, RegisterRow, Totals

D = Decimal
PERIOD = dt.date(2026, 11, 1)


def sample_act(*, filled: bool) -> Act:
    """An act with all that an act can have: zones, losses, transit, a missing reading, chosen facilities alone."""
    contract = Contract(
        organisation=Organisation(name="ООО «Пример & Ко»", inn="7707083893", kpp="770701001"),
        department=Department(name="Отделение-образец"),
        number="00000000",
        date=dt.date(2020, 2, 3),
        signature_agreement_date=dt.date(2021, 6, 1),
    )
    warehouse = FacilityRows(
        Facility(name="Склад-образец", address="ул. Примерная, 1"),
        (_intake(filled), _transit(filled)),
        Totals(D(1045), D(45), D(200), D(890)) if filled else Totals(),
    )
    shop = FacilityRows(
        Facility(name="Магазин-образец"),
        (_unread(filled), _plain(filled)),
        Totals(D(310), total=D(310), unknown=1) if filled else Totals(),
    )
    return Act(
        contract=contract,
        period=PERIOD,
        filled=filled,
        number="000000",
        formed_at=timezone.now(),
        facilities=(warehouse, shop),
        totals=Totals(D(1355), D(45), D(200), D(1200), 1) if filled else Totals(),
        facilities_of_contract=3,
    )


def _meter(serial: str) -> Meter:
    return Meter(serial=serial, type_name="Меркурий 234 ART", verification_due=dt.date(2030, 12, 31))


def _row(
    meter: Meter, previous: str, current: str, energy: str, filled: bool, zone: str = "", counts: bool = True
) -> RegisterRow:
    register = Register(meter=meter, zone=zone)
    if not filled:
        return RegisterRow(register, counts, D(previous))
    return RegisterRow(register, counts, D(previous), D(current), D(current) - D(previous), D(energy))


def _intake(filled: bool) -> PointRows:
    """A total with its two zones, losses added."""
    meter, point = _meter("10000001"), MeteringPoint(name="Ввод 1", voltage_level="СН2", loss_percent=D("2.5"))
    rows = (
        _row(meter, "100.25", "152.50", "1045", filled),
        _row(meter, "60.25", "90.50", "605", filled, "T1", counts=False),
        _row(meter, "40.00", "62.00", "440", filled, "T2", counts=False),
    )
    meters = (MeterRows(1, meter, D(20), rows),)
    return PointRows(point, meters, D(45), None, D(1090)) if filled else PointRows(point, meters)


def _transit(filled: bool) -> PointRows:
    """A point whose energy goes on to another consumer."""
    meter = _meter("10000002")
    point = MeteringPoint(name="Ввод 2", voltage_level="НН", transit_consumer="ИП Образцов")
    meters = (MeterRows(2, meter, D(1), (_row(meter, "5000", "5200", "200", filled),)),)
    return PointRows(point, meters, D(0), D(200), D(-200)) if filled else PointRows(point, meters)


def _unread(filled: bool) -> PointRows:
    """A point whose reading was not sent."""
    meter = _meter("10000003")
    notes = ("Показание не передано",) if filled else ()
    row = RegisterRow(Register(meter=meter), counts=True, previous=D("701.3"), notes=notes)
    return PointRows(MeteringPoint(name="ВРУ", voltage_level="НН"), (MeterRows(3, meter, D(1), (row,)),))


def _plain(filled: bool) -> PointRows:
    meter, point = _meter("10000004"), MeteringPoint(name="Вывеска", voltage_level="НН")
    meters = (MeterRows(4, meter, D(1), (_row(meter, "10", "320", "310", filled),)),)
    return PointRows(point, meters, D(0), None, D(310)) if filled else PointRows(point, meters)
