"""The act's figures, held against ones made by hand."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from cabinet.common import periods
from cabinet.contracts.models import Contract, Facility
from cabinet.readings.act.content import act_of
from cabinet.readings.act.pdf import act_html
from cabinet.readings.models import Reading
from cabinet.readings.statuses import Acceptance, Kind
from portal.demo import builders

PERIOD = dt.date(2026, 11, 1)
D = Decimal


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-27 12:00:00+03:00", tick=False):
        yield


@pytest.fixture
def contract(db):
    return builders.contract(signature_agreement_date=dt.date(2021, 6, 1))


@pytest.fixture
def facility(contract):
    return builders.facility(contract, name="Склад")


def metered(facility, *, previous=None, current=None, ratio=1, digits=6, energy="A+", zone="", meter=None, **point):
    """The register of a new point with a previous reading and one of this month."""
    if meter is None:
        meter = builders.meter(builders.point(facility, **point), ratio=ratio, digits_before=digits)
    register = builders.register(meter, energy=energy, zone=zone)
    if previous is not None:
        builders.sent_reading(register, periods.shift(PERIOD, -1), previous)
    if current is not None:
        builders.sent_reading(register, PERIOD, current)
    return register


def filled(contract, **changes):
    wanted = {"contract": contract, "period": PERIOD, "facilities": Facility.objects.all(), "filled": True}
    return act_of(**(wanted | changes))


def rows(act):
    return [
        row
        for facility in act.facilities
        for point in facility.points
        for meter in point.meters
        for row in meter.registers
    ]


def test_consumption_is_the_difference_times_the_ratio(contract, facility):
    metered(facility, previous="15064.15", current="15164.65", ratio=80)
    [row] = rows(filled(contract))
    assert (row.previous, row.current) == (D("15064.15"), D("15164.65"))
    assert (row.difference, row.energy) == (D("100.50"), D(8040))
    assert row.notes == ()


def test_the_ratio_is_the_one_in_force_at_the_end_of_the_period(contract, facility):
    register = metered(facility, previous=100, current=110, ratio=20)
    register.meter.ratios.create(valid_from=PERIOD, current_ratio=30, voltage_ratio=60)
    register.meter.ratios.create(valid_from=dt.date(2026, 12, 1), current_ratio=999)
    act = filled(contract)
    assert act.facilities[0].points[0].meters[0].ratio == 1800
    assert rows(act)[0].energy == 18000


def test_a_passage_through_zero_is_counted_and_noted(contract, facility):
    metered(facility, previous="99990", current="15.5", digits=5, max_power_kw=D(150))
    [row] = rows(filled(contract))
    assert (row.difference, row.energy) == (D("25.5"), D("25.5"))
    assert row.notes == ("Переход через ноль",)


def test_a_reading_below_the_previous_one_that_no_passage_explains_has_no_consumption(contract, facility):
    metered(facility, previous="5000", current="4000", max_power_kw=D(1))
    act = filled(contract)
    [row] = rows(act)
    assert (row.current, row.difference, row.energy) == (4000, None, None)
    assert row.notes == ("Меньше предыдущего, расход не посчитан",)
    assert (act.totals.total, act.totals.unknown) == (None, 1)


def test_losses_are_added_to_a_point(contract, facility):
    metered(facility, previous=0, current=100, ratio=10, loss_percent=D("2.5"), loss_kwh=D(10))
    act = filled(contract)
    [point] = act.facilities[0].points
    assert (point.losses, point.transit, point.total) == (D(35), None, D(1035))
    assert act.totals.losses == D(35)
    assert act.totals.total == D(1035)


def test_transit_is_taken_off_the_facility_with_its_losses(contract, facility):
    metered(facility, previous=0, current=1000, name="Ввод", loss_percent=D(1))
    metered(facility, previous=0, current=200, name="На соседа", transit_consumer="ИП Сосед", loss_percent=D(5))
    act = filled(contract)
    intake, transit = act.facilities[0].points
    assert (intake.total, intake.transit) == (1010, None)
    assert (transit.losses, transit.transit, transit.total) == (10, 210, -210)
    totals = act.facilities[0].totals
    assert (totals.energy, totals.losses, totals.transit, totals.total) == (1000, 10, 210, 800)
    assert totals.energy + totals.losses - totals.transit == totals.total


def test_more_transit_than_intake_is_said(contract, facility):
    metered(facility, previous=0, current=100)
    assert not filled(contract).totals.is_below_zero
    metered(facility, previous=0, current=200, transit_consumer="ИП Сосед")
    act = filled(contract)
    assert act.totals.total == -100
    assert act.totals.is_below_zero
    assert "транзит больше расхода" in act_html(act)


def test_zones_beside_a_total_are_its_parts_and_counted_once(contract, facility):
    total = metered(facility, previous=0, current=100)
    for zone, current in (("T1", 60), ("T2", 40)):
        metered(facility, previous=0, current=current, zone=zone, meter=total.meter)
    act = filled(contract)
    assert [row.counts for row in rows(act)] == [True, False, False]
    assert [row.energy for row in rows(act)] == [100, 60, 40]
    assert act.totals.total == 100


def test_zones_without_a_total_add_up(contract, facility):
    first = metered(facility, previous=0, current=60, zone="T1")
    metered(facility, previous=0, current=40, zone="T2", meter=first.meter)
    act = filled(contract)
    assert all(row.counts for row in rows(act))
    assert act.totals.total == 100


def test_reactive_energy_and_what_is_given_back_do_not_enter_the_total(contract, facility):
    first = metered(facility, previous=0, current=100)
    metered(facility, previous=0, current=30, energy="R+", meter=first.meter)
    metered(facility, previous=0, current=20, energy="A-", meter=first.meter)
    act = filled(contract)
    assert [(row.register.energy, row.energy) for row in rows(act)] == [("A+", 100), ("A-", 20), ("R+", 30)]
    assert act.totals.total == 100


def test_a_draft_is_not_in_the_act(contract, facility):
    register = metered(facility, previous=0, current=100)
    Reading.objects.filter(register=register, period=PERIOD).update(draft=D(999))
    assert rows(filled(contract))[0].current == 100


def test_a_missing_reading_is_said_and_left_out_of_the_sums(contract, facility):
    metered(facility, previous=0, current=100)
    metered(facility, previous=0)
    act = filled(contract)
    assert rows(act)[1].notes == ("Показание не передано",)
    assert (act.totals.total, act.totals.unknown) == (100, 1)
    assert act.facilities[0].totals.unknown == 1


def test_a_rejected_reading_is_shown_with_its_reason_and_not_counted(contract, facility):
    register = metered(facility, previous=0, current=100)
    rejected = {"acceptance": Acceptance.REJECTED, "acceptance_reason": "Нет доступа"}
    Reading.objects.filter(register=register, period=PERIOD).update(**rejected)
    act = filled(contract)
    [row] = rows(act)
    assert (row.current, row.energy) == (100, None)
    assert row.notes == ("Не принято в расчет: Нет доступа",)
    assert act.totals.total is None


def test_a_register_without_a_previous_reading_starts_from_the_opening_one(contract, facility):
    register = metered(facility, current=100)
    assert rows(filled(contract))[0].notes == ("Нет показания на начало периода",)
    builders.sent_reading(register, PERIOD, 40, kind=Kind.OPENING)
    [row] = rows(filled(contract))
    assert (row.previous, row.energy) == (40, 60)


def test_a_previous_reading_of_an_earlier_month_says_of_which_day(contract, facility):
    register = metered(facility, current=100)
    builders.sent_reading(register, dt.date(2026, 8, 1), 10)
    assert rows(filled(contract))[0].notes == ("Предыдущее — на 01.09.2026",)


@pytest.mark.parametrize("is_filled", [True, False])
def test_a_meter_that_takes_no_readings_says_why(contract, facility, is_filled):
    register = metered(facility, previous=0)
    register.meter.verification_due = dt.date(2026, 11, 20)
    register.meter.save()
    assert rows(filled(contract, filled=is_filled))[0].notes == ("Истек срок МПИ",)


def test_a_blank_leaves_the_current_readings_and_what_follows_from_them_empty(contract, facility):
    metered(facility, previous=50, current=100, ratio=10, loss_percent=D(1))
    act = filled(contract, filled=False)
    [row] = rows(act)
    [point] = act.facilities[0].points
    assert row.previous == 50
    assert (row.current, row.difference, row.energy, point.losses, point.total) == (None,) * 5
    assert (act.totals.total, act.totals.unknown, act.facilities[0].totals.unknown) == (None, 0, 0)


def test_only_a_filled_act_of_a_contract_with_the_agreement_states_it(contract, facility):
    metered(facility)
    assert filled(contract).agreement_date == dt.date(2021, 6, 1)
    assert filled(contract, filled=False).agreement_date is None
    contract.signature_agreement_date = None
    assert filled(contract).agreement_date is None


def test_chosen_facilities_make_a_partial_act_of_their_figures_alone(contract, facility):
    metered(facility, previous=0, current=100)
    metered(builders.facility(contract, name="Цех"), previous=0, current=1000)
    builders.facility(contract, name="Пустырь без приборов")
    whole, part = filled(contract), filled(contract, facilities=Facility.objects.filter(pk=facility.pk))
    assert (whole.is_partial, whole.totals.total) == (False, 1100)
    assert (part.is_partial, part.totals.total) == (True, 100)


def test_facilities_of_another_contract_never_get_in(contract, facility):
    metered(facility, previous=0, current=100)
    metered(builders.facility(builders.contract()), previous=0, current=7)
    assert filled(contract).totals.total == 100


def test_meters_are_numbered_through_the_act_and_the_day_is_the_first_of_the_next_month(contract, facility):
    for name in ("Цех", "Ангар"):
        metered(builders.facility(contract, name=name))
    metered(facility)
    act = filled(contract, period=dt.date(2026, 12, 1))
    assert [f.facility.name for f in act.facilities] == ["Ангар", "Склад", "Цех"]
    assert [m.number for f in act.facilities for p in f.points for m in p.meters] == [1, 2, 3]
    assert act.taken_on == dt.date(2027, 1, 1)


@pytest.mark.parametrize("meters", [1, 30])
def test_an_act_takes_as_many_statements_for_one_meter_as_for_thirty(
    contract, facility, meters, django_assert_num_queries
):
    for _ in range(meters):
        metered(facility, previous=0, current=10, ratio=2)
    fresh = Contract.objects.select_related("organisation", "department").get(pk=contract.pk)
    with django_assert_num_queries(3):
        act = filled(fresh)
        assert act.size == meters
        assert act.totals.total == meters * 20
