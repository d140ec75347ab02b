"""Tables as Excel workbooks."""

import datetime as dt
import io
import tracemalloc
from decimal import Decimal

import openpyxl
import pytest
from django.utils import timezone

from cabinet.common.tables import (
    CONTENT_TYPE,
    FIRST_ROW,
    HEADER_ROW,
    Column,
    Figure,
    Kind,
    Sheet,
    table_response,
    write_workbook,
)

COLUMNS = [
    Column("Прибор", width=20),
    Column("Расход, кВт·ч", Kind.FIGURE, places=2),
    Column("Дата", Kind.DATE),
    Column("Передано", Kind.MOMENT),
    Column("Период", Kind.PERIOD),
]
MOMENT = dt.datetime(2026, 11, 24, 20, 30, tzinfo=dt.UTC)
ROW = ["№ 1", Decimal("15064.15"), dt.date(2026, 11, 25), MOMENT, dt.date(2026, 11, 1)]


def sheet(rows, columns=COLUMNS, name="Показания"):
    return Sheet(name, "Показания по договору № 1", columns, rows)


def read(*sheets):
    file = io.BytesIO()
    write_workbook(file, sheets)
    return openpyxl.load_workbook(io.BytesIO(file.getvalue()))


def cells(workbook, at=0):
    return [[cell.value for cell in row] for row in workbook.worksheets[at].iter_rows(min_row=FIRST_ROW + 1)]


def test_each_kind_of_column_is_written_as_what_it_is():
    workbook = read(sheet([ROW]))
    moscow = timezone.make_naive(MOMENT)
    assert cells(workbook) == [["№ 1", 15064.15, dt.datetime(2026, 11, 25), moscow, dt.datetime(2026, 11, 1)]]
    formats = [cell.number_format for cell in workbook.worksheets[0][FIRST_ROW + 1]]
    assert formats == ["@", "#,##0.00", "dd.mm.yyyy", "dd.mm.yyyy hh:mm", "[$-419]mmmm yyyy"]


def test_the_sheet_has_its_title_a_frozen_head_a_filter_and_prints_across():
    page = read(sheet([ROW, ROW])).worksheets[0]
    assert page["A1"].value == "Показания по договору № 1"
    assert [cell.value for cell in page[HEADER_ROW + 1]] == [column.title for column in COLUMNS]
    assert page.freeze_panes == "A4"
    assert page.auto_filter.ref == "A3:E5"
    assert page.page_setup.orientation == "landscape"
    assert page.print_title_rows == "$3:$3"


@pytest.mark.parametrize(
    "text", ["=1+1", "+7", "-7", "@SUM(A1)", "\t=1", "\r=1", "http://example.com", "0012", "_x0041_"]
)
def test_what_looks_like_a_formula_a_link_or_a_figure_stays_text(text):
    cell = read(sheet([[text]], [Column("Имя")])).worksheets[0].cell(FIRST_ROW + 1, 1)
    assert cell.data_type in ("s", "inlineStr")
    assert cell.value.replace("_x000D_", "\r").replace("_x005F_", "_") == text
    assert cell.hyperlink is None
    assert cell.number_format == "@"


def test_a_sentence_may_stand_in_place_of_a_figure_and_nothing_leaves_the_cell_empty():
    columns = [Column("Расход", Kind.FIGURE, places=2), Column("Показание", Kind.FIGURE)]
    workbook = read(sheet([["нет показания", Figure(Decimal("7.125"), 3)], [None, Figure(None, 3)]], columns))
    assert cells(workbook) == [["нет показания", 7.125]]
    assert workbook.worksheets[0].cell(FIRST_ROW + 1, 2).number_format == "#,##0.000"


def test_the_first_columns_of_a_wide_table_stay_in_sight_and_on_every_page():
    columns = [Column(f"Столбец {number}", width=20) for number in range(30)]
    page = read(Sheet("Показания", "Показания", columns, [["1"] * 30], fixed=2)).worksheets[0]
    assert page.freeze_panes == "C4"
    assert page.print_title_cols == "$A:$B"
    assert page.page_setup.fitToWidth == 3


def test_a_table_without_rows_is_a_head_alone():
    assert read(sheet([])).worksheets[0].auto_filter.ref == "A3:E3"


def test_a_workbook_may_have_several_sheets():
    assert read(sheet([ROW]), sheet([ROW], name="Расход")).sheetnames == ["Показания", "Расход"]


def test_the_response_is_a_private_attachment_with_a_russian_name():
    response = table_response("Показания, договор 25/11-К", sheet([ROW]))
    assert response["Content-Type"] == CONTENT_TYPE
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%D0%9F")
    assert response["Content-Disposition"].endswith("25-11-%D0%9A.xlsx")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert openpyxl.load_workbook(io.BytesIO(response.getvalue())).sheetnames == ["Показания"]


def test_a_table_that_breaks_off_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def broken():
        yield ROW
        raise LookupError

    with pytest.raises(LookupError):
        table_response("Показания", sheet(broken()))
    assert list(tmp_path.iterdir()) == []


def test_more_rows_than_a_sheet_takes_are_refused_not_lost(monkeypatch):
    monkeypatch.setattr("cabinet.common.tables.MOST_ROWS", 1)
    with pytest.raises(ValueError, match="A sheet takes 1 rows"):
        read(sheet([ROW, ROW]))


def test_the_memory_does_not_grow_with_the_rows(tmp_path):
    def peak(rows):
        tracemalloc.start()
        with (tmp_path / "table.xlsx").open("wb") as file:
            write_workbook(file, [sheet(ROW for _ in range(rows))])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    peak(10)  # whatever is imported and cached the first time
    assert peak(20_000) < peak(1_000) * 2
