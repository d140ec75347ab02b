"""Typing readings: what is kept, what is refused, what is asked about."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from cabinet.common import periods
from cabinet.common.errors import NotAllowed
from cabinet.contracts.doors import Door
from cabinet.contracts.models import ReceptionWindow
from cabinet.readings.actions import Entry, UnknownRegister, lock_readings, save_readings, send_readings
from cabinet.readings.models import Reading, ReadingEvent
from cabinet.readings.statuses import Event, Status
from portal.demo import builders

# SQLite takes 999 parameters a statement: it needs so many more for two inserts of 200 rows
SQLITE_BATCHES = 4

pytestmark = pytest.mark.usefixtures("previous")


def save(cast, period, text, *, user=None, register=None, version=None, confirmed=False):
    register = register or cast.register
    entries = {register.pk: Entry(text=text, version=version, confirmed=confirmed)}
    return save_readings(
        user=user or cast.client, contract=cast.contract, period=period, entries=entries, door=Door.PAGE
    )


def reading_of(register, period):
    return Reading.objects.of_period(period).get(register=register)


@pytest.mark.parametrize("text", ["1010,5", "1010.5", "1 010,5", "1\u202f010,50", "001\u00a0010,5"])
def test_a_typed_value_is_ready_to_be_sent_however_it_is_written(cast, period, text):
    save(cast, period, text)
    reading = reading_of(cast.register, period)
    assert (reading.draft, reading.status, reading.sent) == (Decimal("1010.5"), Status.READY, None)
    assert reading.events.get().event == Event.TYPED
    assert reading.events.get().actor == cast.client


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1000000", "Ошибка значности: у счётчика 6 знаков до запятой"),
        ("1010,555", "Ошибка значности: у счётчика 2 знака после запятой"),
        ("-5", "Показание не может быть отрицательным"),
        ("\u22125", "Показание не может быть отрицательным"),
        ("abc", "Показание — число, например 15064,15"),
        ("1,0,1", "Показание — число, например 15064,15"),
        ("1e5", "Показание — число, например 15064,15"),
        ("١٢٣", "Показание — число, например 15064,15"),
        ("9" * 500, "Показание — число, например 15064,15"),
    ],
)
def test_a_wrong_value_is_kept_as_typed_with_its_reason(cast, period, text, problem):
    save(cast, period, text)
    reading = reading_of(cast.register, period)
    assert (reading.status, reading.problem) == (Status.WRONG, problem)
    assert reading.draft is None
    assert reading.draft_text == text[:40]


def test_a_wrong_value_is_never_sent_and_the_rest_is(cast, period):
    save(cast, period, "abc")
    save(cast, period, "1010", register=cast.second_register)
    sent = send_readings(user=cast.client, contract=cast.contract, period=period, confirmed={}, door=Door.PAGE)
    assert (sent.sent, sent.wrong) == (1, 1)
    assert reading_of(cast.register, period).sent is None


def test_zeros_at_the_end_of_the_fraction_are_no_extra_digits(cast, period):
    save(cast, period, "1010,5000")
    assert reading_of(cast.register, period).status == Status.READY


def test_a_value_far_from_the_usual_waits_for_a_confirmation_that_is_kept(cast, period):
    save(cast, period, "5000")
    reading = reading_of(cast.register, period)
    assert reading.status == Status.QUESTION
    assert "больше возможного" in reading.warning or "намного больше обычного" in reading.warning
    save(cast, period, None, confirmed=True)
    reading.refresh_from_db()
    assert reading.status == Status.READY
    assert reading.warning_confirmed_at is not None
    assert set(reading.events.values_list("event", flat=True)) == {Event.TYPED, Event.CONFIRMED}


def test_another_doubtful_value_must_be_confirmed_anew(cast, period):
    save(cast, period, "5000")
    save(cast, period, None, confirmed=True)
    save(cast, period, "6000")
    assert reading_of(cast.register, period).status == Status.QUESTION


def test_the_same_value_again_changes_nothing(cast, period):
    save(cast, period, "1010")
    save(cast, period, "1 010,00")
    reading = reading_of(cast.register, period)
    assert reading.version == 1
    assert reading.events.count() == 1


def test_an_emptied_field_takes_the_draft_back(cast, period):
    save(cast, period, "1010")
    save(cast, period, "")
    reading = reading_of(cast.register, period)
    assert (reading.draft, reading.status) == (None, Status.EMPTY)
    assert reading.events.first().event == Event.CLEARED


def test_an_empty_field_that_was_empty_leaves_no_trace(cast, period):
    save(cast, period, "")
    assert not Reading.objects.of_period(period).filter(register=cast.register).exists()


def test_a_colleagues_value_is_not_overwritten(cast, period):
    save(cast, period, "1010", user=cast.energetik)
    saved = save(cast, period, "1020", version=0)
    assert [line.register for line in saved.conflicts] == [cast.register]
    assert reading_of(cast.register, period).draft == Decimal(1010)


def test_seen_the_colleagues_value_may_be_replaced(cast, period):
    save(cast, period, "1010", user=cast.energetik)
    saved = save(cast, period, "1020", version=1)
    assert not saved.conflicts
    assert reading_of(cast.register, period).draft == Decimal(1020)


@pytest.mark.parametrize(("text", "conflicts"), [("1 010,50", 0), ("1010.5", 0), ("1010,6", 1), ("", 1), ("abc", 1)])
def test_a_value_sent_again_after_its_answer_was_lost_is_no_conflict(cast, period, text, conflicts):
    save(cast, period, "1010,5", version=0)
    saved = save(cast, period, text, version=0)
    assert len(saved.conflicts) == conflicts
    assert reading_of(cast.register, period).draft == Decimal("1010.5")


def test_the_sent_value_does_not_hide_what_a_colleague_typed_wrong(cast, period):
    builders.sent_reading(cast.register, period, 1010)
    save(cast, period, "abc", version=0, user=cast.energetik)
    assert len(save(cast, period, "1010", version=0).conflicts) == 1
    assert not save(cast, period, "abc", version=0).conflicts


def test_a_register_of_another_organisation_does_not_exist_and_nothing_is_kept(cast, period):
    entries = {cast.register.pk: Entry(text="1010"), cast.other_register.pk: Entry(text="1010")}
    with pytest.raises(UnknownRegister):
        save_readings(user=cast.client, contract=cast.contract, period=period, entries=entries, door=Door.PAGE)
    assert not Reading.objects.of_period(period).exists()


def test_an_engineer_reaches_only_his_chosen_facilities(cast, period):
    save(cast, period, "1010", user=cast.energetik)
    with pytest.raises(UnknownRegister):
        save(cast, period, "1010", user=cast.energetik, register=cast.second_register)


def test_an_accountant_reaches_no_register(cast, period):
    with pytest.raises(UnknownRegister):
        save(cast, period, "1010", user=cast.accountant)


def test_a_faulty_meter_takes_no_reading(cast, period):
    cast.register.meter.state = "faulty"
    cast.register.meter.save()
    save(cast, period, "1010")
    reading = reading_of(cast.register, period)
    assert (reading.draft, reading.problem) == (None, "Не исправен")


def test_a_meter_whose_verification_has_ended_takes_no_reading(cast, period):
    cast.register.meter.verification_due = timezone.localdate() - dt.timedelta(days=1)
    cast.register.meter.save()
    save(cast, period, "1010")
    assert reading_of(cast.register, period).problem == "Истек срок МПИ"


def test_a_meter_takes_readings_on_the_last_day_of_its_verification(cast, period):
    cast.register.meter.verification_due = timezone.localdate()
    cast.register.meter.save()
    save(cast, period, "1010")
    assert reading_of(cast.register, period).status == Status.READY


def test_after_the_window_nothing_is_kept_and_the_reason_is_told(cast, period):
    ReceptionWindow.objects.filter(period=period).update(
        opens_at=timezone.now() - dt.timedelta(days=2), closes_at=timezone.now() - dt.timedelta(seconds=1)
    )
    with pytest.raises(NotAllowed, match="закончился"):
        save(cast, period, "1010")
    assert not Reading.objects.of_period(period).exists()


def test_before_the_window_nothing_is_kept(cast, period):
    ReceptionWindow.objects.filter(period=period).update(
        opens_at=timezone.now() + dt.timedelta(hours=1), closes_at=timezone.now() + dt.timedelta(days=2)
    )
    with pytest.raises(NotAllowed, match="начнётся"):
        save(cast, period, "1010")


def test_a_period_without_a_window_takes_nothing(cast, period):
    with pytest.raises(NotAllowed, match="не назначен"):
        save(cast, periods.shift(period, 5), "1010")


def test_the_departments_own_window_goes_before_the_common_one(cast, period):
    ReceptionWindow.objects.filter(department=cast.department).update(closes_at=timezone.now() - dt.timedelta(hours=1))
    builders.window(None, period=period)
    with pytest.raises(NotAllowed, match="закончился"):
        save(cast, period, "1010")


def test_after_the_act_was_handed_over_nothing_changes(cast, period):
    save(cast, period, "1010")
    save(cast, period, "1010", register=cast.second_register)
    send_readings(user=cast.client, contract=cast.contract, period=period, confirmed={}, door=Door.PAGE)
    lock_readings(user=cast.client, contract=cast.contract, period=period)
    with pytest.raises(NotAllowed, match="передана на подпись"):
        save(cast, period, "1015")


def test_a_pasted_column_of_200_takes_as_many_statements_as_one_value(cast, period, django_assert_num_queries):
    point = cast.register.meter.point
    registers = [builders.register(builders.meter(point)) for _ in range(200)]
    entries = {register.pk: Entry(text=str(n)) for n, register in enumerate(registers, 1)}
    # the transaction's two; the lock, the window; registers, their readings; the drafts, their history;
    # whether this hour's entry is in the trail, and the entry
    with django_assert_num_queries(10 if connection.vendor == "postgresql" else 10 + SQLITE_BATCHES):
        save_readings(user=cast.client, contract=cast.contract, period=period, entries=entries, door=Door.PAGE)
    assert Reading.objects.of_period(period).ready().count() == 200
    assert ReadingEvent.objects.count() == 200
