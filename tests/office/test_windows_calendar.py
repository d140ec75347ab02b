"""The calendar of the reception windows: a year of each department, with the common windows where own ones lack."""

import datetime as dt

import pytest
from django.urls import reverse

from cabinet.contracts.models import ReceptionWindow
from cabinet.contracts.reception import fill_year

pytestmark = pytest.mark.django_db


def cells(response, who: str) -> list[dict]:
    return next(cells for department, cells in response.context["rows"] if str(department) == who)


@pytest.fixture
def calendar(cast, as_user):
    """The calendar of 2031 as somebody: the common windows are filled, the client's department has one of its own."""
    fill_year(department=None, year=2031, first_day=20, last_day=2, actor=cast.admin)
    fill_year(department=cast.department, year=2031, first_day=23, last_day=26, actor=cast.admin)
    own = ReceptionWindow.objects.filter(department=cast.department, period__year=2031)
    own.exclude(period=dt.date(2031, 3, 1)).delete()
    return lambda who, query="?year=2031": as_user(who).get(reverse("windows_calendar") + query)


def test_the_own_window_stands_before_the_common_one(cast, calendar):
    response = calendar(cast.curator)
    shown = cells(response, cast.department.name)
    assert [one["common"] for one in shown] == [month != 3 for month in range(1, 13)]
    assert "23.03–26.03" in response.text and "20.04–02.05" in response.text and "общее" in response.text


def test_a_month_without_any_window_says_so(cast, calendar):
    ReceptionWindow.objects.filter(department=None, period=dt.date(2031, 5, 1)).delete()
    assert cells(calendar(cast.curator), cast.department.name)[4]["window"] is None


def test_a_curator_sees_his_departments_and_an_administrator_all(cast, calendar):
    curators = calendar(cast.curator).text
    assert cast.other_department.name not in curators and "Все отделения" not in curators
    everything = calendar(cast.admin).text
    assert cast.other_department.name in everything and "Все отделения" in everything


@pytest.mark.parametrize("query", ["?year=1", "?year=x", "?year=", "?year=99999999999999999999"])
def test_a_year_that_is_none_is_told_and_this_one_shown(cast, calendar, query):
    assert calendar(cast.curator, query).status_code == 422


def test_nobody_else_sees_it(cast, calendar):
    assert calendar(cast.editor).status_code == 302 and calendar(cast.client).status_code == 302
