"""Dates and sums as people type them, alone and as the two ends of a range."""

import datetime as dt
from decimal import Decimal

import pytest
from django.http import QueryDict

from cabinet.common.fields import DateField, DateInput, MoneyField
from cabinet.common.filters import DateFilter, ListFilter, MoneyFilter
from cabinet.contracts.models import ContractLogEntry

NO_DATE = "Введите дату как ДД.ММ.ГГГГ, например 24.11.2026."
NO_SUCH_DAY = "Такого дня нет в календаре."
FAR = "Введите год от 1990 до 2100."
NO_SUM = "Введите сумму цифрами, например 1240000,50."


class RangesFilter(ListFilter):
    """Two ranges over any rows."""

    day_from = DateFilter("timestamp", "date__gte", label="Дата, от")
    day_to = DateFilter("timestamp", "date__lte", label="Дата, до")
    sum_from = MoneyFilter("pk", "gte", label="Сумма, от")
    sum_to = MoneyFilter("pk", "lte", label="Сумма, до")
    layout = (("day", "Дата"), ("sum", "Сумма"))


def ranges(**typed):
    data = QueryDict(mutable=True)
    data.update(typed)
    return RangesFilter(data, ContractLogEntry.objects.all())


def errors(**typed):
    return {name: list(said) for name, said in ranges(**typed).form.errors.items()}


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        ("24.11.2026", dt.date(2026, 11, 24)),
        ("1.2.2026", dt.date(2026, 2, 1)),
        ("1.2.26", dt.date(2026, 2, 1)),
        (" 24.11.2026 ", dt.date(2026, 11, 24)),
        ("2026-11-24", dt.date(2026, 11, 24)),
        ("29.02.2028", dt.date(2028, 2, 29)),
        ("", None),
        ("   ", None),
    ],
)
def test_a_date_is_taken_as_people_and_as_addresses_write_it(typed, date):
    assert DateField(required=False).clean(typed) == date


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31.02.2026", NO_SUCH_DAY),
        ("29.02.2026", NO_SUCH_DAY),
        ("2026-02-31", NO_SUCH_DAY),
        ("00.11.2026", NO_SUCH_DAY),
        ("31.02.26", NO_SUCH_DAY),
        ("24.11.026", NO_DATE),
        ("24/11/2026", NO_DATE),
        ("вчера", NO_DATE),
        ("24.11.20266", NO_DATE),
        ("24.11.2026\x00", NO_DATE),
        ("9" * 5000, NO_DATE),
        ("01.01.0001", FAR),
        ("31.12.1989", FAR),
        ("2101-01-01", FAR),
        ("31.12.9999", FAR),
    ],
)
def test_what_is_no_date_is_told_exactly(typed, said):
    assert errors(day_from=typed) == {"day_from": [said]}


def test_a_date_is_shown_as_people_write_it_and_a_wrong_one_as_it_was_typed():
    assert 'value="24.11.2026"' in DateInput().render("day", "2026-11-24")
    assert 'value="31.02.2026"' in DateInput().render("day", "31.02.2026")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1240000,50", "1240000.50"),
        ("1 240 000,50", "1240000.50"),
        ("1\u00a0240\u202f000.5", "1240000.5"),
        ("0", "0"),
        (",5", "0.5"),
        ("5,", "5"),
        ("9999999999999,99", "9999999999999.99"),
    ],
)
def test_a_sum_is_taken_with_spaces_comma_or_point(typed, value):
    assert MoneyField().clean(typed) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-5", "Сумма не может быть отрицательной."),
        ("−5", "Сумма не может быть отрицательной."),
        ("10" + "0" * 19, "Введите сумму меньше 10\u202f000\u202f000\u202f000\u202f000 руб."),
        ("10000000000000", "Введите сумму меньше 10\u202f000\u202f000\u202f000\u202f000 руб."),
        ("5,555", "Введите не больше двух знаков после запятой: рубли и копейки."),
        ("1e5", NO_SUM),
        ("NaN", NO_SUM),
        ("Infinity", NO_SUM),
        ("сто", NO_SUM),
        ("1.240.000,50", NO_SUM),
        (".", NO_SUM),
        ("٥", NO_SUM),
        ("5\x00", NO_SUM),
    ],
)
def test_what_is_no_sum_is_told_exactly(typed, said):
    assert errors(sum_to=typed) == {"sum_to": [said]}


def test_a_reversed_range_is_wrong_at_its_end():
    assert errors(day_from="02.11.2026", day_to="01.11.2026", sum_from="2", sum_to="1") == {
        "day_to": ["Дата «до» раньше даты «от»."],
        "sum_to": ["Сумма «до» меньше суммы «от»."],
    }
    assert errors(day_from="01.11.2026", day_to="01.11.2026", sum_from="0", sum_to="0") == {}


@pytest.mark.django_db
def test_a_wrong_filter_finds_nothing_rather_than_everything(cast):
    ContractLogEntry.objects.create(
        content_type_id=1, object_id="1", action="wagtail.edit", timestamp=dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    )
    assert ranges().rows.count() == 1
    assert not ranges(day_from="31.02.2026").rows.exists()
    assert ranges(day_from="01.11.2026", day_to="01.11.2026").rows.count() == 1
    assert not ranges(day_from="02.11.2026").rows.exists()


def test_a_filter_knows_whether_anything_was_typed():
    assert not ranges(sort="-date", page="2", day_from="  ").is_active
    assert ranges(day_from="rubbish").is_active


def test_a_filter_gives_its_fields_in_order_ranges_together():
    assert [(group.title, [field.name for field in group.fields]) for group in ranges().groups] == [
        ("Дата", ["day_from", "day_to"]),
        ("Сумма", ["sum_from", "sum_to"]),
    ]
