"""A load's file: found titles, refused columns, cells of every kind, texts in every encoding."""

import datetime as dt

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.cast import Cast
from tests.imports.conftest import PAYMENTS, Loader, errors_of, outcomes, saved, text, workbook

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 18)


def book_of(cast: Cast, *rows: tuple) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in (PAYMENTS, *((cast.contract.number, *row) for row in rows)):
        book.active.append(list(row))
    return book


def test_the_titles_are_found_below_other_rows_in_any_order_and_case(cast: Cast, curator: Loader) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Выгрузка"
    for row in (
        ["Платежи за ноябрь"],
        [],
        ["сумма  платежа, руб.:", "Номер договора *", "Примечание", "ДАТА ПЛАТЕЖА", "Номер ПД"],
        [100, cast.contract.number, "аванс", DAY, "7"],
    ):
        book.active.append(row)
    load = curator.judged("payments", saved(book))
    assert outcomes(load) == {4: "new"} and load.sheet == "Выгрузка"
    assert load.notes == ["Столбцы не загружаются: «Примечание»."]


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        (PAYMENTS[:3], "Нет столбцов: «Сумма платежа, руб.»."),
        ((*PAYMENTS, PAYMENTS[1]), "Строка 1: столбец «Номер ПД» стоит дважды."),
        (("А", "Б"), "Не найдена строка с названиями столбцов: «Номер договора»"),
    ],
)
def test_a_column_that_is_missing_or_stands_twice_is_named(
    cast: Cast, curator: Loader, titles: tuple, said: str
) -> None:
    row = [(cast.contract.number, "1", "18.11.2026", 100, "1")[: len(titles)]]
    for file in (workbook(titles, row), text(titles, row)):
        load = curator.judged("payments", file)
        assert load.state == "failed"
        assert said.removeprefix("Строка 1: ") in load.failure and not load.rows.exists()
    assert "Лист «Данные», строка 1" in curator.judged("payments", workbook((*PAYMENTS, "Номер ПД"), row)).failure


def test_merged_cells_are_refused_with_their_place(cast: Cast, curator: Loader) -> None:
    book = book_of(cast, ("1", DAY, 100), ("2", DAY, 100))
    book.active.merge_cells("A2:A3")
    load = curator.judged("payments", saved(book))
    assert "строка 2, столбец A: объединённые ячейки" in load.failure and load.state == "failed"


def test_other_sheets_are_left_and_named(cast: Cast, curator: Loader) -> None:
    book = book_of(cast, ("1", DAY, 100))
    book.create_sheet("Справка").append(["Не читать"])
    load = curator.judged("payments", saved(book))
    assert outcomes(load) == {2: "new"} and load.notes == ["Загружается только лист «Sheet»."]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("=1+1", "В ячейке формула: вставьте её значение."),
        ("#DIV/0!", "В ячейке ошибка Excel."),
        (DAY, "Вместо значения дата: задайте ячейке формат «Текстовый»."),
        (None, "Не заполнено."),
        ("сто", "Введите сумму цифрами, например 1240000,50."),
        (100.005, "Введите не больше двух знаков после запятой: рубли и копейки."),
        ("1e30", "Введите сумму цифрами, например 1240000,50."),
        (0, "Сумма платежа — больше нуля."),
        (True, "Введите сумму цифрами, например 1240000,50."),
    ],
)
def test_a_cell_that_is_no_sum_is_told_with_its_row_and_column(
    cast: Cast, curator: Loader, cell: object, said: str
) -> None:
    load = curator.judged("payments", saved(book_of(cast, ("1", DAY, 100), ("2", DAY, cell))))
    assert errors_of(load) == {3: [["Сумма платежа, руб.", said]]}


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("31.02.2026", "Такого дня нет в календаре."),
        (45_979, "Число вместо даты: задайте ячейке формат «Дата»."),
        ("11/18/2026", "Введите дату как ДД.ММ.ГГГГ, например 24.11.2026."),
        (dt.datetime(1901, 1, 1), "Введите год от 1990 до 2100."),
    ],
)
def test_a_cell_that_is_no_date_is_told(cast: Cast, curator: Loader, cell: object, said: str) -> None:
    assert errors_of(curator.judged("payments", saved(book_of(cast, ("1", cell, 100))))) == {
        2: [["Дата платежа", said]]
    }


def test_dates_of_every_spelling_in_one_column_are_one_day(cast: Cast, curator: Loader) -> None:
    spelt = (DAY, dt.datetime(2026, 11, 18, 12, 30), "18.11.2026", "18.11.26", "2026-11-18")
    load = curator.judged("payments", saved(book_of(cast, *((str(n), day, 100) for n, day in enumerate(spelt)))))
    assert {row.fields["date"] for row in load.rows.all()} == {"2026-11-18"} and load.count("new") == len(spelt)


def test_a_workbook_that_counts_days_from_1904_has_the_same_dates(cast: Cast, curator: Loader) -> None:
    book = book_of(cast, ("1", DAY, 100))
    book.epoch = CALENDAR_MAC_1904
    load = curator.judged("payments", saved(book))
    assert load.rows.get().fields["date"] == "2026-11-18"


def test_figures_keep_what_excel_shows_and_nothing_of_the_machine(cast: Cast, curator: Loader) -> None:
    load = curator.judged("payments", saved(book_of(cast, (1724.0, DAY, 0.1 + 0.2), ("2", DAY, 1234567890.12))))
    assert [(row.fields["number"], row.fields["amount"]) for row in load.rows.all()] == [
        ("1724", "0.3"), ("2", "1234567890.12"),
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"\x00\x01\x02;\x00", "Номер договора;Номер ПД\n".encode("cp866")])
def test_a_text_that_cannot_be_read_is_refused(cast: Cast, curator: Loader, content: bytes) -> None:
    load = curator.judged("payments", SimpleUploadedFile("x.csv", content))
    assert load.state == "failed" and load.failure and not load.rows.exists()


def test_a_quote_that_never_ends_is_told_with_its_row(cast: Cast, curator: Loader) -> None:
    body = ";".join(PAYMENTS) + f'\n{cast.contract.number};"1;18.11.2026;100\n' + "x" * 40_000
    load = curator.judged("payments", SimpleUploadedFile("x.csv", body.encode()))
    assert "проверьте кавычки" in load.failure


def test_titles_without_rows_are_no_load(cast: Cast, curator: Loader) -> None:
    for file in (workbook(PAYMENTS, []), text(PAYMENTS, [])):
        assert "нет ни одной заполненной строки" in curator.judged("payments", file).failure
