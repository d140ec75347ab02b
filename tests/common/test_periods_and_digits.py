"""Periods, figures and the order of names."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cabinet.common import digits, periods
from cabinet.common.ordering import natural

months = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)).map(periods.period_of)


@given(months, st.integers(-300, 300))
def test_shifting_there_and_back_leads_home(period, step):
    assert periods.shift(periods.shift(period, step), -step) == period
    assert periods.months_between(period, periods.shift(period, step)) == step


@given(months)
def test_a_period_in_an_address_is_read_back(period):
    assert periods.parse(periods.code(period)) == period


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "26-01", "2026-1", "0001-01", "9999-12", "abcd-ef"])
def test_rubbish_is_no_period(text):
    assert periods.parse(text) is None


def test_a_month_has_its_hours():
    assert periods.hours_in(dt.date(2026, 11, 1)) == 720
    assert periods.hours_in(dt.date(2028, 2, 1)) == 696


@given(st.decimals(0, 10**9, places=2))
def test_a_figure_that_was_shown_is_read_back(value):
    assert digits.parse_figure(digits.format_figure(value, 2)) == value


@given(st.integers(1, 9), st.integers(0, 4), st.data())
def test_a_reading_that_was_shown_keeps_its_meters_digits(before, after, data):
    top = Decimal(10) ** before - Decimal(1).scaleb(-after)
    value = data.draw(st.decimals(0, top, places=after))
    shown = digits.format_reading(value, before, after)
    assert digits.parse_figure(shown) == value
    digits.check_digits(digits.parse_figure(shown), before, after)
    assert len(shown.partition(",")[0].replace(digits.THIN_SPACE, "")) == before


@given(st.text(max_size=50))
def test_whatever_is_typed_is_a_figure_or_a_sentence(text):
    try:
        assert digits.parse_figure(text) >= 0
    except digits.DigitsError as error:
        assert str(error)


def test_numbers_inside_names_count_as_numbers():
    names = ["Склад № 10", "склад № 2", "Офис", "Склад № 1", "10 корпус", "Склад"]
    assert sorted(names, key=natural) == ["10 корпус", "Офис", "Склад", "Склад № 1", "склад № 2", "Склад № 10"]
