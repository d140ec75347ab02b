"""The form in Excel: what is written, and what is read when it comes back from a person."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cabinet.common.workbooks import NotAWorkbook
from cabinet.readings.workbook import columns
from cabinet.readings.workbook.columns import COLUMNS, Code, code_of, letters_of, parse_code
from cabinet.readings.workbook.read import FormRow, read_form
from cabinet.readings.workbook.write import FIRST_ROW, HEADER_ROW, FormLine, write_form

PERIOD = dt.date(2026, 11, 1)
LINE = FormLine(
    contract="77-1042",
    facility="Склад № 1",
    point="ВРУ-1, ввод 1",
    serial="00123",
    scale="А+ Т1",
    unit="кВт·ч",
    ratio=Decimal("40.000"),
    digits_before=6,
    digits_after=2,
    previous=Decimal("15000.000000"),
    value=Decimal("15064.150000"),
    text="",
    state="Готово к передаче",
    is_open=True,
    register=12345,
    period=PERIOD,
    version=3,
)
FIRST = FIRST_ROW + 1  # as Excel numbers it


def some_lines(count: int) -> list[FormLine]:
    """Lines without values, each of a register of its own."""
    return [LINE._replace(register=n, serial=f"{n:05}", value=None, version=n) for n in range(1, count + 1)]


def written(lines: Iterable[FormLine], path: Path) -> Path:
    with path.open("wb") as file:
        write_form(file, lines, subject="Договор № 77-1042", of=[PERIOD])
    return path


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A form of five registers, nothing filled in."""
    return written(some_lines(5), tmp_path / "form.xlsx")


def edited(path: Path, **cells: Any) -> Path:
    """The form as a person saves it with these cells."""
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book[columns.SHEET][address] = value
    book.save(path)
    return path


def moved(path: Path, rows: Iterable[int], order: Iterable[int]) -> Path:
    """The form with these rows and columns alone, in this order, on a sheet of another name."""
    source = openpyxl.load_workbook(path)[columns.SHEET]
    book = openpyxl.Workbook()
    book.active.title = "Мой лист"
    for row in (HEADER_ROW + 1, *rows):
        book.active.append([source.cell(row, column + 1).value for column in order])
    book.save(path)
    return path


def only(path: Path) -> FormRow:
    """The only row in which something stands."""
    (row,) = [row for row in read_form(path) if row.text or row.problem]
    return row


def sheet_of(path: Path) -> Worksheet:
    return openpyxl.load_workbook(path)[columns.SHEET]


# --- codes ---------------------------------------------------------------------------------------


@given(st.integers(1, 10**18 - 1), st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 1)), st.integers(0, 10**9 - 1))
def test_a_code_is_read_back(register: int, day: dt.date, version: int) -> None:
    period = day.replace(day=1)
    assert parse_code(f" {code_of(register, period, version)} ") == Code(register, period, version)


@pytest.mark.parametrize(
    "text",
    ["", "2026-11", "2026-13-1-1", "2026-11-1", "2026-11-1-1-1", "1900-01-1-1", "2026-11-٣-1", f"2026-11-{'9' * 19}-1"],
)
def test_rubbish_is_no_code(text: str) -> None:
    assert parse_code(text) is None


@pytest.mark.parametrize("index", [0, 25, 26, 701, 702, 16383])
def test_columns_are_lettered_as_excel_does(index: int) -> None:
    assert letters_of(index) == get_column_letter(index + 1)


# --- what is written -----------------------------------------------------------------------------


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    assert list(read_form(written([LINE], tmp_path / "form.xlsx"))) == [
        FormRow(
            sheet="Показания",
            row=FIRST,
            column="J",
            contract="77-1042",
            facility="Склад № 1",
            serial="00123",
            register=12345,
            period=PERIOD,
            version=3,
            text="15064,15",
            problem="",
        )
    ]


def test_a_row_shows_what_a_person_needs_beside_the_field(tmp_path: Path) -> None:
    sheet = sheet_of(written([LINE], tmp_path / "form.xlsx"))
    assert [cell.value for cell in sheet[HEADER_ROW + 1]] == [column.title for column in COLUMNS]
    assert [cell.value for cell in sheet[FIRST]] == [
        "77-1042",
        "Склад № 1",
        "ВРУ-1, ввод 1",
        "00123",
        "А+ Т1",
        "кВт·ч",
        40,
        "6,2",
        15000,
        15064.15,
        "Готово к передаче",
        "2026-11-12345-3",
    ]
    assert sheet["A1"].value == "Показания приборов учёта: Ноябрь 2026"
    assert sheet["A2"].value.startswith("Договор № 77-1042")


def test_only_fields_of_meters_that_take_a_reading_are_open(tmp_path: Path) -> None:
    lines = [LINE, LINE._replace(is_open=False, state="Истек срок МПИ")]
    sheet = sheet_of(written(lines, tmp_path / "form.xlsx"))
    assert sheet.protection.sheet and not sheet.protection.autoFilter and not sheet.protection.password
    assert not sheet[f"J{FIRST}"].protection.locked
    assert sheet[f"J{FIRST + 1}"].protection.locked and sheet[f"I{FIRST}"].protection.locked


def test_digits_are_checked_by_the_row_s_own_digits_so_that_sorting_does_no_harm(form: Path) -> None:
    (check,) = sheet_of(form).data_validations.dataValidation
    assert (
        str(check.sqref) == f"J{FIRST}:J{FIRST + 4}"
        and check.type == "custom"
        and check.errorTitle == "Ошибка значности"
    )
    assert f"$H{FIRST}" in check.formula1 and f"J{FIRST}<10^" in check.formula1


def test_figures_have_the_meter_s_digits(tmp_path: Path) -> None:
    lines = [LINE._replace(digits_after=after) for after in (0, 2, 6)]
    sheet = sheet_of(written(lines, tmp_path / "form.xlsx"))
    assert [sheet.cell(FIRST + n, 10).number_format for n in range(3)] == ["#,##0", "#,##0.00", "#,##0.000000"]


def test_the_head_stays_in_sight_and_on_paper(form: Path) -> None:
    sheet = sheet_of(form)
    assert sheet.freeze_panes == f"A{FIRST}" and sheet.print_title_rows == f"${HEADER_ROW + 1}:${HEADER_ROW + 1}"
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToHeight == 0
    assert sheet.auto_filter.ref == f"A{HEADER_ROW + 1}:L{FIRST + 4}"
    assert "Страница" in sheet.oddFooter.right.text


def test_the_second_sheet_tells_how_to_fill_the_form(form: Path) -> None:
    words = " ".join(row[0].value or "" for row in openpyxl.load_workbook(form)[columns.INSTRUCTIONS].iter_rows())
    assert "Пустая ячейка ничего не меняет" in words and "Код строки" in words


def test_a_text_that_could_not_be_taken_stands_in_its_field(tmp_path: Path) -> None:
    path = written([LINE._replace(value=None, text="12а")], tmp_path / "form.xlsx")
    assert only(path).text == "12а"


def test_a_register_without_a_previous_reading_shows_a_dash(tmp_path: Path) -> None:
    assert sheet_of(written([LINE._replace(previous=None)], tmp_path / "form.xlsx"))[f"I{FIRST}"].value == "—"


def test_a_long_name_makes_its_row_higher(tmp_path: Path) -> None:
    path = written([LINE._replace(facility="Производственный комплекс " * 4), LINE], tmp_path / "form.xlsx")
    heights = sheet_of(path).row_dimensions
    assert heights[FIRST].height == 60 and heights[FIRST + 1].height is None


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("+7 <b>&amp;\"'", "+7 <b>&amp;\"'"),
        ("https://example.com", "https://example.com"),
        ("a\x00b\x1bc\ud800d", "abcd"),
        ("Склад\u202f1\u2009\u00a0", "Склад\u202f1"),
        ("_x0041_", "_x0041_"),
    ],
)
def test_a_string_stays_a_string(tmp_path: Path, name: str, kept: str) -> None:
    path = written([LINE._replace(contract=name)], tmp_path / "form.xlsx")
    assert [row.contract for row in read_form(path)] == [kept]
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet and b"<hyperlink" not in sheet


def test_a_form_without_rows_is_a_workbook_all_the_same(tmp_path: Path) -> None:
    path = written([], tmp_path / "form.xlsx")
    assert list(read_form(path)) == [] and sheet_of(path).max_row == HEADER_ROW + 1


def test_progress_is_told_and_the_rows_are_counted() -> None:
    told: list[int] = []
    lines = (LINE for _ in range(1200))
    assert write_form(io.BytesIO(), lines, subject="", of=[PERIOD], progress=told.append) == 1200
    assert told == [500, 1000, 1200]


# --- what comes back -----------------------------------------------------------------------------


def test_rows_with_nothing_typed_are_told_as_well(form: Path) -> None:
    assert [(row.register, row.version, row.text) for row in read_form(form)] == [(n, n, "") for n in range(1, 6)]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (15064.15, "15064,15"),
        (15064, "15064"),
        (0, "0"),
        (0.1 + 0.2, "0,3"),
        (0.000001, "0,000001"),
        (1e15, "1000000000000000"),
        (-5, "-5"),
        ("15064,15", "15064,15"),
        ("15064.15", "15064.15"),
        ("15\u2009064,15", "15\u2009064,15"),
        (" 7 ", "7"),
        ("  ", ""),
        ("снят", "снят"),
    ],
)
def test_what_was_typed_is_told_as_it_was_seen(form: Path, typed: Any, text: str) -> None:
    rows = {row.register: row for row in read_form(edited(form, J7=typed))}
    assert (rows[2].text, rows[2].problem, rows[2].row) == (text, "", 7)


@pytest.mark.parametrize(
    ("typed", "text", "problem"),
    [
        ("=15064+1", "формула", "В ячейке формула: замените её значением"),
        (dt.date(2026, 11, 10), "10.11.2026", "В ячейке дата, а нужно число"),
        ("#N/A", "#N/A", "В ячейке ошибка"),
        (True, "ИСТИНА", "логическое значение"),
    ],
)
def test_what_is_no_figure_is_told_with_its_reason(form: Path, typed: Any, text: str, problem: str) -> None:
    row = only(edited(form, J7=typed))
    assert row.text == text and problem in row.problem and row.register == 2


@pytest.mark.parametrize("code", [None, "", "2026-11-12", 5, "=A1"])
def test_a_row_without_its_code_is_told(form: Path, code: Any) -> None:
    row = only(edited(form, J7=5, L7=code))
    assert "Код строки не распознан" in row.problem and (row.register, row.period, row.version) == (None, None, None)
    assert (row.serial, row.text) == ("00002", "5")


def test_merged_fields_are_told_for_each_row(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    book[columns.SHEET]["J7"] = 5
    book[columns.SHEET].merge_cells("I7:J8")
    book.save(form)
    problems = {row.register: row.problem for row in read_form(form)}
    assert [number for number, problem in problems.items() if "объединены" in problem] == [2, 3]


def test_merged_cells_elsewhere_do_no_harm(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    book[columns.SHEET].merge_cells("A1:L1")
    book[columns.SHEET].merge_cells("A7:B8")
    book.save(form)
    assert [row.problem for row in read_form(form)] == [""] * 5


def test_rows_and_columns_may_be_moved_and_left_out(form: Path) -> None:
    edited(form, J6=1, J8=3, J10=5)
    rows = list(read_form(moved(form, rows=[10, 6, 8], order=[11, 9, 3])))
    assert [(row.register, row.text, row.serial, row.column, row.row) for row in rows] == [
        (5, "5", "00005", "B", 2),
        (1, "1", "00001", "B", 3),
        (3, "3", "00003", "B", 4),
    ]
    assert {row.contract for row in rows} == {""} and {row.sheet for row in rows} == {"Мой лист"}


def test_titles_are_known_however_their_spaces_and_letters_were_changed(form: Path) -> None:
    edited(form, J5="текущее\nПОКАЗАНИЕ ", L5="Код  строки", C5="Точка учета", J6=7)
    assert only(form).text == "7"


def test_a_serial_that_became_a_figure_is_told_as_text(form: Path) -> None:
    assert {row.serial for row in read_form(edited(form, D6=30000001, J6=1)) if row.text} == {"30000001"}


def test_rows_shorter_than_the_header_are_read(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    book[columns.SHEET].append(["Итого"])
    book.save(form)
    assert [row.text for row in read_form(form)][-1] == ""


def test_several_sheets_are_read(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    book[columns.SHEET]["J6"] = 1
    book.copy_worksheet(book[columns.SHEET]).title = "Копия"
    book.save(form)
    assert [row.sheet for row in read_form(form) if row.text] == ["Показания", "Копия"]


def test_what_was_left_out_is_noted(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    book.create_sheet("Заметки")["A1"] = "позвонить"
    book.create_sheet("Пустой")
    book.create_sheet("Тайный").sheet_state = "hidden"
    book.save(form)
    read = read_form(form)
    assert len(list(read)) == 5
    assert read.notes == ["Скрытый лист «Тайный» не прочитан", "Лист «Заметки» пропущен: на нём нет таблицы показаний"]


def test_a_hidden_form_is_no_form(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    book.active = 1
    book[columns.SHEET].sheet_state = "hidden"
    book.save(form)
    with pytest.raises(NotAWorkbook, match="нет формы показаний"):
        list(read_form(form))


def test_a_book_without_the_form_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Договор №", "Сумма"])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(NotAWorkbook, match="нет формы показаний: выгрузите форму"):
        list(read_form(tmp_path / "other.xlsx"))


def test_a_header_further_down_is_not_looked_for(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    book[columns.SHEET].insert_rows(1, 30)
    book.save(form)
    with pytest.raises(NotAWorkbook, match="нет формы показаний"):
        list(read_form(form))


@pytest.mark.parametrize(
    ("cell", "title", "words"),
    [
        ("L5", "Код", "нет столбца «Код строки»"),
        ("J5", None, "нет столбца «Текущее показание»"),
        ("I5", "Текущее показание", "два столбца «Текущее показание»"),
    ],
)
def test_a_header_that_lacks_a_column_or_has_it_twice_is_told(form: Path, cell: str, title: Any, words: str) -> None:
    with pytest.raises(NotAWorkbook, match=f"На листе «Показания» {words}"):
        list(read_form(edited(form, **{cell: title})))
