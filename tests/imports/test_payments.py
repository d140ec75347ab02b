"""Payments from a file: judged row by row, loaded as a whole, taken back."""

import datetime as dt
from decimal import Decimal

import pytest

from cabinet.billing.models import Payment
from cabinet.contracts.doors import Door
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders
from tests.cast import Cast
from tests.imports.conftest import PAYMENTS, Loader, errors_of, outcomes, text, workbook

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 18)


def rows(cast: Cast, *payments: tuple) -> list[tuple]:
    return [(cast.contract.number, *payment) for payment in payments]


def test_new_changed_and_unchanged_rows_are_told_apart(cast: Cast, curator: Loader) -> None:
    builders.payment(cast.contract, number="1", date=DAY, amount=Decimal("100.00"))
    builders.payment(cast.contract, number="2", date=DAY, amount=Decimal("200.00"))
    file = workbook(PAYMENTS, rows(cast, ("1", DAY, 100), ("2", DAY, "250,50"), ("3", "19.11.2026", 300.25)))
    load = curator.judged("payments", file)
    assert outcomes(load) == {2: "same", 3: "changed", 4: "new"}
    assert load.rows.get(number=3).before == [None, None, None, "200,00"]
    assert {name: load.count(name) for name in ("new", "changed", "same", "wrong")} == {
        "new": 1, "changed": 1, "same": 1, "wrong": 0,
    }  # fmt: skip
    assert load.sheet == "Данные" and not Payment.objects.filter(number="3").exists()


def test_what_was_confirmed_is_in_the_database_and_in_the_contracts_trail(cast: Cast, curator: Loader) -> None:
    changed = builders.payment(cast.contract, number="2", date=DAY, amount=Decimal("200.00"))
    load = curator.applied("payments", workbook(PAYMENTS, rows(cast, ("2", DAY, 250.5), ("3", DAY, 300))))
    assert load.is_applied
    changed.refresh_from_db()
    assert changed.amount == Decimal("250.50")
    assert Payment.objects.get(number="3").amount == Decimal("300.00")
    entry = ContractLogEntry.objects.get()
    assert (entry.action, entry.contract, entry.user, entry.door) == (
        "imports.applied", cast.contract, cast.curator, Door.SUPPLIER,
    )  # fmt: skip
    assert entry.words == "Загружены данные из файла: платежи, 2 строки"


def test_one_wrong_row_and_nothing_is_loaded(cast: Cast, curator: Loader) -> None:
    load = curator.judged("payments", workbook(PAYMENTS, rows(cast, ("1", DAY, 100), ("2", DAY, "сто"))))
    assert errors_of(load) == {3: [["Сумма платежа, руб.", "Введите сумму цифрами, например 1240000,50."]]}
    with pytest.raises(Exception, match="В файле есть ошибки"):
        curator.confirmed(load)
    assert not Payment.objects.exists()


def test_a_load_is_taken_back(cast: Cast, curator: Loader) -> None:
    changed = builders.payment(cast.contract, number="2", date=DAY, amount=Decimal("200.00"))
    load = curator.applied("payments", workbook(PAYMENTS, rows(cast, ("2", DAY, 250.5), ("3", DAY, 300))))
    load = curator.taken_back(load)
    assert load.taken_back_at and not load.is_applied
    changed.refresh_from_db()
    assert changed.amount == Decimal("200.00") and Payment.objects.count() == 1
    assert ContractLogEntry.objects.filter(action="imports.taken_back").count() == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_text_is_read_whatever_its_encoding_and_separator(
    cast: Cast, curator: Loader, encoding: str, separator: str
) -> None:
    file = text(PAYMENTS, rows(cast, ("1", "18.11.2026", "100,50")), encoding, separator)
    load = curator.judged("payments", file)
    assert load.failure == "" and outcomes(load) == {2: "new"}
