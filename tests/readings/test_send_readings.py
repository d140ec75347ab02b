"""«Передать показания в расчет»: one transaction, safe to press twice, only inside the window."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from cabinet.common.errors import NotAllowed
from cabinet.contracts.doors import Door
from cabinet.contracts.models import ReceptionWindow
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.readings.actions import Entry, lock_readings, save_readings, send_readings
from cabinet.readings.models import Reading, ReadingEvent
from cabinet.readings.statuses import Acceptance, Event, Status
from tests.at_once import at_once, errors


def save(cast, period, texts, user=None):
    entries = {register.pk: Entry(text=text) for register, text in texts.items()}
    save_readings(user=user or cast.client, contract=cast.contract, period=period, entries=entries, door=Door.PAGE)


def send(cast, period, user=None, confirmed=None):
    return send_readings(
        user=user or cast.client, contract=cast.contract, period=period, confirmed=confirmed or {}, door=Door.PAGE
    )


def reading_of(register, period):
    return Reading.objects.of_period(period).get(register=register)


def test_what_is_ready_is_sent_with_who_and_when(cast, period, previous):
    save(cast, period, {cast.register: "1010", cast.second_register: "1011"})
    assert send(cast, period).sent == 2
    reading = reading_of(cast.register, period)
    assert (reading.sent, reading.draft, reading.status) == (Decimal(1010), None, Status.SENT)
    assert reading.sent_by == cast.client
    assert timezone.now() - reading.sent_at < dt.timedelta(minutes=1)
    assert reading.events.first().event == Event.SENT


def test_the_contracts_trail_has_one_entry_a_press(cast, period, previous):
    save(cast, period, {cast.register: "1010", cast.second_register: "1011"})
    send(cast, period)
    send(cast, period)
    entry = ContractLogEntry.objects.get(action="readings.send")
    assert (entry.user, entry.contract, entry.data["count"]) == (cast.client, cast.contract, 2)


def test_pressed_twice_it_sends_once(cast, period, previous):
    save(cast, period, {cast.register: "1010"})
    send(cast, period)
    before = reading_of(cast.register, period).sent_at
    assert send(cast, period).sent == 0
    assert reading_of(cast.register, period).sent_at == before
    assert ReadingEvent.objects.filter(event=Event.SENT).count() == 1


def test_an_unconfirmed_doubt_stays_behind_and_a_confirmed_one_is_sent(cast, period, previous):
    save(cast, period, {cast.register: "1010", cast.second_register: "900000"})
    sent = send(cast, period)
    assert (sent.sent, sent.doubtful) == (1, 1)
    sent = send(cast, period, confirmed={cast.second_register.pk: 1})
    assert (sent.sent, sent.doubtful) == (1, 0)
    assert "больше возможного" in reading_of(cast.second_register, period).sent_warning


def test_a_correction_waits_while_the_sent_value_counts(cast, period, previous):
    save(cast, period, {cast.register: "1010"})
    send(cast, period)
    Reading.objects.of_period(period).update(acceptance=Acceptance.REJECTED, acceptance_reason="Не похоже")
    save(cast, period, {cast.register: "1012"})
    reading = reading_of(cast.register, period)
    assert (reading.status, reading.sent, reading.draft) == (Status.READY, Decimal(1010), Decimal(1012))
    send(cast, period)
    reading.refresh_from_db()
    assert (reading.status, reading.sent, reading.acceptance_reason) == (Status.SENT, Decimal(1012), "")


def test_typing_the_sent_value_again_takes_the_correction_back(cast, period, previous):
    save(cast, period, {cast.register: "1010"})
    send(cast, period)
    save(cast, period, {cast.register: "1012"})
    save(cast, period, {cast.register: "1010,00"})
    assert reading_of(cast.register, period).status == Status.SENT


def test_an_engineer_sends_only_his_facilities(cast, period, previous):
    save(cast, period, {cast.register: "1010", cast.second_register: "1011"})
    assert send(cast, period, user=cast.energetik).sent == 1
    assert reading_of(cast.second_register, period).status == Status.READY


def test_an_accountant_and_a_stranger_send_nothing(cast, period, previous):
    save(cast, period, {cast.register: "1010"})
    assert send(cast, period, user=cast.accountant).sent == 0
    assert send(cast, period, user=cast.other).sent == 0
    assert reading_of(cast.register, period).status == Status.READY


def test_after_the_window_nothing_is_sent(cast, period, previous):
    save(cast, period, {cast.register: "1010"})
    past = timezone.now() - dt.timedelta(minutes=1)
    ReceptionWindow.objects.update(opens_at=past - dt.timedelta(days=1), closes_at=past)
    with pytest.raises(NotAllowed, match="закончился"):
        send(cast, period)
    assert reading_of(cast.register, period).sent is None


def test_a_meter_that_broke_after_typing_is_not_sent(cast, period, previous):
    save(cast, period, {cast.register: "1010", cast.second_register: "1011"})
    cast.register.meter.state = "faulty"
    cast.register.meter.save()
    assert send(cast, period).sent == 1
    assert reading_of(cast.register, period).sent is None


def test_the_act_is_locked_once_and_only_with_everything_sent(cast, period, previous):
    save(cast, period, {cast.register: "1010"})
    send(cast, period)
    with pytest.raises(NotAllowed, match="всех приборов"):
        lock_readings(user=cast.client, contract=cast.contract, period=period)
    save(cast, period, {cast.second_register: "1011"})
    send(cast, period)
    save(cast, period, {cast.register: "1012"})
    with pytest.raises(NotAllowed, match="не переданные"):
        lock_readings(user=cast.client, contract=cast.contract, period=period)
    send(cast, period)
    lock_readings(user=cast.client, contract=cast.contract, period=period)
    with pytest.raises(NotAllowed, match="уже передана"):
        lock_readings(user=cast.client, contract=cast.contract, period=period)
    with pytest.raises(NotAllowed, match="передана на подпись"):
        send(cast, period)


def test_sending_takes_as_many_statements_for_many_readings(cast, period, previous, django_assert_max_num_queries):
    save(cast, period, {cast.register: "1010", cast.second_register: "1011"})
    # the transaction's two; the lock, the window; what is ready; the change, its history; the trail; what is left (two)
    with django_assert_max_num_queries(13):
        send(cast, period)


@pytest.mark.race
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_many_identical_presses_send_once(cast, period, previous):
    save(cast, period, {cast.register: "1010", cast.second_register: "1011"})
    assert not errors(at_once(*[lambda: send(cast, period)] * 8))
    assert ReadingEvent.objects.filter(event=Event.SENT).count() == 2


@pytest.mark.race
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_colleagues_typing_at_once_leave_one_value_and_one_is_told(cast, period, previous):
    saved = []

    def typed(user, text):
        entries = {cast.register.pk: Entry(text=text, version=0)}
        saved.append(save_readings(user=user, contract=cast.contract, period=period, entries=entries, door=Door.PAGE))

    assert not errors(at_once(lambda: typed(cast.client, "1010"), lambda: typed(cast.energetik, "1020")))
    assert sum(len(each.conflicts) for each in saved) == 1
    assert ReadingEvent.objects.filter(event=Event.TYPED).count() == 1
    assert connection.vendor == "postgresql"
