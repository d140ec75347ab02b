"""The window «Передать показания в расчет» of one contract: what it says before, and after."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cabinet.contracts.models import ReceptionWindow
from cabinet.readings.models import Reading
from portal.demo import builders

BY_HTMX = {"HX-Request": "true"}


@pytest.fixture
def url(cast, period):
    return reverse("readings-send", args=[cast.contract.pk, period])


@pytest.fixture
def press(cast, url, as_user):
    def pressed(data=None, user=None, headers=BY_HTMX, **more):
        return as_user(user or cast.client).post(url, data or {}, headers=headers, **more)

    return pressed


def said(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def draft(register, period, value=1010, **fields):
    return Reading.objects.create(register=register, period=period, draft=value, draft_at=timezone.now(), **fields)


def many(facility, number):
    point = builders.point(facility)
    return [builders.register(builders.meter(point)) for _ in range(number)]


def test_a_complete_small_contract_is_sent_by_one_press(cast, period, previous, press):
    answer = press({f"r{cast.register.pk}": "1010", f"r{cast.second_register.pk}": "1011"})
    assert answer.headers["HX-Trigger"] and "readingsSent" in answer.headers["HX-Trigger"]
    words = said(answer)
    assert "Передано в расчет: 2 показания." in words
    assert "811,00 кВт·ч" in words and "Печатать ведомость" in words
    assert Reading.objects.of_period(period).filter(sent__isnull=False).count() == 2


def test_with_something_left_a_window_asks_first(cast, period, previous, press, url):
    words = said(press({f"r{cast.register.pk}": "1010"}))
    assert "Готово к передаче 1 из 2" in words and "Будет передано 1 показание" in words
    assert "Расход по ним 800,00 кВт·ч" in words
    assert f"№ {cast.second_register.meter.serial}" in words and cast.second_facility.name in words
    assert not Reading.objects.of_period(period).filter(sent__isnull=False).exists()
    answer = press({"asked": "1"})
    assert "Передано в расчет: 1 показание." in said(answer) and "Не заполнено" in said(answer)
    sheet = reverse("readings-period", args=[cast.contract.pk, period])
    assert f'href="{sheet}?show=missing"' in answer.content.decode()
    assert "Печатать ведомость" not in said(answer)


def test_a_big_contract_is_never_sent_without_the_window(cast, period, previous, press):
    for register in [cast.register, cast.second_register, *many(cast.facility, 60)]:
        draft(register, period)
    assert "Будет передано 62 показания" in said(press())
    assert "Передано в расчет: 62 показания." in said(press({"asked": "1"}))


def test_what_is_missing_is_listed_up_to_twenty_with_the_way_to_the_rest(cast, period, press):
    many(cast.second_facility, 30)
    words = said(press())
    assert "Не заполнено 32" in words and "и ещё 12" in words
    assert words.index(cast.second_facility.name) >= 0
    assert "Нет показаний, готовых к передаче." in words


def test_what_cannot_be_reckoned_is_said(cast, period, press):
    draft(cast.register, period)
    words = said(press())
    assert "Расход по ним не посчитан" in words and "без 1 показания: нет показания на начало периода" in words


def test_wrong_ones_stay_behind_with_the_way_to_them(cast, period, previous, press):
    draft(cast.register, period)
    answer = press({f"r{cast.second_register.pk}": "abc"})
    assert "С ошибкой 1" in said(answer) and "?show=wrong" in answer.content.decode()


def test_many_doubts_come_a_hundred_at_a_time_and_are_ticked_together(cast, period, previous, press):
    registers = many(cast.facility, 130)
    for register in registers:
        draft(register, period, warning="Намного больше обычного", version=1)
    text = press().content.decode()
    seen = re.findall(r'name="seen" value="([^"]+)"', text)
    assert len(seen) == text.count('name="confirm"') == 100
    assert "Отметить все показанные" in text and "?show=warning" in text
    answer = press({"asked": "1", "all": "1", "seen": seen})
    assert "Передано в расчет: 100 показаний." in said(answer)
    assert "Ждут подтверждения 30" in said(answer)


def test_without_the_tick_of_all_only_the_ticked_are_sent(cast, period, previous, press):
    draft(cast.register, period, warning="Намного больше", version=1)
    draft(cast.second_register, period, warning="Намного больше", version=1)
    seen = [f"{cast.register.pk}@1", f"{cast.second_register.pk}@1"]
    press({"asked": "1", "seen": seen, "confirm": seen[0]})
    assert Reading.objects.of_period(period).get(sent__isnull=False).register == cast.register


@pytest.mark.parametrize("confirm", ["abc", "@", "1@", "99999999999999999999@1", "١@1"])
def test_rubbish_confirms_nothing(cast, period, previous, press, confirm):
    draft(cast.register, period, warning="Намного больше", version=1)
    answer = press({"asked": "1", "confirm": confirm})
    assert answer.status_code == 422 and "Отметьте показания, которые верны." in said(answer)


def test_thousands_of_confirmations_are_taken(cast, period, previous, press):
    draft(cast.register, period, warning="Намного больше", version=1)
    confirm = [f"{cast.register.pk}@1", *(f"{pk}@1" for pk in range(10**6, 10**6 + 9000))]
    assert "Передано в расчет: 1 показание." in said(press({"asked": "1", "confirm": confirm}))


def test_more_readings_than_a_statement_takes_are_all_sent(cast, period, previous, press, monkeypatch):
    monkeypatch.setattr("cabinet.readings.querysets.AT_ONCE", 7)
    for register in many(cast.facility, 20):
        draft(register, period, warning="Намного больше", version=1)
    answer = press(
        {"asked": "1", "all": "1", "seen": [f"{r.register_id}@1" for r in Reading.objects.of_period(period)]}
    )
    assert "Передано в расчет: 20 показаний." in said(answer)
    assert Reading.objects.of_period(period).filter(sent__isnull=False, draft=None).count() == 20


def test_after_the_window_of_reception_nothing_can_be_pressed(cast, period, previous, press, url, as_user):
    draft(cast.register, period)
    past = timezone.now() - dt.timedelta(minutes=1)
    ReceptionWindow.objects.update(opens_at=past - dt.timedelta(days=1), closes_at=past)
    for answer in (as_user(cast.client).get(url), press({"asked": "1"})):
        assert "закончился" in said(answer) and 'type="submit" form="window-form"' not in answer.content.decode()
    assert not Reading.objects.of_period(period).filter(sent__isnull=False).exists()


def test_strangers_and_other_roles_see_no_summary(cast, url, as_user):
    assert as_user(cast.other).get(url).status_code == 404
    assert as_user(cast.accountant).get(url).status_code == 403


def test_an_engineers_summary_is_of_his_facilities(cast, period, previous, press):
    draft(cast.register, period)
    draft(cast.second_register, period)
    assert "Передано в расчет: 1 показание." in said(press(user=cast.energetik))


def test_without_javascript_the_press_leads_back_with_the_words(cast, period, previous, press):
    draft(cast.register, period)
    answer = press({"asked": "1"}, headers={}, follow=True)
    assert "Передано в расчет: 1 показание. Расход по ним: 800,00 кВт·ч." in said(answer)
    assert answer.redirect_chain == [(reverse("readings-period", args=[cast.contract.pk, period]), 302)]
