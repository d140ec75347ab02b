"""«Что сделать сейчас»: contracts whose window is open and whose readings are not all sent."""

import datetime as dt

import pytest
from django.utils import timezone

from cabinet.contracts.models import ReceptionWindow
from cabinet.readings.models import Reading
from cabinet.readings.todo import readings_todo
from portal.demo import builders

pytestmark = pytest.mark.django_db


def test_each_unsent_contract_is_listed_with_its_deadline(cast, period):
    items = readings_todo(cast.client)
    assert [item.title for item in items] == [
        "Передать показания: осталось 2 из 2",
        "Передать показания: осталось 1 из 1",
    ]
    assert f"Договор № {cast.contract.number} · приём до" in items[0].detail


def test_what_was_begun_says_how_far_it_is(cast, period):
    Reading.objects.create(register=cast.register, period=period, draft=5)
    assert readings_todo(cast.client)[0].title == "Передать показания: осталось 2 из 2"
    assert readings_todo(cast.client)[0].action == "Продолжить"


def test_what_is_sent_is_done(cast, period):
    for register in (cast.register, cast.second_register, cast.signed_register):
        builders.sent_reading(register, period, 10)
    assert readings_todo(cast.client) == []


def test_outside_the_window_there_is_nothing_to_do(cast):
    past = timezone.now() - dt.timedelta(minutes=1)
    ReceptionWindow.objects.update(opens_at=past - dt.timedelta(days=1), closes_at=past)
    assert readings_todo(cast.client) == []


def test_an_engineer_counts_his_facilities_and_an_accountant_has_none(cast):
    assert [item.title for item in readings_todo(cast.energetik)] == ["Передать показания: осталось 1 из 1"]
    assert readings_todo(cast.accountant) == []
    assert readings_todo(cast.newcomer) == []
