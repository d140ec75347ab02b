"""What is done with readings stands in the trail of their contract."""

import datetime as dt

import pytest
import time_machine

from cabinet.common import periods
from cabinet.contracts.doors import Door
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.readings.actions import Entry, lock_readings, save_readings, send_readings
from cabinet.readings.openings import save_opening_readings
from portal.demo import builders

pytestmark = pytest.mark.usefixtures("previous")


def save(cast, period, text, *, user=None, register=None):
    entries = {(register or cast.register).pk: Entry(text=text)}
    user = user or cast.client
    save_readings(user=user, contract=cast.contract, period=period, entries=entries, door=Door.PAGE)


def trail(action):
    return ContractLogEntry.objects.filter(action=action)


def test_typing_is_told_once_an_hour_of_each_person_and_period(cast, period):
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        save(cast, period, "1010")
        save(cast, period, "1011", register=cast.second_register)
        save(cast, period, "1012", user=cast.energetik)
        assert [entry.user for entry in trail("readings.typed").order_by("pk")] == [cast.client, cast.energetik]
        clock.shift(dt.timedelta(minutes=61))
        save(cast, period, "1013")
    entries = trail("readings.typed")
    assert entries.count() == 3
    assert {(entry.contract, entry.department, entry.door) for entry in entries} == {
        (cast.contract, cast.department, "page")
    }
    month = periods.label(period).lower()
    assert entries[0].words == f"Введены, исправлены или подтверждены показания: {month}"


def test_saving_what_stood_there_already_is_no_entry(cast, period):
    save(cast, period, "1010")
    trail("readings.typed").delete()
    save(cast, period, "1010")
    assert not trail("readings.typed").exists()


def test_sending_and_handing_over_the_act_tell_the_period_and_how_many(cast, period):
    for register in (cast.register, cast.second_register):
        save(cast, period, "1010", register=register)
    send_readings(user=cast.client, contract=cast.contract, period=period, confirmed={}, door=Door.PAGE)
    lock_readings(user=cast.client, contract=cast.contract, period=period)
    month = periods.label(period).lower()
    sent, locked = trail("readings.send").get(), trail("readings.lock").get()
    assert sent.words == f"Показания переданы в расчет: {month}, 2 показания"
    assert locked.words == f"Ведомость передана на подпись, показания закрыты: {month}, 2 показания"


def test_readings_at_the_start_of_a_period_are_told(cast, period):
    fresh = builders.register(builders.meter(cast.register.meter.point))
    save_opening_readings(
        user=cast.client, contract=cast.contract, period=period, texts={fresh.pk: "15"}, door=Door.PAGE
    )
    entry = trail("readings.opening").get()
    assert (entry.contract, entry.user, entry.door) == (cast.contract, cast.client, "page")
    assert entry.words.endswith("1 показание")
