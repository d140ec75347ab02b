"""The filters of the tabs: the manual's, each with what it finds and what it says to what cannot be."""

from urllib.parse import urlencode

import pytest

from tests.billing.conftest import first_column, table, text_of

pytestmark = pytest.mark.django_db
NO_SUCH_DAY = "Такого дня нет в календаре."
NO_DATE = "Введите дату как ДД.ММ.ГГГГ, например 24.11.2026."
NO_SUM = "Введите сумму цифрами, например 1240000,50."
TOO_BIG = "Введите сумму меньше 10 000 000 000 000 руб."
FIX = "Проверьте условия поиска"


def found(tab, name, **typed):
    answer = tab(name, urlencode(typed))
    assert answer.status_code == 200
    return first_column(answer)


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ({"amount_from": "1 198 540,37"}, ["4417", "4382"]),
        ({"amount_from": "1198540.38"}, ["4417"]),
        ({"amount_to": "1 198 540,37"}, ["4382", "4310"]),
        ({"amount_from": "1198540,37", "amount_to": "1198540,37"}, ["4382"]),
        ({"date_from": "21.10.2026"}, ["4417", "4382"]),
        ({"date_from": "2026-10-21", "date_to": "2026-10-21"}, ["4382"]),
        ({"date_to": "20.10.2026"}, ["4310"]),
        ({"date_from": "01.10.2026", "amount_to": "1200000"}, ["4382"]),
        ({"date_from": "  ", "amount_from": ""}, ["4417", "4382", "4310"]),
    ],
)
def test_payments_are_found_by_sum_and_date(typed, numbers, tab):
    assert found(tab, "payments", **typed) == numbers


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ({"kind": "bill"}, ["Счёт"]),
        ({"number": "сф"}, ["Счёт-фактура", "Корректировочный счёт-фактура"]),
        ({"number": " СФ-31 "}, ["Счёт-фактура"]),
        ({"date_from": "12.10.2026", "date_to": "31.10.2026"}, ["Счёт-фактура", "Акт сверки"]),
        ({"kind": "bill", "date_from": "05.11.2026"}, ["Счёт"]),
    ],
)
def test_documents_are_found_by_kind_number_and_period(typed, kinds, tab):
    assert found(tab, "documents", **typed) == kinds


@pytest.mark.parametrize(
    ("typed", "acts"),
    [
        ({"number": "бд"}, ["17.01.2025 № 01-22/БД"]),
        ({"date_from": "01.01.2026"}, ["17.08.2026 № 08-03/БУ"]),
        ({"amount_from": "62308", "amount_to": "62308,00"}, ["17.01.2025 № 01-22/БД"]),
    ],
)
def test_acts_are_found_by_number_period_and_sum(typed, acts, tab):
    assert found(tab, "violations", **typed) == acts


def test_the_total_is_of_what_was_found(tab):
    assert table(tab("payments", "date_from=01.10.2026"))[-1] == ["Найдено 2", "2 438 540,37"]


def test_nothing_found_leads_back_to_all(tab):
    page = tab("payments", "amount_from=9000000&sort=date").content.decode()
    assert "Ничего не найдено" in page and "<table" not in page
    assert "?sort=date" in page and 'value="9000000"' in page


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("payments", {"date_from": "31.02.2026"}, NO_SUCH_DAY),
        ("payments", {"date_to": "вчера"}, NO_DATE),
        ("payments", {"date_from": "02.11.2026", "date_to": "01.11.2026"}, "Дата «до» раньше даты «от»."),
        ("payments", {"amount_from": "2", "amount_to": "1,99"}, "Сумма «до» меньше суммы «от»."),
        ("payments", {"amount_from": "1" + "0" * 20}, TOO_BIG),
        ("payments", {"amount_to": "-1"}, "Сумма не может быть отрицательной."),
        ("payments", {"amount_to": "сто рублей"}, NO_SUM),
        ("payments", {"amount_to": "1,999"}, "Введите не больше двух знаков после запятой: рубли и копейки."),
        ("documents", {"kind": "passport"}, "Выберите вариант из списка."),
        ("documents", {"number": "х" * 101}, "не более 100 символов"),
        ("documents", {"number": "СФ\x00"}, "запрещённый символ: ноль-байт"),
        ("documents", {"date_from": "2026-02-31"}, NO_SUCH_DAY),
        ("violations", {"date_from": "02.11.2026", "date_to": "01.11.2026"}, "Дата «до» раньше даты «от»."),
        ("violations", {"amount_from": "NaN"}, NO_SUM),
    ],
)
def test_a_wrong_filter_is_told_exactly_and_shows_no_rows(name, typed, said, tab):
    answer = tab(name, urlencode(typed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in text_of(page) and FIX in page
    assert 'aria-invalid="true"' in page and "<table" not in page


@pytest.mark.parametrize("part", ["-file", "-print"])
def test_a_wrong_filter_gives_no_file_and_no_paper_but_leads_to_what_is_wrong(part, tab):
    answer = tab("payments", "date_from=31.02.2026&sort=date", part=part)
    assert answer.status_code == 302
    assert answer["Location"].endswith("/payments/?date_from=31.02.2026&sort=date")


def test_nothing_typed_is_lost(tab):
    page = tab("payments", urlencode({"date_from": "31.02.2026", "amount_from": "5 000", "sort": "number"})).content
    for kept in ('value="31.02.2026"', 'value="5 000"', '<option value="number" selected>'):
        assert kept in page.decode()


def test_ids_of_other_contracts_in_the_address_change_nothing(tab, money):
    foreign = urlencode({"contract": money.other_contract.pk, "contract_id": money.other_contract.pk, "pk": 1})
    assert first_column(tab("payments", foreign)) == ["4417", "4382", "4310"]


def test_a_field_that_is_given_twice_and_rubbish_parameters_do_no_harm(tab):
    assert tab("payments", "date_from=x&date_from=01.11.2026&page=-5&sort=&foo=%00").status_code == 200
