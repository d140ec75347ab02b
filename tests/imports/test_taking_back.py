"""A load is taken back while nothing is built on what it made; otherwise nothing changes, and the rows are named."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from cabinet.billing.models import Payment
from cabinet.contracts.models import Contract, Facility
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.metering.models import Meter, Register
from cabinet.readings.models import Reading
from imports.actions.receiving import judge_again
from imports.actions.taking_back import ask_back
from imports.models import Load, LoadRow
from imports.tasks import remove_old_rows
from portal.demo import builders
from tests.cast import Cast
from tests.imports.conftest import PAYMENTS, Loader, workbook
from tests.imports.test_kinds import CONTRACT, contract
from tests.queue import work

pytestmark = pytest.mark.django_db
DAY = "18.11.2026"
FACILITY = ("Номер договора", "Объект", "Адрес")


def facilities(cast: Cast, *names: str):
    return workbook(FACILITY, [(cast.contract.number, name, "Тула") for name in names])


def test_a_contract_that_got_a_facility_stays_with_all_of_its_load(cast: Cast, curator: Loader) -> None:
    load = curator.applied("contracts", workbook(CONTRACT, [contract(cast), contract(cast, number="2")]))
    builders.facility(Contract.objects.get(number="2"))
    load = curator.taken_back(load)
    assert (
        load.failure == "Загрузку не отменить: строка 3 — на запись опираются другие (объекты). Ничего не изменилось."
    )
    assert load.is_applied and Contract.objects.filter(number__in=["55/26-К", "2"]).count() == 2
    assert not ContractLogEntry.objects.filter(action="imports.taken_back").exists()


def test_once_nothing_is_built_on_it_any_more_it_goes(cast: Cast, curator: Loader) -> None:
    load = curator.applied("facilities", facilities(cast, "Цех 7"))
    made = Facility.objects.get(name="Цех 7")
    point = builders.point(made)
    assert curator.taken_back(load).is_applied
    point.delete()
    assert not curator.taken_back(load).is_applied and not Facility.objects.filter(pk=made.pk).exists()


def test_a_register_with_a_reading_stays(cast: Cast, curator: Loader) -> None:
    meter = cast.register.meter
    titles = ("Номер договора", "Номер прибора учёта", "Вид энергии")
    load = curator.applied("registers", workbook(titles, [(cast.contract.number, meter.serial, "R+")]))
    builders.sent_reading(Register.objects.get(meter=meter, energy="R+"), dt.date(2026, 11, 1), 5)
    assert "строка 2 — на запись опираются другие (показания)" in curator.taken_back(load).failure
    assert Reading.objects.exists() and Meter.objects.filter(pk=meter.pk).exists()


def test_what_was_changed_or_removed_since_is_in_the_way(cast: Cast, curator: Loader) -> None:
    rows = [(cast.contract.number, str(n), DAY, 100) for n in range(6)]
    load = curator.applied("payments", workbook(PAYMENTS, rows))
    Payment.objects.filter(number__in=["0", "1", "2", "3"]).update(amount=Decimal(7))
    Payment.objects.filter(number="4").delete()
    assert curator.taken_back(load).failure == (
        "Загрузку не отменить: строка 2 — запись изменена после загрузки; строка 3 — запись изменена после загрузки; "
        "строка 4 — запись изменена после загрузки и ещё 2 строки. Ничего не изменилось."
    )
    assert Payment.objects.count() == 5


def test_a_later_load_is_taken_back_first(cast: Cast, curator: Loader) -> None:
    first = curator.applied("payments", workbook(PAYMENTS, [(cast.contract.number, "1", DAY, 100)]))
    second = curator.applied("payments", workbook(PAYMENTS, [(cast.contract.number, "1", DAY, 200)]))
    assert curator.taken_back(first).is_applied
    assert not curator.taken_back(second).is_applied
    assert Payment.objects.get().amount == 100
    assert not curator.taken_back(first).is_applied and not Payment.objects.exists()


def test_it_is_taken_back_once_and_not_applied_again(cast: Cast, curator: Loader) -> None:
    load = curator.applied("payments", workbook(PAYMENTS, [(cast.contract.number, "1", DAY, 100)]))
    curator.taken_back(load)
    for refused in (lambda: ask_back(user=cast.curator, load=load), lambda: curator.confirmed(load)):
        with pytest.raises(Exception, match="уже"):
            refused()


def test_a_load_that_was_never_applied_is_not_taken_back(cast: Cast, curator: Loader) -> None:
    load = curator.judged("payments", workbook(PAYMENTS, [(cast.contract.number, "1", DAY, 100)]))
    with pytest.raises(Exception, match="уже отменяется, отменена"):
        ask_back(user=cast.curator, load=load)


def test_another_curator_does_not_take_it_back_but_the_administrator_does(cast: Cast, curator: Loader) -> None:
    load = curator.applied("payments", workbook(PAYMENTS, [(cast.contract.number, "1", DAY, 100)]))
    with pytest.raises(Exception, match="уже отменяется"):
        ask_back(user=cast.curator2, load=load)
    ask_back(user=cast.admin, load=load)
    work()
    load.refresh_from_db()
    assert load.taken_back_by == cast.admin and not Payment.objects.exists()
    assert ContractLogEntry.objects.get(action="imports.taken_back").user == cast.admin


def test_what_is_judged_is_what_is_applied_whatever_becomes_of_the_file(cast: Cast, curator: Loader) -> None:
    load = curator.judged("payments", workbook(PAYMENTS, [(cast.contract.number, "1", DAY, 100)]))
    with load.file.storage.open(load.file.name, "wb") as stored:
        stored.write(b"something else")
    assert curator.confirmed(load).is_applied and Payment.objects.get().amount == 100


def test_a_row_changed_in_the_database_since_the_judging_stops_the_load(cast: Cast, curator: Loader) -> None:
    builders.payment(cast.contract, number="1", date=dt.date(2026, 11, 18), amount=Decimal(50))
    rows = [(cast.contract.number, "1", DAY, 100), (cast.contract.number, "2", DAY, 100)]
    load = curator.judged("payments", workbook(PAYMENTS, rows))
    Payment.objects.update(amount=Decimal(60))
    load = curator.confirmed(load)
    assert "изменились после проверки файла: строка 2" in load.failure and Payment.objects.count() == 1
    again = Load.objects.get(pk=load.pk)
    judge_again(user=cast.curator, load=again)
    work()
    again.refresh_from_db()
    assert again.is_ready and LoadRow.objects.get(load=again, number=2).before == [None, None, None, "60,00"]
    assert curator.confirmed(again).is_applied


def test_an_old_load_stays_in_the_history_without_its_rows_and_is_not_taken_back(
    cast: Cast, curator: Loader, as_user, settings
) -> None:
    load = curator.applied("payments", workbook(PAYMENTS, [(cast.contract.number, "1", DAY, 100)]))
    young = curator.applied("payments", workbook(PAYMENTS, [(cast.contract.number, "2", DAY, 100)]))
    Load.objects.filter(pk=load.pk).update(created_at=timezone.now() - dt.timedelta(days=settings.LOADS_KEPT_DAYS + 1))
    stored = load.file
    assert remove_old_rows() == 1 and remove_old_rows() == 0
    load.refresh_from_db()
    assert not load.rows.exists() and not stored.storage.exists(stored.name) and load.is_applied
    assert young.rows.exists() and Payment.objects.count() == 2
    page = as_user(cast.curator).get(reverse("load", args=[load.pk])).text
    assert "больше не хранятся" in page and "Да, отменить загрузку" not in page
    with pytest.raises(Exception, match="слишком стара"):
        ask_back(user=cast.curator, load=load)
