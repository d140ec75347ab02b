"""A curator loads into his departments alone: no number of others leads anywhere, and nothing is told of them."""

import pytest

from cabinet.billing.models import Payment
from cabinet.contracts.models import Contract, Department, Facility
from imports.actions.receiving import receive
from portal.demo import builders
from tests.cast import Cast
from tests.imports.conftest import PAYMENTS, Loader, errors_of, outcomes, workbook
from tests.imports.test_kinds import CONTRACT, ORGANISATION, contract, organisation

pytestmark = pytest.mark.django_db
DAY = "18.11.2026"
METER = ("Номер договора", "Номер прибора учёта")
DIGITS = ("Знаков до запятой", "Знаков после запятой")


def payments(*numbers: str):
    return workbook(PAYMENTS, [(number, str(at), DAY, 100) for at, number in enumerate(numbers)])


def test_a_contract_of_another_department_is_as_good_as_none(cast: Cast, curator: Loader) -> None:
    load = curator.judged("payments", payments(cast.other_contract.number, "нет-такого", cast.contract.number))
    foreign, none = (errors_of(load)[row] for row in (2, 3))
    assert foreign == [["Номер договора", f"Договора № {cast.other_contract.number} нет среди ваших."]]
    assert none == [["Номер договора", "Договора № НЕТ-ТАКОГО нет среди ваших."]]
    assert outcomes(load)[4] == "new"


def test_an_administrator_loads_into_every_department(cast: Cast, admin: Loader) -> None:
    admin.applied("payments", payments(cast.other_contract.number, cast.contract.number))
    assert Payment.objects.count() == 2


@pytest.mark.parametrize("kind", ["facilities", "points", "meters", "ratios", "registers"])
def test_what_belongs_to_a_foreign_contract_is_not_found(cast: Cast, curator: Loader, kind: str) -> None:
    number, meter = cast.other_contract.number, cast.other_register.meter
    names = (number, cast.other_facility.name, meter.point.name, meter.serial)
    rows = {
        "facilities": [("Номер договора", "Объект"), (number, "Новый")],
        "points": [("Номер договора", "Объект", "Точка учёта", "Уровень напряжения"), (*names[:2], "Новая", "НН")],
        "meters": [
            ("Номер договора", "Объект", "Точка учёта", "Номер прибора учёта", "Тип", *DIGITS),
            (*names, "Тип", 6, 2),
        ],
        "ratios": [(*METER, "Действует с", "Ктт", "Ктн"), (number, meter.serial, DAY, 1, 1)],
        "registers": [(*METER, "Вид энергии"), (number, meter.serial, "R+")],
    }  # fmt: skip
    titles, row = rows[kind]
    load = curator.judged(kind, workbook(titles, [row]))
    assert outcomes(load) == {2: "wrong"} and "нет" in errors_of(load)[2][0][1]


def test_a_foreign_contract_is_neither_changed_nor_taken_into_ones_department(cast: Cast, curator: Loader) -> None:
    other = cast.other_contract
    row = contract(cast, number=other.number, inn=cast.organisation.inn)
    load = curator.judged("contracts", workbook(CONTRACT, [row]))
    assert errors_of(load)[2] == [["", "Такая запись уже есть, но она относится не к вашим отделениям."]]
    foreign = contract(cast, department=cast.other_department.name)
    assert errors_of(curator.judged("contracts", workbook(CONTRACT, [foreign])))[2] == [
        ["Отделение", f"Отделения «{cast.other_department.name}» нет среди ваших."]
    ]


def test_a_foreign_organisation_is_not_changed(cast: Cast, curator: Loader) -> None:
    other = cast.other_contract.organisation
    file = workbook(ORGANISATION, [organisation(inn=other.inn, kpp=other.kpp)])
    assert errors_of(curator.judged("organisations", file))[2][0][0] == ""
    other.refresh_from_db()
    assert other.name != "АО «Заря»"


def test_a_curator_of_another_department_is_no_curator_of_the_contract(cast: Cast, curator: Loader) -> None:
    file = workbook(CONTRACT, [contract(cast, curator=cast.curator2.email)])
    assert errors_of(curator.judged("contracts", file))[2][0][0] == "Куратор (e-mail)"


def test_a_department_that_was_taken_away_meanwhile_stops_the_load(cast: Cast, curator: Loader) -> None:
    load = curator.judged("payments", payments(cast.contract.number))
    Department.curators.through.objects.filter(user=cast.curator).delete()
    load = curator.confirmed(load)
    assert load.state == "failed" and "Ничего не загружено" in load.failure and not Payment.objects.exists()


def test_a_right_that_was_taken_away_meanwhile_stops_the_load(cast: Cast, curator: Loader) -> None:
    load = curator.judged("payments", payments(cast.contract.number))
    cast.curator.groups.clear()
    curator.user = type(cast.curator).objects.get(pk=cast.curator.pk)
    load = curator.confirmed(load)
    assert load.failure == "Загрузка не выполнена: у вас больше нет прав на эти данные."
    assert not Payment.objects.exists()


@pytest.mark.parametrize("who", ["editor", "client", "newcomer"])
def test_nobody_without_the_right_loads(cast: Cast, who: str) -> None:
    with pytest.raises(Exception, match="Эти данные вы не загружаете"):
        receive(user=getattr(cast, who), kind="payments", file=payments(cast.contract.number))


def test_a_file_with_the_column_id_changes_nothing_by_it(cast: Cast, curator: Loader) -> None:
    other = builders.payment(cast.other_contract, number="1")
    titles = ("id", *PAYMENTS)
    file = workbook(titles, [(other.pk, cast.contract.number, "1", DAY, 5)])
    load = curator.applied("payments", file)
    assert load.notes == ["Столбцы не загружаются: «id»."]
    was = other.amount
    other.refresh_from_db()
    assert other.amount == was and Payment.objects.filter(contract=cast.contract).count() == 1


def test_a_contract_whose_number_is_taken_meanwhile_stops_the_load(cast: Cast, curator: Loader) -> None:
    load = curator.judged("contracts", workbook(CONTRACT, [contract(cast)]))
    builders.contract(cast.organisation, cast.department, number="55/26-К")
    load = curator.confirmed(load)
    assert "строка 2 уже есть" in load.failure and Contract.objects.filter(number="55/26-К").count() == 1


def test_a_facility_of_the_same_name_in_another_contract_is_another_row(cast: Cast, curator: Loader) -> None:
    titles = ("Номер договора", "Объект", "Адрес")
    file = workbook(titles, [(cast.signed_contract.number, cast.facility.name, "Иной адрес")])
    curator.applied("facilities", file)
    assert Facility.objects.filter(name=cast.facility.name).count() == 2
    was = cast.facility.address
    cast.facility.refresh_from_db()
    assert cast.facility.address == was


def test_what_went_to_another_department_is_not_taken_back(cast: Cast, curator: Loader) -> None:
    load = curator.applied("payments", payments(cast.contract.number))
    Contract.objects.filter(pk=cast.contract.pk).update(department=cast.other_department)
    load = curator.taken_back(load)
    assert "запись больше не в ваших отделениях" in load.failure and Payment.objects.count() == 1
