"""The months before: a register's last 24 periods, on the page and as Excel."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from cabinet.common import periods
from cabinet.metering.models import Register, TransformerRatio
from cabinet.readings.chart import chart_of
from cabinet.readings.models import Reading
from cabinet.readings.months import SHOWN, histories, shown_periods
from cabinet.readings.sheet import lines_of
from cabinet.readings.statuses import Acceptance, Kind
from portal.demo import builders
from tests.walls.statements import statements

FIRST_ROW = 4


@pytest.fixture
def register(cast) -> Register:
    return cast.register


@pytest.fixture
def sent(register, period):
    """``sent({3: 1000, 1: 1100})``: what was sent of the register so many months ago."""

    def made(values, **fields):
        for months, value in values.items():
            builders.sent_reading(register, periods.shift(period, -months), value, **fields)

    return made


def history(register, period):
    return next(histories(Register.objects.filter(pk=register.pk), period))


def month(register, period, ago):
    return history(register, period).months[SHOWN - 1 - ago]


def address(name, contract, period, *more):
    return reverse(name, args=[contract.pk, period, *more])


def text(answer):
    return answer.content.decode()


def workbook(answer):
    return openpyxl.load_workbook(io.BytesIO(answer.getvalue()))


def rows(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST_ROW)]


def test_the_energy_of_a_month_is_the_difference_by_the_ratio(register, period, sent):
    sent({3: 1000, 2: 1010, 1: "1012.5"})
    assert month(register, period, 2).energy == 800
    assert month(register, period, 1).energy == 200
    assert month(register, period, 3).gap == "нет показания на начало"
    assert month(register, period, 0).state == "Не передано"


def test_every_month_is_reckoned_as_its_own_page_reckons_it(register, period, sent):
    register.meter.point.max_power_kw = None
    register.meter.point.save()
    sent(
        {
            40: 999_000,
            30: 999_100,
            25: 999_700,
            24: 999_990,
            23: 5,
            22: 40,
            20: 30,
            15: 90,
            14: 999_000,
            3: 999_999,
            2: 8,
        }
    )
    sent({16: 70}, acceptance=Acceptance.REJECTED, acceptance_reason="Контрольное снятие")
    builders.sent_reading(register, periods.shift(period, -41), 5, kind=Kind.OPENING)
    since = periods.shift(period, -14).replace(day=15)
    TransformerRatio.objects.create(meter=register.meter, valid_from=since, current_ratio=100)
    found = history(register, period)
    assert [each.period for each in found.months] == shown_periods(period)
    for each in found.months:
        line = lines_of(Register.objects.filter(pk=register.pk), each.period)[0]
        assert (each.period, each.energy) == (each.period, line.energy)
        assert each.value is None or each.ratio == line.ratio


def test_a_skipped_month_is_told_with_the_consumption_that_covers_it(register, period, sent):
    sent({4: 1000, 1: 1030})
    assert month(register, period, 1).notes == ["за 3 мес."]
    assert month(register, period, 2).value is None


def test_a_passage_through_zero_is_told(register, period, sent):
    sent({2: "999999.5", 1: "0.5"})
    found = month(register, period, 1)
    assert (found.energy, found.notes) == (80, ["переход через ноль"])


def test_a_fall_that_is_no_passage_through_zero_has_no_energy(register, period, sent):
    sent({2: 5000, 1: 4000})
    found = month(register, period, 1)
    assert (found.energy, found.notes) == (None, ["не посчитан: меньше предыдущего"])


def test_a_rejected_reading_is_shown_with_its_reason_and_counts_for_nothing(cast, register, period, sent, as_user):
    sent({3: 1000, 1: 1040})
    sent({2: 9000}, acceptance=Acceptance.REJECTED, acceptance_reason="Показание меньше контрольного снятия")
    assert month(register, period, 2).energy is None
    assert month(register, period, 1).energy == 3200
    page = text(as_user(cast.client).get(address("readings-months", cast.contract, period, register.pk)))
    assert "Не принято в расчет" in page
    assert "Показание меньше контрольного снятия" in page
    assert "за 2 мес." in page


def test_the_first_consumption_starts_from_the_opening_reading(register, period, sent):
    builders.sent_reading(register, periods.shift(period, -1), 100, kind=Kind.OPENING)
    sent({1: 110})
    assert month(register, period, 1).energy == 800
    assert len(history(register, period).since_first) == 2


def test_what_was_typed_and_not_sent_is_no_history(register, period):
    Reading.objects.create(register=register, period=period, draft=Decimal(5))
    assert history(register, period).since_first == []


def test_a_reading_older_than_the_shown_months_is_what_the_first_of_them_starts_from(register, period, sent):
    sent({60: 1000, 23: 1037})
    found = month(register, period, 23)
    assert (found.energy, found.notes) == (2960, ["за 37 мес."])
    assert len(history(register, period).since_first) == SHOWN


def test_histories_of_many_registers_do_not_mix(cast, period):
    for number, register in enumerate([cast.second_register, cast.other_register, cast.register]):
        builders.sent_reading(register, periods.shift(period, -1), 100 * number)
    found = {one.facts.register: one.months[-2].value for one in histories(Register.objects.all(), period)}
    assert found == {
        cast.register.pk: 200,
        cast.second_register.pk: 0,
        cast.other_register.pk: 100,
        cast.signed_register.pk: None,
    }


def test_the_chart_has_a_bar_a_month_a_wide_one_for_skipped_months_and_a_dash_for_the_rest(register, period, sent):
    sent({5: 1000, 4: 1010, 2: 1050, 1: 1050})
    found = history(register, period)
    chart = chart_of(found.since_first, found.unit)
    assert [bar.height for bar in chart.bars] == ["", "60.00", "120.00", "2.00", ""]
    single, double = float(chart.bars[1].width), float(chart.bars[2].width)
    assert double > 2 * single
    assert "в среднем за 2 мес." in chart.bars[2].says
    assert (chart.top, chart.middle) == ("2\u202f000", "1\u202f000")
    assert "Наибольший месячный расход 1\u202f600,00 кВт·ч" in chart.tells


def test_the_page_shows_the_months_the_latest_first(cast, register, period, sent, as_user):
    sent({2: 1000, 1: 1010})
    page = text(as_user(cast.client).get(address("readings-months", cast.contract, period, register.pk)))
    assert f"Счётчик № {register.meter.serial}, А+" in page
    assert page.index(periods.label(periods.shift(period, -1))) < page.index("001\u202f000,00")
    assert 'role="img"' in page
    assert "style=" not in page


def test_the_fragment_is_for_the_popover(cast, register, period, sent, as_user):
    sent({1: 1000})
    url = address("readings-months", cast.contract, period, register.pk)
    answer = as_user(cast.client).get(url, headers={"HX-Request": "true"})
    assert "<html" not in text(answer)
    assert 'id="months-title"' in text(answer)
    assert "HX-Request" in answer["Vary"]


def test_a_register_without_readings_says_so(cast, register, period, as_user):
    page = text(as_user(cast.client).get(address("readings-months", cast.contract, period, register.pk)))
    assert "Показаний за последние 24 месяца нет" in page
    assert "Скачать в Excel" not in page


def test_the_row_of_the_sheet_leads_there(cast, register, period, as_user):
    page = text(as_user(cast.client).get(reverse("readings-period", args=[cast.contract.pk, period])))
    assert address("readings-months", cast.contract, period, register.pk) in page


@pytest.mark.parametrize("name", ["readings-months", "readings-months-file"])
def test_anothers_register_does_not_exist(cast, period, as_user, name):
    client = as_user(cast.client)
    for stranger in (cast.other_register, cast.signed_register):
        assert client.get(address(name, cast.contract, period, stranger.pk)).status_code == 404
    own = address(name, cast.contract, period, cast.second_register.pk)
    assert as_user(cast.energetik).get(own).status_code == 404  # of a facility that is not his
    assert as_user(cast.other).get(own).status_code == 404
    assert as_user(cast.accountant).get(own).status_code == 403


def test_the_registers_file_has_its_months_as_figures(cast, register, period, sent, as_user):
    sent({3: 1000, 1: "1012.5"})
    builders.accepted_consumption(register, energy=Decimal("995.25"))
    answer = as_user(cast.client).get(address("readings-months-file", cast.contract, period, register.pk))
    sheet = workbook(answer).worksheets[0]
    assert sheet["C3"].value == "Расход, кВт·ч"
    assert [row[:3] + row[5:6] for row in rows(sheet)] == [
        [dt.datetime.combine(period, dt.time()), None, None, "Не передано"],
        [dt.datetime.combine(periods.shift(period, -1), dt.time()), 1012.5, 1000, "Передано"],
        [dt.datetime.combine(periods.shift(period, -2), dt.time()), None, None, "Не передано"],
        [dt.datetime.combine(periods.shift(period, -3), dt.time()), 1000, None, "Передано"],
    ]
    assert sheet["E3"].value == "Принятый расход, кВт·ч"
    assert rows(sheet)[1][4] == 995.25 and rows(sheet)[1][7] == "за 2 мес."


def test_the_contracts_file_has_a_sheet_of_readings_and_one_of_consumption(cast, register, period, sent, as_user):
    sent({3: 1000, 1: 1010})
    sent({2: 1}, acceptance=Acceptance.REJECTED)
    register.meter.point.name = "=1+1"
    register.meter.point.save()
    answer = as_user(cast.client).get(address("readings-history", cast.contract, period))
    readings, consumption = workbook(answer).worksheets
    assert (readings.title, consumption.title) == ("Показания", "Расход")
    assert readings.cell(3, 5 + SHOWN).value == periods.label(period)
    row = rows(readings)[0]
    assert row[:5] == [cast.facility.name, "=1+1", register.meter.serial, "А+", "кВт·ч"]
    assert row[-4:] == [1000, "000\u202f001,00 — не принято", 1010, None]
    last = periods.label(periods.shift(period, -1)).lower()
    assert rows(consumption)[0][-4:-1] == [None, 800, None]
    assert rows(consumption)[0][-1].endswith(f"нет показания на начало; {last}: за 2 мес.")


def test_an_engineers_file_has_his_facilities_alone(cast, period, as_user):
    answer = as_user(cast.energetik).get(address("readings-history", cast.contract, period))
    assert [row[0] for row in rows(workbook(answer).worksheets[0])] == [cast.facility.name]


@pytest.mark.parametrize("person", ["accountant", "other"])
def test_strangers_and_accountants_get_no_file(cast, period, as_user, person):
    answer = as_user(getattr(cast, person)).get(address("readings-history", cast.contract, period))
    assert answer.status_code == {"accountant": 403, "other": 404}[person]


def test_the_contracts_file_costs_the_same_statements_for_many(cast, period, previous, as_user):
    client, url = as_user(cast.client), address("readings-history", cast.contract, period)
    few = statements(client, url)
    point = builders.point(cast.second_facility)
    for _ in range(30):
        register = builders.register(builders.meter(point, ratio=20))
        builders.sent_reading(register, period, 10)
    assert len(statements(client, url)) == len(few) <= 10
