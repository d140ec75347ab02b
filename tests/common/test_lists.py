"""What lists have in common: how they are sorted and paged."""

from types import SimpleNamespace

import pytest

from cabinet.common.lists import Column, Sorting, page_of
from cabinet.contracts.models import Department

FIELDS = (
    Column("name", "Название", ("name",)),
    Column("phone", "Телефон", ("phone", "name"), figures=True),
    Column("fax", "Факс"),
)
KEYS = (Column("number", "Номер", lambda row: row.number), Column("state", "Состояние", lambda row: row.state))


def by_fields(asked):
    return Sorting(FIELDS, asked, "-phone")


def test_a_query_is_sorted_by_what_the_address_asks_for_and_its_key_decides_between_equals():
    assert by_fields("name").of_query(Department.objects).query.order_by == ("name", "pk")
    assert by_fields("-name").of_query(Department.objects).query.order_by == ("-name", "-pk")


@pytest.mark.parametrize("asked", ["", "fax", "-fax", "--name", "password", "name; drop table", "-"])
def test_rubbish_in_the_address_sorts_by_the_default(asked):
    assert by_fields(asked).of_query(Department.objects).query.order_by == ("-phone", "-name", "-pk")


def test_rows_are_sorted_by_keys_and_the_first_column_decides_between_equals():
    rows = [SimpleNamespace(number=number, state=state) for number, state in ((3, "b"), (1, "b"), (2, "a"))]
    assert [row.number for row in Sorting(KEYS, "state", "number").of_rows(rows)] == [2, 1, 3]
    assert [row.number for row in Sorting(KEYS, "-state", "number").of_rows(rows)] == [1, 3, 2]


def test_a_press_on_a_heading_sorts_by_it_and_once_more_from_the_end():
    assert [(head.sort, head.direction) for head in by_fields("name").headings()] == [
        ("-name", "ascending"),
        ("phone", ""),
        ("", ""),
    ]
    assert [(head.sort, head.direction) for head in by_fields("-name").headings()] == [
        ("name", "descending"),
        ("phone", ""),
        ("", ""),
    ]


@pytest.mark.parametrize(("asked", "number"), [(None, 1), ("2", 2), ("99", 3), ("rubbish", 1), ("-1", 3)])
def test_the_nearest_page_is_shown(asked, number):
    assert page_of(range(25), asked, 10).number == number


@pytest.mark.django_db
def test_pages_of_a_counted_query_are_its_slices_from_either_end(django_assert_num_queries):
    names = [f"Отделение {number:02d}" for number in range(25)]
    Department.objects.bulk_create(Department(name=name) for name in names)
    rows = Department.objects.order_by("name").values_list("name", flat=True)
    for number, asked in ((1, None), (2, "2"), (3, "99")):
        with django_assert_num_queries(1):
            page = page_of(rows, asked, 10, 25)
            assert (page.number, list(page)) == (number, names[(number - 1) * 10 : number * 10])
