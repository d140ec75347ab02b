"""«Ход приёма»: the month by department, and whom to call for what nobody sent."""

import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse

from cabinet.accounts.models import User
from cabinet.common import periods
from cabinet.contracts.models import ContractAccess, Department
from cabinet.metering.models import Meter
from cabinet.readings.progress import name_people, not_all_sent, progress_of, shown_first
from portal.demo import builders
from tests.walls.statements import statements

pytestmark = pytest.mark.django_db
PERIOD = dt.date(2026, 11, 1)


@pytest.fixture
def shown_to(cast, as_user):
    """The page as somebody, for November 2026."""

    def opened(who, query="", name="acceptance_progress"):
        return as_user(who).get(f"{reverse(name)}?period=2026-11{query}")

    return opened


def progress(department):
    (one,) = progress_of([department], PERIOD)
    return {name: getattr(one, name) for name in ("expected", "accepted", "pending", "rejected", "missing")}


def test_each_reading_is_counted_once_in_the_state_it_is_in(cast):
    assert progress(cast.department) == {"expected": 3, "accepted": 0, "pending": 0, "rejected": 0, "missing": 3}
    builders.sent_reading(cast.register, PERIOD, 5)
    builders.sent_reading(cast.second_register, PERIOD, 5, acceptance="rejected", acceptance_reason="Нет")
    builders.sent_reading(cast.signed_register, PERIOD, 5, acceptance="accepted")
    builders.sent_reading(cast.signed_register, periods.shift(PERIOD, -1), 4)
    assert progress(cast.department) == {"expected": 3, "accepted": 1, "pending": 1, "rejected": 1, "missing": 0}
    (one,) = progress_of([cast.department], PERIOD)
    assert sum(length for *_, length in one.parts) == pytest.approx(100)


def test_a_meter_that_takes_no_readings_is_not_expected(cast):
    builders.sent_reading(cast.second_register, PERIOD, 5)
    Meter.objects.filter(pk=cast.second_register.meter_id).update(state="faulty")
    assert progress(cast.department) == {"expected": 2, "accepted": 0, "pending": 0, "rejected": 0, "missing": 2}


def test_a_department_without_meters_is_an_empty_bar(cast):
    (one,) = progress_of([Department.objects.create(name="Новое")], PERIOD)
    assert one.expected == one.missing == 0 and sum(length for *_, length in one.parts) == 0


def test_who_sent_nothing_comes_first_and_who_sent_all_is_gone(cast):
    builders.sent_reading(cast.register, PERIOD, 5)
    contracts = not_all_sent([cast.department], PERIOD)
    assert [(one.number, one.sent, one.missing) for one in contracts] == [
        (cast.signed_contract.number, 0, 1),
        (cast.contract.number, 1, 1),
    ]
    builders.sent_reading(cast.second_register, PERIOD, 5)
    assert [one.number for one in not_all_sent([cast.department], PERIOD)] == [cast.signed_contract.number]


def test_one_calls_who_may_send_the_administrator_first(cast):
    User.objects.filter(pk=cast.client.pk).update(phone="+79161234567")
    (contract,) = not_all_sent([cast.department], PERIOD).filter(pk=cast.contract.pk)
    name_people([contract])
    assert contract.people == [cast.client, cast.energetik]
    ContractAccess.objects.filter(contract=contract).delete()
    name_people([contract])
    assert contract.people == []


def test_a_curator_sees_his_department_and_whom_to_call(cast, shown_to):
    shown = shown_to(cast.curator).text
    assert cast.department.name in shown and cast.contract.number in shown and cast.client.get_full_name() in shown
    assert "2 из 2" in shown.replace("\n", " ")
    for foreign in (cast.other_department.name, cast.other_contract.number, cast.other.email):
        assert foreign not in shown
    assert cast.other_department.name in shown_to(cast.admin).text


def test_the_list_comes_as_a_workbook(cast, shown_to):
    book = openpyxl.load_workbook(io.BytesIO(shown_to(cast.curator, name="acceptance_progress_file").getvalue()))
    rows = {row[0]: row for row in book.active.values}
    assert rows[cast.contract.number][3:6] == (2, 0, 2)
    assert cast.client.email in rows[cast.contract.number][6] and cast.other_contract.number not in rows


@pytest.mark.parametrize("name", ["acceptance_progress", "acceptance_progress_file"])
@pytest.mark.parametrize("who", ["editor", "client"])
def test_nobody_else_sees_it(cast, as_user, who, name):
    assert as_user(getattr(cast, who)).get(reverse(name)).status_code == 302


def test_a_foreign_department_and_rubbish_show_nothing(cast, shown_to, as_user):
    for query in (f"&department={cast.other_department.pk}", "&department=x"):
        shown = shown_to(cast.curator, query)
        assert shown.status_code == 422 and cast.other_contract.number not in shown.text
    assert as_user(cast.curator).get(f"{reverse('acceptance_progress')}?period=2026-99").status_code == 422


def test_it_opens_at_the_window_that_opened_last(cast):
    assert shown_first(cast.curator) == cast.department.windows.get().period
    cast.department.windows.all().delete()
    assert shown_first(cast.curator) == periods.this_period()


def test_many_contracts_cost_no_more_statements_than_few(cast, as_user):
    client, url = as_user(cast.curator), f"{reverse('acceptance_progress')}?period=2026-11"
    few = statements(client, url)
    for _ in range(30):
        contract = builders.contract(cast.organisation, cast.department)
        builders.register(builders.meter(builders.point(builders.facility(contract))))
    assert len(statements(client, url)) <= len(few)
