"""What each kind makes of its file: new rows, changes, rules over several columns, names of other rows."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from cabinet.billing.models import SupplierDocument, ViolationAct
from cabinet.common import periods
from cabinet.contracts.models import Contract, Facility, Organisation
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.metering.models import Meter, MeteringPoint, Register, TransformerRatio
from cabinet.readings.models import AcceptedConsumption, Reading
from portal.demo import builders
from tests.cast import Cast
from tests.imports.conftest import Loader, errors_of, outcomes, workbook

pytestmark = pytest.mark.django_db
ORGANISATION = ("ИНН", "КПП", "Наименование", "ОГРН", "Адрес электронной почты")
CONTRACT = (
    "Номер договора",
    "Дата договора",
    "ИНН",
    "КПП",
    "Отделение",
    "Куратор (e-mail)",
    "Ценовая категория",
    "Дата соглашения об ЭЦП",
)
INN = builders.valid_inn(1_234_567)


def organisation(**changes: str) -> tuple:
    row = {"inn": INN, "kpp": "774301001", "name": "АО «Заря»", "ogrn": "", "email": "zarya@example.com"} | changes
    return tuple(row.values())


def contract(cast: Cast, **changes: object) -> tuple:
    row = {
        "number": "55/26-К",
        "date": "01.02.2026",
        "inn": cast.organisation.inn,
        "kpp": "",
        "department": cast.department.name,
        "curator": cast.curator.email,
        "category": 3,
        "signature": "",
    }
    return tuple((row | changes).values())


def test_an_organisation_is_made_then_changed_and_found_by_its_numbers(cast: Cast, curator: Loader) -> None:
    curator.applied("organisations", workbook(ORGANISATION, [organisation()]))
    made = Organisation.objects.get(inn=INN)
    assert (made.kpp, made.name, made.email) == ("774301001", "АО «Заря»", "zarya@example.com")
    changed = organisation(name="ПАО «Заря»", email="Office@ZARYA.example.com")
    load = curator.applied("organisations", workbook(ORGANISATION, [changed]))
    made.refresh_from_db()
    assert (made.name, made.email) == ("ПАО «Заря»", "office@zarya.example.com")
    assert load.rows.get().before == [None, None, "АО «Заря»", None, "zarya@example.com"]


@pytest.mark.parametrize(
    ("changes", "title", "said"),
    [
        ({"inn": INN[:-1] + str((int(INN[-1]) + 1) % 10)}, "ИНН", "Проверьте ИНН: контрольные цифры не сходятся."),
        ({"inn": ""}, "ИНН", "Не заполнено."),
        ({"ogrn": "123"}, "ОГРН", "ОГРН: 13 цифр, ОГРНИП: 15 цифр."),
        ({"kpp": "12"}, "КПП", "КПП: девять знаков."),
        ({"email": "заря"}, "Адрес электронной почты", "Введите адрес полностью, например name@company.ru."),
        ({"name": "я" * 301}, "Наименование", "не более 300 символов"),
    ],
)
def test_an_organisations_wrong_number_is_told(
    cast: Cast, curator: Loader, changes: dict, title: str, said: str
) -> None:
    ((found, sentence),) = errors_of(
        curator.judged("organisations", workbook(ORGANISATION, [organisation(**changes)]))
    )[2]
    assert found == title and said in sentence


def test_an_inn_that_excel_made_a_figure_has_its_nought_back(cast: Cast, curator: Loader) -> None:
    body = "027400000"
    inn = next(body + str(last) for last in range(10) if _is_inn(body + str(last)))
    load = curator.judged("organisations", workbook(ORGANISATION, [organisation(inn=int(inn), kpp=int("027401001"))]))
    assert load.rows.get().fields["inn"] == inn and load.rows.get().fields["kpp"] == "027401001"


def _is_inn(text: str) -> bool:
    from cabinet.contracts.validators import validate_inn

    try:
        validate_inn(text)
    except Exception:
        return False
    return True


def test_a_contract_finds_its_organisation_department_and_curator(cast: Cast, curator: Loader) -> None:
    load = curator.applied("contracts", workbook(CONTRACT, [contract(cast)]))
    made = Contract.objects.get(number="55/26-К")
    assert (made.organisation, made.department, made.curator) == (cast.organisation, cast.department, cast.curator)
    assert (made.price_category, made.signature_agreement_date) == (3, None) and load.is_applied
    assert ContractLogEntry.objects.get(action="imports.applied").contract == made


def test_a_contracts_change_shows_names_and_empties_what_is_empty(cast: Cast, curator: Loader) -> None:
    known = cast.signed_contract
    row = contract(cast, number=f"№ {known.number}", date=known.date, category=known.price_category, curator="")
    load = curator.judged("contracts", workbook(CONTRACT, [row]))
    before = load.rows.get().before
    assert before[5] == str(cast.curator) and before[7] == f"{known.signature_agreement_date:%d.%m.%Y}"
    curator.confirmed(load)
    known.refresh_from_db()
    assert known.curator is None and known.signature_agreement_date is None


def test_a_column_that_the_file_lacks_stays_as_it_is(cast: Cast, curator: Loader) -> None:
    known = cast.signed_contract
    row = contract(cast, number=known.number, date=known.date, category=4)
    left = [at for at, title in enumerate(CONTRACT) if title not in ("Куратор (e-mail)", "Дата соглашения об ЭЦП")]
    file = workbook([CONTRACT[at] for at in left], [[row[at] for at in left]])
    curator.applied("contracts", file)
    was = known.curator, known.signature_agreement_date
    known.refresh_from_db()
    assert (known.curator, known.signature_agreement_date) == was and known.price_category == 4


def test_several_organisations_of_one_inn_want_the_kpp(cast: Cast, curator: Loader) -> None:
    branch = builders.organisation(inn=cast.organisation.inn, kpp="774201002")
    rows = [contract(cast), contract(cast, number="2", kpp=branch.kpp), contract(cast, number="3", kpp="111111111")]
    load = curator.judged("contracts", workbook(CONTRACT, rows))
    assert [sentence for ((_, sentence),) in errors_of(load).values()] == [
        f"Организаций с ИНН {cast.organisation.inn} несколько: укажите КПП.",
        f"Организации с ИНН {cast.organisation.inn} и КПП 111111111 нет среди ваших.",
    ]
    assert load.rows.get(number=3).fields["organisation_id"] == branch.pk


@pytest.mark.parametrize(("category", "said"), [(7, "меньше либо равно 6"), ("три", "Введите целое число.")])
def test_a_price_category_is_one_of_six(cast: Cast, curator: Loader, category: object, said: str) -> None:
    ((title, sentence),) = errors_of(
        curator.judged("contracts", workbook(CONTRACT, [contract(cast, category=category)]))
    )[2]
    assert title == "Ценовая категория" and said in sentence


def test_facilities_points_meters_ratios_and_registers_build_on_one_another(cast: Cast, curator: Loader) -> None:
    number = cast.contract.number
    steps = {
        "facilities": [("Номер договора", "Объект", "Адрес"), (number, "Цех 7", "Тула")],
        "points": [
            ("Номер договора", "Объект", "Точка учёта", "Уровень напряжения", "Потери, %", "Транзит: кому"),
            (number, "Цех 7", "Ввод 1", "нн", "1,5", ""),
        ],
        "meters": [
            (
                "Номер договора",
                "Объект",
                "Точка учёта",
                "Номер прибора учёта",
                "Тип",
                "Знаков до запятой",
                "Знаков после запятой",
                "Поверка действует по",
            ),
            (number, "Цех 7", "Ввод 1", 40018844.0, "Меркурий 234", 6, 2, "31.12.2030"),
        ],
        "ratios": [
            ("Номер договора", "Номер прибора учёта", "Действует с", "Ктт", "Ктн"),
            (number, "40018844", "01.01.2026", 80, 1),
        ],
        "registers": [
            ("Номер договора", "Номер прибора учёта", "Вид энергии", "Зона суток"),
            (number, "40018844", "А+", "Т1"),
        ],
    }  # fmt: skip
    for kind, (titles, row) in steps.items():
        assert outcomes(load := curator.applied(kind, workbook(titles, [row]))) == {2: "new"}, load.failure
        assert load.is_applied
    meter = Meter.objects.get(serial="40018844")
    assert meter.point.facility == Facility.objects.get(name="Цех 7", contract=cast.contract)
    assert MeteringPoint.objects.get(name="Ввод 1", facility__name="Цех 7").loss_percent == Decimal("1.5")
    assert TransformerRatio.objects.get(meter=meter).value == 80
    assert Register.objects.get(meter=meter).zone == "T1"
    assert ContractLogEntry.objects.filter(action="imports.applied", contract=cast.contract).count() == len(steps)


def test_a_row_that_is_not_there_is_named(cast: Cast, curator: Loader) -> None:
    titles = ("Номер договора", "Номер прибора учёта", "Действует с", "Ктт", "Ктн")
    load = curator.judged("ratios", workbook(titles, [(cast.contract.number, "000", "01.01.2026", 80, 0)]))
    assert errors_of(load)[2][0] == [
        "Номер прибора учёта",
        f"В договоре № {cast.contract.number} нет прибора учёта № 000.",
    ]
    assert errors_of(load)[2][1][0] == "Ктн"


def test_two_meters_of_one_serial_in_a_contract_are_left_to_a_person(cast: Cast, curator: Loader) -> None:
    serial = cast.register.meter.serial
    builders.meter(builders.point(cast.second_facility, name="Второй ввод"), serial=serial)
    titles = ("Номер договора", "Номер прибора учёта", "Действует с", "Ктт", "Ктн")
    load = curator.judged("ratios", workbook(titles, [(cast.contract.number, serial, "01.01.2026", 80, 1)]))
    assert errors_of(load)[2] == [["Номер прибора учёта", "Таких записей несколько: эту строку внесите вручную."]]


DOCUMENT = (
    "Номер договора",
    "Вид документа",
    "Номер документа",
    "Дата документа",
    "Сумма итоговая, руб.",
    "Сумма НДС, руб.",
)


@pytest.mark.parametrize(
    ("total", "vat", "fits"),
    [(120, 20, True), (-120, -20, True), (120, "", True), (120, 121, False), (120, -20, False)],
)
def test_the_tax_of_a_document_is_part_of_its_total(
    cast: Cast, curator: Loader, total: object, vat: object, fits: bool
) -> None:
    row = (cast.contract.number, "счет-фактура", "СФ-1", "30.11.2026", total, vat)
    load = curator.judged("documents", workbook(DOCUMENT, [row]))
    assert outcomes(load) == {2: "new" if fits else "wrong"}
    if fits:
        curator.confirmed(load)
        assert SupplierDocument.objects.get().kind == "tax_invoice"


def test_an_unknown_kind_of_document_is_answered_with_the_list(cast: Cast, curator: Loader) -> None:
    row = (cast.contract.number, "Накладная", "1", "30.11.2026", 1, "")
    ((title, said),) = errors_of(curator.judged("documents", workbook(DOCUMENT, [row])))[2]
    assert title == "Вид документа" and "«Накладная» нет в списке: «Счёт»" in said


def test_an_act_of_violation_ends_after_it_begins(cast: Cast, curator: Loader) -> None:
    titles = (
        "Номер договора", "Номер акта", "Дата акта", "Вид акта", "Период учёта с", "Период учёта по",
        "Точка учёта", "Номер прибора учёта", "Сумма по акту, руб.",
    )  # fmt: skip
    row = (cast.contract.number, "1/БУ", "17.09.2026", "Безучётное потребление")
    rows = [(*row, "01.06.2026", "31.08.2026", "", "", "0"), (*row, "01.09.2026", "31.08.2026", "", "", "5")]
    load = curator.judged("violations", workbook(titles, [rows[1]]))
    assert errors_of(load)[2] == [["Период учёта по", "Период учёта кончается раньше, чем начинается."]]
    curator.applied("violations", workbook(titles, [rows[0]]))
    assert ViolationAct.objects.get().period_to == dt.date(2026, 8, 31)


OPENING = ("Номер договора", "Номер прибора учёта", "Вид энергии", "Зона суток", "Период", "Начальное показание")


def opening(cast: Cast, value: object, period: object = "Ноябрь 2026", zone: str = "") -> tuple:
    return (cast.contract.number, cast.register.meter.serial, "А+", zone, period, value)


@pytest.mark.parametrize("period", ["Ноябрь 2026", "11.2026", "2026-11", "01.11.2026", dt.date(2026, 11, 24)])
def test_an_opening_reading_counts_at_once_and_has_its_history(cast: Cast, curator: Loader, period: object) -> None:
    load = curator.applied("openings", workbook(OPENING, [opening(cast, "150,5", period)]))
    assert load.is_applied, load.failure
    reading = Reading.objects.get()
    assert (reading.register, reading.kind, reading.period) == (cast.register, "opening", dt.date(2026, 11, 1))
    assert (reading.sent, reading.acceptance, reading.sent_by) == (Decimal("150.5"), "accepted", cast.curator)
    (event,) = reading.events.all()
    assert (event.event, event.value, event.door) == ("opened", Decimal("150.5"), "supplier")


def test_an_opening_reading_that_is_there_is_corrected_and_the_correction_taken_back(
    cast: Cast, curator: Loader
) -> None:
    curator.applied("openings", workbook(OPENING, [opening(cast, 100)]))
    load = curator.applied("openings", workbook(OPENING, [opening(cast, 200)]))
    assert load.rows.get().before[-1] == "100"
    reading = Reading.objects.get()
    assert reading.sent == 200 and reading.version == 2 and reading.events.count() == 2
    curator.taken_back(load)
    reading.refresh_from_db()
    assert reading.sent == 100 and reading.version == 3


def test_the_load_of_an_opening_reading_is_taken_back_with_its_history(cast: Cast, curator: Loader) -> None:
    load = curator.taken_back(curator.applied("openings", workbook(OPENING, [opening(cast, 100)])))
    assert load.taken_back_at and not Reading.objects.exists()


def test_a_draft_typed_before_its_opening_reading_is_judged_anew(cast: Cast, curator: Loader) -> None:
    Reading.objects.create(register=cast.register, period=dt.date(2026, 11, 1), draft=Decimal(50))
    curator.applied("openings", workbook(OPENING, [opening(cast, 100)]))
    assert Reading.objects.get(kind="current").warning


@pytest.mark.parametrize(
    ("row", "title", "said"),
    [
        ({"value": "1234567,5"}, "Начальное показание", "Ошибка значности: у счётчика 6 знаков до запятой."),
        ({"value": "-5"}, "Начальное показание", "Показание не может быть отрицательным."),
        ({"value": "сто"}, "Начальное показание", "Введите число, например 15064,15."),
        ({"value": 5, "zone": "Т2"}, "Номер прибора учёта", "нет шкалы A+ T2."),
        ({"value": 5, "zone": "ночь"}, "Зона суток", "«ночь» нет в списке: «сумма», «Т1», «Т2», «Т3»."),
        ({"value": 5, "period": "13.2026"}, "Период", "Введите месяц, например «Ноябрь 2026» или 11.2026."),
    ],
)
def test_a_wrong_opening_reading_is_told(cast: Cast, curator: Loader, row: dict, title: str, said: str) -> None:
    ((found, sentence),) = errors_of(curator.judged("openings", workbook(OPENING, [opening(cast, **row)])))[2]
    assert found == title and said in sentence


CONSUMPTION = ("Номер договора", "Номер прибора учёта", "Вид энергии", "Период", "Принятый расход")


def test_accepted_consumption_stands_beside_the_readings_that_the_client_sees(
    cast: Cast, curator: Loader, as_user
) -> None:
    this, period = periods.this_period(), periods.shift(periods.this_period(), -1)
    builders.sent_reading(cast.register, period, 5)
    row = (cast.contract.number, cast.register.meter.serial, "А+", periods.label(period), "-12450,5")
    page = reverse("readings-months", args=[cast.contract.pk, this, cast.register.pk])
    client = as_user(cast.client)
    assert "Принятый расход" not in client.get(page).text
    curator.applied("consumption", workbook(CONSUMPTION, [row]))
    assert AcceptedConsumption.objects.get().energy == Decimal("-12450.5")
    shown = client.get(page).text
    assert "Принятый расход, кВт·ч" in shown and "−12\u202f450,50" in shown
    assert as_user(cast.other).get(page).status_code == 404


def test_a_period_that_goes_on_has_no_accepted_consumption(cast: Cast, curator: Loader) -> None:
    row = (cast.contract.number, cast.register.meter.serial, "А+", periods.label(periods.this_period()), 1)
    load = curator.judged("consumption", workbook(CONSUMPTION, [row]))
    assert errors_of(load)[2] == [["Период", "Этот период ещё не закрыт."]]
