"""Applying a judged form: drafts, history, trail; what has changed meanwhile is left, refused contracts are named."""

import datetime as dt
from decimal import Decimal

import pytest

from cabinet.contracts.doors import Door
from cabinet.contracts.models import ContractAccess, ReceptionWindow
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.metering.statuses import MeterState
from cabinet.readings.actions import Entry as Typed
from cabinet.readings.actions import save_readings, send_readings
from cabinet.readings.models import HandedOverAct, Reading, ReadingEvent
from cabinet.readings.statuses import Event, Status
from cabinet.readings.workbook.applying import apply_entries
from cabinet.readings.workbook.findings import Entries, Entry
from portal.demo import builders
from tests.at_once import at_once, errors

pytestmark = pytest.mark.usefixtures("previous")


def batch(cast, period, *entries, contract=None, stale=False):
    """Entries of (register, text[, version]) of one contract."""
    rows = [Entry(register.pk, text, *(version or [0])) for register, text, *version in entries]
    return Entries((contract or cast.contract).pk, period, stale, rows)


def apply(cast, *batches, user=None, with_stale=False):
    return apply_entries(user=user or cast.client, batches=batches, with_stale=with_stale).as_json()


def reading_of(register, period):
    return Reading.objects.of_period(period).get(register=register)


def test_good_rows_are_ready_and_wrong_ones_carry_their_error(cast, period):
    result = apply(cast, batch(cast, period, (cast.register, "1010,5"), (cast.second_register, "1010,555")))
    good, wrong = reading_of(cast.register, period), reading_of(cast.second_register, period)
    assert (good.draft, good.status, good.draft_by) == (Decimal("1010.5"), Status.READY, cast.client)
    assert (wrong.draft, wrong.draft_text, wrong.status) == (None, "1010,555", Status.WRONG)
    assert wrong.problem.startswith("Ошибка значности")
    assert (result["ready"], result["wrong"]) == (1, 1)


def test_wrong_rows_are_never_sent_and_the_rest_is(cast, period):
    apply(cast, batch(cast, period, (cast.register, "1010"), (cast.second_register, "abc")))
    sent = send_readings(user=cast.client, contract=cast.contract, period=period, confirmed={}, door=Door.PAGE)
    assert (sent.sent, sent.wrong) == (1, 1)


def test_a_doubtful_row_waits_for_its_confirmation_as_a_typed_one_does(cast, period):
    result = apply(cast, batch(cast, period, (cast.register, "900")))
    assert reading_of(cast.register, period).status == Status.QUESTION
    assert result["doubtful"] == 1


def test_history_and_trail_name_the_door(cast, period):
    apply(cast, batch(cast, period, (cast.register, "1010"), (cast.second_register, "1011")))
    events = ReadingEvent.objects.filter(event=Event.TYPED)
    assert {(event.actor, event.door) for event in events} == {(cast.client, Door.EXCEL)}
    entry = ContractLogEntry.objects.get(action="readings.upload")
    assert (entry.contract, entry.door, entry.data["count"]) == (cast.contract, Door.EXCEL, 2)


def test_history_says_the_same_as_of_typed_readings(cast, period):
    """A value, a wrong text, and a correction taken back to what was sent."""
    builders.sent_reading(cast.register, period, "1010")
    entries = {cast.register.pk: Typed(text="1012"), cast.second_register.pk: Typed(text="abc")}
    save_readings(user=cast.client, contract=cast.contract, period=period, entries=entries, door=Door.EXCEL)
    entries = {cast.register.pk: Typed(text="1010")}
    save_readings(user=cast.client, contract=cast.contract, period=period, entries=entries, door=Door.EXCEL)
    said = ("reading__register", "actor", "door", "event", "value", "note")
    typed = sorted(ReadingEvent.objects.values_list(*said), key=str)
    Reading.objects.of_period(period).delete()
    builders.sent_reading(cast.register, period, "1010")
    apply(cast, batch(cast, period, (cast.register, "1012"), (cast.second_register, "abc")))
    apply(cast, batch(cast, period, (cast.register, "1010", 1)))
    assert sorted(ReadingEvent.objects.values_list(*said), key=str) == typed


def test_what_is_there_already_leaves_no_trace(cast, period):
    entries = {cast.register.pk: Typed(text="1010")}
    save_readings(user=cast.client, contract=cast.contract, period=period, entries=entries, door=Door.PAGE)
    result = apply(cast, batch(cast, period, (cast.register, "1010,00", 1)))
    assert ReadingEvent.objects.count() == 1
    assert result["ready"] == 1
    assert not ContractLogEntry.objects.filter(action="readings.upload").exists()


def test_a_correction_stands_beside_the_value_that_was_sent(cast, period):
    builders.sent_reading(cast.register, period, "1010")
    apply(cast, batch(cast, period, (cast.register, "1012")))
    reading = reading_of(cast.register, period)
    assert (reading.sent, reading.draft) == (Decimal(1010), Decimal(1012))


def test_a_value_changed_since_the_judging_is_left(cast, period):
    entries = {cast.register.pk: Typed(text="1020")}
    save_readings(user=cast.energetik, contract=cast.contract, period=period, entries=entries, door=Door.PAGE)
    result = apply(cast, batch(cast, period, (cast.register, "1010", 0)))
    assert reading_of(cast.register, period).draft == Decimal(1020)
    assert result["changed"] == 1


@pytest.mark.parametrize(("chosen", "draft"), [(False, Decimal(1020)), (True, Decimal(1010))])
def test_a_stale_row_replaces_a_colleagues_value_only_when_it_was_chosen(cast, period, chosen, draft):
    entries = {cast.register.pk: Typed(text="1020")}
    save_readings(user=cast.energetik, contract=cast.contract, period=period, entries=entries, door=Door.PAGE)
    apply(cast, batch(cast, period, (cast.register, "1010", 1), stale=True), with_stale=chosen)
    assert reading_of(cast.register, period).draft == draft


def test_a_window_that_closed_meanwhile_refuses_its_contract_and_not_the_others(cast, period):
    elsewhere = builders.contract(department=builders.department())
    builders.access(cast.client, elsewhere)
    register = builders.register(builders.meter(builders.point(builders.facility(elsewhere))))
    ReceptionWindow.objects.exclude(department=cast.department).delete()
    result = apply(
        cast,
        batch(cast, period, (cast.register, "1010")),
        batch(cast, period, (register, "5"), contract=elsewhere),
    )
    assert reading_of(cast.register, period).status == Status.READY
    assert not Reading.objects.of_period(period).filter(register=register).exists()
    assert [(each["number"], each["count"]) for each in result["refused"]] == [(elsewhere.number, 1)]
    assert "не назначен" in result["refused"][0]["reason"]


def test_an_act_handed_over_meanwhile_refuses_its_contract(cast, period):
    HandedOverAct.objects.create(contract=cast.contract, period=period, by=cast.client)
    result = apply(cast, batch(cast, period, (cast.register, "1010")))
    assert "передана на подпись" in result["refused"][0]["reason"]


def test_a_contract_lost_since_the_judging_is_refused(cast, period):
    result = apply(cast, batch(cast, period, (cast.other_register, "1010"), contract=cast.other_contract))
    assert not Reading.objects.of_period(period).exists()
    assert [each["reason"] for each in result["refused"]] == ["Доступ к договору прекращён или изменён."]


def test_another_organisations_register_under_ones_own_contract_is_left_out(cast, period):
    result = apply(cast, batch(cast, period, (cast.other_register, "1010"), (cast.register, "1010")))
    assert (result["gone"], result["ready"]) == (1, 1)
    assert not Reading.objects.of_period(period).filter(register=cast.other_register).exists()


def test_access_that_ended_meanwhile_ends_the_loading(cast, period):
    ContractAccess.objects.filter(user=cast.client).update(until=dt.date(2020, 1, 1))
    assert apply(cast, batch(cast, period, (cast.register, "1010")))["refused"]


def test_an_accountant_applies_nothing(cast, period):
    assert apply(cast, batch(cast, period, (cast.register, "1010")), user=cast.accountant)["refused"]


def test_a_meter_that_broke_meanwhile_keeps_the_text_with_the_reason(cast, period):
    meter = cast.register.meter
    meter.state = MeterState.FAULTY
    meter.save()
    result = apply(cast, batch(cast, period, (cast.register, "1010")))
    assert result["wrong"] == 1
    assert reading_of(cast.register, period).problem == "Не исправен"


def test_the_number_of_statements_does_not_grow_with_the_rows(cast, period, django_assert_max_num_queries):
    registers = [builders.register(builders.meter(cast.register.meter.point)) for _ in range(20)]
    with django_assert_max_num_queries(16):
        apply(cast, batch(cast, period, *[(register, "5") for register in registers]))


@pytest.mark.race
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_forms_applied_at_once_leave_one_value_and_tell_the_other(cast, period, previous):
    def loaded(user, text):
        return apply(cast, batch(cast, period, (cast.register, text)), user=user)

    results = at_once(lambda: loaded(cast.client, "1010"), lambda: loaded(cast.energetik, "1020"))
    assert not errors(results)
    assert sorted(result.get("changed", 0) for result in results) == [0, 1]
    assert ReadingEvent.objects.filter(event=Event.TYPED).count() == 1
