"""«Внести показания на начало периода»: only for registers without a previous reading."""

from decimal import Decimal

import pytest
from django.urls import reverse

from cabinet.readings.models import Reading
from cabinet.readings.sheet import lines_of
from cabinet.readings.statuses import Kind
from portal.demo import builders


@pytest.fixture
def fresh(cast, previous):
    """A meter of the client's contract that has no reading yet."""
    return builders.register(builders.meter(cast.register.meter.point))


def url(cast, period):
    return reverse("readings-opening", args=[cast.contract.pk, period])


def opening_of(register):
    return Reading.objects.filter(register=register, kind=Kind.OPENING).first()


def test_the_window_lists_the_new_meter_alone(cast, period, fresh, as_user):
    page = as_user(cast.client).get(url(cast, period)).content.decode()
    assert f"№ {fresh.meter.serial}" in page
    assert f"№ {cast.register.meter.serial}" not in page


def test_what_is_saved_becomes_the_previous_reading(cast, period, fresh, as_user):
    answer = as_user(cast.client).post(url(cast, period), {f"r{fresh.pk}": "15,5"})
    assert answer.status_code == 302
    assert opening_of(fresh).sent == Decimal("15.5")
    line = lines_of(type(fresh).objects.filter(pk=fresh.pk), period)[0]
    assert line.previous == Decimal("15.5")


def test_a_wrong_figure_is_told_by_its_field_and_nothing_is_stored(cast, period, fresh, as_user):
    second = builders.register(builders.meter(cast.register.meter.point))
    answer = as_user(cast.client).post(
        url(cast, period), {f"r{fresh.pk}": "15,5", f"r{second.pk}": "7,123"}, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ошибка значности: у счётчика 2 знака после запятой" in page
    assert 'value="15,5"' in page and 'value="7,123"' in page
    assert opening_of(fresh) is None


def test_a_meter_with_a_previous_reading_takes_none(cast, period, fresh, as_user):
    answer = as_user(cast.client).post(url(cast, period), {f"r{cast.register.pk}": "5"})
    assert answer.status_code == 422
    assert opening_of(cast.register) is None


def test_a_register_of_another_organisation_does_not_exist(cast, period, fresh, as_user):
    assert as_user(cast.client).post(url(cast, period), {f"r{cast.other_register.pk}": "5"}).status_code == 404


def test_strangers_accountants_and_the_anonymous_stay_outside(cast, period, fresh, as_user, client):
    assert as_user(cast.other).get(url(cast, period)).status_code == 404
    assert as_user(cast.accountant).get(url(cast, period)).status_code == 403
    assert client.get(url(cast, period)).status_code == 302


def test_corrected_it_is_one_row_still(cast, period, fresh, as_user):
    client = as_user(cast.client)
    client.post(url(cast, period), {f"r{fresh.pk}": "15,5"})
    client.post(url(cast, period), {f"r{fresh.pk}": "16"})
    assert Reading.objects.filter(register=fresh, kind=Kind.OPENING).get().sent == 16
