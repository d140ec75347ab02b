"""Workbooks of strangers: what is one, what is told of what is not, what stands in the cells."""

import datetime as dt
import io
import os
import re
import struct
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import PatternFill

from cabinet.common import workbook_reader, workbooks
from cabinet.common.workbooks import NotAWorkbook, Odd, Row, Sheet, check_workbook, read_workbook

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def book(tmp_path: Path, fill: Callable[[openpyxl.Workbook], object]) -> Path:
    """A workbook as openpyxl saves it."""
    made = openpyxl.Workbook()
    fill(made)
    made.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def raw_book(tmp_path: Path, sheet: str, *, prefix: str = "", target: str = "worksheets/sheet1.xml") -> Path:
    """A workbook with this XML of its only sheet; the zip is made by hand."""
    path = tmp_path / "raw.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Target="xl/workbook.xml" '
            f'Type="{RELATIONS}/officeDocument"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{NAMESPACE}" xmlns:r="{RELATIONS}">'
            '<sheets><sheet name="Лист" sheetId="1" r:id="rId7"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId7" Target="{target}" '
            f'Type="{RELATIONS}/worksheet"/></Relationships>',
        )
        name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        declared = f'xmlns:{prefix}="{NAMESPACE}"' if prefix else f'xmlns="{NAMESPACE}"'
        tag = f"{prefix}:worksheet" if prefix else "worksheet"
        archive.writestr(name, f"<{tag} {declared}>{sheet}</{tag}>")
    return path


def rows(path: Path) -> list[Row]:
    return [item for item in read_workbook(path) if isinstance(item, Row)]


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(NotAWorkbook) as refused:
        check_workbook(io.BytesIO(data), name)
    return str(refused.value)


def archive_of(*names: str, content: bytes = b"") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return file.getvalue()


OLE = workbooks.OLE + bytes(1000)
ENCRYPTED = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(1000)
XLSX = archive_of("_rels/.rels", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "form.xlsx", "Файл пустой"),
        (OLE, "form.xls", "старом формате .xls"),
        (OLE, "form.xlsx", "старом формате .xls"),
        (ENCRYPTED, "form.xlsx", "защищена паролем"),
        (b"%PDF-1.7", "form.pdf", "файл PDF"),
        (b"%PDF-1.7", "form.xlsx", "файл PDF"),
        (b"1;2;3", "form.csv", ".csv"),
        (b"<html><table>", "form.xls", "старом формате .xls"),
        (b"<html><table>", "form.xlsx", "повреждён или это не книга Excel"),
        (b"\x89PNG\r\n", "form.png", "не книга Excel"),
        (archive_of("mimetype", "content.xml"), "form.ods", ".ods"),
        (archive_of("mimetype", "content.xml"), "form.xlsx", ".ods"),
        (archive_of("_rels/.rels", "xl/workbook.xml", "xl/vbaProject.bin"), "form.xlsm", "макросы"),
        (archive_of("_rels/.rels", "xl/workbook.xml", "xl/vbaProject.bin"), "form.xlsx", "макросы"),
        (archive_of("_rels/.rels", "xl/workbook.xml", "xl/macrosheets/sheet1.xml"), "form.xlsx", "макросы"),
        (XLSX, "form.xlsm", "макросы"),
        (archive_of("_rels/.rels", "xl/workbook.bin"), "form.xlsb", ".xlsb"),
        (archive_of("word/document.xml"), "form.docx", "Word"),
        (archive_of("word/document.xml"), "form.xlsx", "Word"),
        (archive_of("form.xlsx"), "form.zip", "архив"),
        (XLSX, "form", "не оканчивается на .xlsx"),
        (XLSX[:-30], "form.xlsx", "повреждён"),
        (XLSX[: len(XLSX) // 2], "form.xlsx", "повреждён"),
    ],
)
def test_a_file_that_is_no_xlsx_is_refused_with_its_own_sentence(data: bytes, name: str, words: str) -> None:
    assert words in refusal(data, name)


def test_an_xlsx_is_taken_whatever_the_case_of_its_name() -> None:
    check_workbook(io.BytesIO(XLSX), "Показания.XLSX")


def test_a_file_over_the_limit_is_refused(settings) -> None:
    settings.WORKBOOK_MAX_MB = 1
    assert "больше 1 МБ" in refusal(XLSX + bytes(1 << 20), "form.xlsx")


def test_a_zip_with_a_password_is_refused() -> None:
    data = bytearray(XLSX)
    for found in re.finditer(b"PK\x01\x02", bytes(data)):
        data[found.start() + 8] |= 1
    assert "защищена паролем" in refusal(bytes(data), "form.xlsx")


def test_a_bomb_is_known_by_the_sizes_in_its_directory() -> None:
    assert "слишком велика" in refusal(
        archive_of("_rels/.rels", "xl/workbook.xml", "a", "b", content=bytes(150 << 20)), "form.xlsx"
    )


def test_too_many_members_are_refused() -> None:
    names = [f"xl/media/{number}" for number in range(workbooks.MAX_MEMBERS)]
    assert "слишком велика" in refusal(archive_of("_rels/.rels", "xl/workbook.xml", *names), "form.xlsx")


def test_a_huge_directory_is_not_even_read() -> None:
    names = [f"xl/{number}{'x' * 60_000}" for number in range(20)]
    assert "слишком велика" in refusal(archive_of("_rels/.rels", "xl/workbook.xml", *names), "form.xlsx")


def test_a_member_larger_than_it_says_is_told_as_damage(tmp_path: Path) -> None:
    path = raw_book(tmp_path, "<sheetData/>" + " " * (5 << 20))
    data = bytearray(path.read_bytes())
    last = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, last + 24, 1000)
    path.write_bytes(data)
    with pytest.raises(NotAWorkbook, match="повреждён"):
        rows(path)


def test_cells_come_as_they_are_with_the_numbers_excel_shows(tmp_path: Path) -> None:
    def fill(made: openpyxl.Workbook) -> None:
        sheet = made.active
        sheet.title = "Показания"
        sheet["C3"], sheet["D3"] = "15 064,15", 15064.15
        sheet["B5"], sheet["C5"], sheet["D5"] = True, False, 0

    assert list(read_workbook(book(tmp_path, fill))) == [
        Sheet("Показания", False, []),
        Row("Показания", 3, (None, None, "15 064,15", 15064.15)),
        Row("Показания", 5, (None, True, False, 0.0)),
    ]


def test_dates_formulas_and_errors_are_no_plain_values(tmp_path: Path) -> None:
    def fill(made: openpyxl.Workbook) -> None:
        sheet = made.active
        sheet["A1"], sheet["B1"], sheet["C1"] = dt.date(2026, 11, 10), dt.datetime(2026, 11, 10, 5, 6), dt.time(5, 6)
        sheet["A2"], sheet["B2"] = "=1+1", "#N/A"
        sheet["D9"] = "=A1"

    first, second, last = rows(book(tmp_path, fill))
    assert first.cells == (Odd("date", "10.11.2026"), Odd("date", "10.11.2026 05:06"), Odd("date", "05:06:00"))
    assert second.cells == (Odd("formula", ""), Odd("error", "#N/A"), None)
    assert (last.number, last.cells) == (9, (None, None, None, Odd("formula", "")))


def test_the_last_result_of_a_formula_is_told_beside(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Лист")
        sheet.write_formula("A1", "=40+2", None, 42)
        sheet.write_formula("B1", '=CONCAT("a";"b")', None, "ab")
        sheet.write_formula("C1", "=1/0", None, "#DIV/0!")
    assert rows(path)[0].cells == (Odd("formula", "42"), Odd("formula", "ab"), Odd("formula", "#DIV/0!"))


@pytest.mark.parametrize("prefix", ["", "x"])
@pytest.mark.parametrize("target", ["worksheets/sheet1.xml", "/xl/worksheets/Other.xml"])
def test_formulas_are_found_under_any_prefix_and_address(tmp_path: Path, prefix: str, target: str) -> None:
    p = f"{prefix}:" if prefix else ""
    xml = (
        f'<{p}sheetData><{p}row r="2"><{p}c r="A2"><{p}v>5</{p}v></{p}c>'
        f'<{p}c r="B2"><{p}f>A2</{p}f><{p}v>5</{p}v></{p}c></{p}row></{p}sheetData>'
    )
    path = raw_book(tmp_path, xml, prefix=prefix, target=target)
    assert rows(path) == [Row("Лист", 2, (5.0, Odd("formula", "5")))]


def test_a_formula_is_found_where_two_pieces_meet(tmp_path: Path) -> None:
    for shift in range(6):
        begun = len(f'<worksheet xmlns="{NAMESPACE}">')
        before = '<sheetData><row r="1"><c r="A1">'
        padding = " " * (workbook_reader.PIECE - begun - len(before) - shift)
        path = raw_book(tmp_path, f"{padding}{before}<f>1+1</f><v>2</v></c></row></sheetData>")
        assert rows(path) == [Row("Лист", 1, (Odd("formula", "2"),))]


def test_cells_without_an_address_follow_the_one_before() -> None:
    xml = b"<s><row><c><v>1</v></c><c><f>A1</f><v>1</v></c></row><row><c t='e'><v>#N/A</v></c></row></s>"
    assert workbook_reader.marks_of(iter([xml])) == {1: {2: ("formula", "")}, 2: {1: ("error", "#N/A")}}


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE s [<!ENTITY a "aaaa">]><s><row r="1"><c r="A1"><f>1</f></c></row></s>'
    with pytest.raises(ValueError, match="document type"):
        workbook_reader.marks_of(iter([bomb]))


def test_hidden_sheets_and_charts_are_named_but_not_read(tmp_path: Path) -> None:
    def fill(made: openpyxl.Workbook) -> None:
        made.active["A1"] = 1
        for state in ("hidden", "veryHidden"):
            sheet = made.create_sheet(state)
            sheet.sheet_state = state
            sheet["A1"] = 2
        made.create_chartsheet("Диаграмма")
        made.create_sheet("Пустой")

    assert list(read_workbook(book(tmp_path, fill))) == [
        Sheet("Sheet", False, []),
        Row("Sheet", 1, (1.0,)),
        Sheet("hidden", True, []),
        Sheet("veryHidden", True, []),
        Sheet("Диаграмма", False, []),
        Sheet("Пустой", False, []),
    ]


def test_merged_cells_are_told(tmp_path: Path) -> None:
    def fill(made: openpyxl.Workbook) -> None:
        made.active["B2"] = 1
        made.active.merge_cells("B2:D3")

    assert next(read_workbook(book(tmp_path, fill))).merged == [(2, 2, 3, 4)]


@pytest.mark.parametrize("strings", [True, False], ids=["inline", "shared"])
def test_strings_are_read_wherever_they_are_kept(tmp_path: Path, strings: bool) -> None:
    path = tmp_path / "strings.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": strings}) as made:
        made.add_worksheet().write_row(0, 0, ["Склад № 1", "склад", 1])
    assert rows(path)[0].cells == ("Склад № 1", "склад", 1.0)


def test_dates_are_counted_from_1904_where_the_book_says_so(tmp_path: Path) -> None:
    path = tmp_path / "mac.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as made:
        made.add_worksheet().write_datetime(0, 0, dt.datetime(2026, 11, 10), made.add_format({"num_format": "d.m.yy"}))
    assert rows(path)[0].cells == (Odd("date", "10.11.2026"),)


def test_a_million_styled_empty_rows_cost_nothing(tmp_path: Path) -> None:
    styled = "".join(f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(2, 1_048_577))
    path = raw_book(tmp_path, f'<sheetData><row r="1"><c r="A1"><v>7</v></c></row>{styled}</sheetData>')
    assert rows(path) == [Row("Лист", 1, (7.0,))]


def test_styled_empty_cells_are_left_out(tmp_path: Path) -> None:
    def fill(made: openpyxl.Workbook) -> None:
        for number in range(1, 500):
            made.active.cell(number, 3).fill = PatternFill("solid", fgColor="ff0000")
        made.active["A2"] = "x"

    assert rows(book(tmp_path, fill)) == [Row("Sheet", 2, ("x",))]


def test_a_cell_far_below_is_read(tmp_path: Path) -> None:
    found = rows(book(tmp_path, lambda made: made.active.append(["x"]) or made.active.cell(1_048_576, 12, "y")))
    assert [(row.number, row.cells[0], row.cells[11:]) for row in found] == [
        (1, "x", (None,)),
        (1_048_576, None, ("y",)),
    ]


def test_a_cell_in_the_last_corner_is_told_with_its_sheet(tmp_path: Path) -> None:
    def fill(made: openpyxl.Workbook) -> None:
        made.active["A1"] = 1
        made.active["XFD1048576"] = 2

    with pytest.raises(NotAWorkbook, match=r"Лист «Sheet» не прочитан: .*далеко за краем таблицы"):
        rows(book(tmp_path, fill))


def test_more_rows_than_are_read_at_all_are_told(tmp_path: Path) -> None:
    lines = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, workbook_reader.MAX_ROWS + 2))
    path = raw_book(tmp_path, f"<sheetData>{lines}</sheetData>")
    with pytest.raises(NotAWorkbook, match="больше 200\u202f000 заполненных строк"):
        rows(path)


def test_wide_rows_come_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as made:
        sheet = made.add_worksheet()
        for number in range(700):
            sheet.write_row(number, 0, ["д" * 32_000, number])
    assert [row.cells[1] for row in rows(path)] == list(range(700))


def test_a_text_longer_than_any_frame_is_refused(tmp_path: Path) -> None:
    text = "a" * (workbook_reader.MAX_FRAME + 1)
    xml = f'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row></sheetData>'
    with pytest.raises(NotAWorkbook, match="слишком длинный текст"):
        rows(raw_book(tmp_path, xml))


@pytest.mark.parametrize("xml", ["<sheetData><row", "<sheetData><row r='x'><c r='A1'><f>1</f></c></row></sheetData>"])
def test_broken_xml_is_told_as_damage(tmp_path: Path, xml: str) -> None:
    with pytest.raises(NotAWorkbook, match="повреждён"):
        rows(raw_book(tmp_path, xml))


def test_a_missing_sheet_is_told_as_damage(tmp_path: Path) -> None:
    path = raw_book(tmp_path, "<sheetData/>")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "less.xlsx", "w") as new:
        for name in old.namelist()[:-1]:
            new.writestr(name, old.read(name))
    with pytest.raises(NotAWorkbook, match="повреждён"):
        rows(tmp_path / "less.xlsx")


def test_the_contents_are_checked_before_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "form.xlsx").write_bytes(OLE)
    with pytest.raises(NotAWorkbook, match="старом формате"):
        rows(tmp_path / "form.xlsx")


def test_a_child_that_keeps_silent_is_given_up(tmp_path: Path, monkeypatch) -> None:
    silent = tmp_path / "silent.py"
    silent.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(workbook_reader, "__file__", str(silent))
    monkeypatch.setattr(workbooks, "PATIENCE", 0.2)
    with pytest.raises(NotAWorkbook, match="слишком долго"):
        rows(book(tmp_path, lambda made: None))


def test_the_child_knows_nothing_of_the_environment_and_is_limited(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "secret")
    tells = tmp_path / "tells.py"
    tells.write_text(
        f"import sys, os\nsys.path.insert(0, {str(Path(workbook_reader.__file__).parent)!r})\n"
        "import workbook_reader as reader\nreader.limit()\n"
        "reader.tell('sheet', ' '.join(os.environ), False, [reader.resource.getrlimit(reader.resource.RLIMIT_AS)[1]])\n"
        "reader.tell('end')\n"
    )
    monkeypatch.setattr(workbook_reader, "__file__", str(tells))
    (told,) = read_workbook(book(tmp_path, lambda made: None))
    assert "SECRET_KEY" not in told.name and "DATABASE_URL" not in told.name
    assert told.merged == [workbook_reader.MEMORY]


def test_no_child_stays_behind_a_reading_that_was_given_up(tmp_path: Path) -> None:
    path = book(tmp_path, lambda made: [made.active.append([n]) for n in range(50_000)])
    reading = read_workbook(path)
    next(reading), next(reading)
    reading.close()
    children = subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "args"], capture_output=True, text=True).stdout
    assert "workbook_reader" not in children


def test_one_long_text_told_by_thousands_of_rows_is_refused(tmp_path):
    path = tmp_path / "long.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number in range(2000):
            sheet.write_row(number, 0, ["я" * 30_000] * 2)
    assert path.stat().st_size < 200_000
    with pytest.raises(NotAWorkbook, match="слишком длинный текст"):
        list(read_workbook(path))


def test_more_sheets_than_anybody_fills_are_refused(tmp_path):
    path = tmp_path / "sheets.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for _number in range(101):
            book.add_worksheet()
    with pytest.raises(NotAWorkbook, match="больше 100 листов"):
        list(read_workbook(path))
