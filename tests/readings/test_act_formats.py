"""The act as PDF, Word and Excel: the same words and figures, whatever stands in the names."""

import datetime as dt
import io
import re
import zipfile
from collections import Counter
from decimal import Decimal

import openpyxl
import pytest
import time_machine
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from cabinet.common import periods
from cabinet.common.digits import format_figure, format_reading
from cabinet.contracts.models import Contract, Facility
from cabinet.readings.act import words
from cabinet.readings.act.content import act_of
from cabinet.readings.act.docx import act_docx
from cabinet.readings.act.pdf import act_pdf
from cabinet.readings.act.xlsx import act_xlsx
from cabinet.readings.models import Reading
from cabinet.readings.statuses import Acceptance
from portal.demo import builders

PERIOD = dt.date(2026, 11, 1)
D = Decimal
FORMATS = {"pdf": act_pdf, "docx": act_docx, "xlsx": act_xlsx}
NASTY = ["=1+1", "+7 <b>жирный</b> & Ко", "-ввод {{ organisation }} {% for %}", "@SUM(A1) {# нет #} ]]>", "a{_{b}_}c"]
FIGURE = re.compile(r"−?\d[\d\u00a0\u2009\u202f]*,\d+")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-27 12:00:00+03:00", tick=False):
        yield


def metered(
    facility, *, previous=None, current=None, meter=None, ratio=1, digits=(6, 2), energy="A+", zone="", **point
):
    before, after = digits
    meter = meter or builders.meter(
        builders.point(facility, **point), ratio=ratio, digits_before=before, digits_after=after
    )
    register = builders.register(meter, energy=energy, zone=zone)
    if previous is not None:
        builders.sent_reading(register, periods.shift(PERIOD, -1), previous)
    if current is not None:
        builders.sent_reading(register, PERIOD, current)
    return register


@pytest.fixture
def contract(db):
    """Two facilities of three, with nearly all that can happen to a reading."""
    organisation = builders.organisation(name="ООО «Вымпел-Снаб <Логистика> & Ко» {{ 7 * 7 }}")
    made = builders.contract(organisation, number="77/45-Э&1", signature_agreement_date=dt.date(2021, 6, 1))
    first = builders.facility(made, name=NASTY[0], address="ул. <Первая> & 1")
    second = builders.facility(made, name=NASTY[1], address="")
    total = metered(first, previous="15064.15", current="15164.65", ratio=80, name="Ввод 1", loss_percent=D("2.5"))
    metered(first, meter=total.meter, previous=100, current=160, zone="T1")
    metered(first, meter=total.meter, previous="2816.333", current="2817.333", energy="R+")
    metered(first, previous=0, current=200, name=NASTY[2], transit_consumer="ИП «Сосед» {{ x }}", loss_kwh=D(120))
    metered(first, previous="99990.5", current="15.5", digits=(5, 1), ratio=D("0.5"), name="Через ноль")
    metered(second, previous=5000, current=4000, name="Меньше", max_power_kw=D(1))
    metered(second, previous="1204.6318", digits=(7, 4), name=NASTY[3])
    metered(second, current=1_000_000, digits=(8, 0), name=NASTY[4], ratio=21_000)
    rejected = metered(second, previous=0, current=100, name="Отказ")
    decided = {"acceptance": Acceptance.REJECTED, "acceptance_reason": "Нет <фото> & доступа"}
    Reading.objects.filter(register=rejected, period=PERIOD).update(**decided)
    metered(builders.facility(made, name="Третий"), previous=0, current=1)
    return Contract.objects.select_related("organisation", "department").get(pk=made.pk)


def act(contract, *, filled=True, facilities=None):
    facilities = Facility.objects.exclude(name="Третий") if facilities is None else facilities
    return act_of(contract=contract, period=PERIOD, facilities=facilities, filled=filled, number="000042")


def squeezed(text):
    """In one line, with plain spaces; what parts remarks is each format's own."""
    return " ".join(text.replace(";", " ").split())


def pdf_text(made):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def word_rows(made):
    """The texts of the act's table, row by row, without empty cells."""
    table = next(one for one in Document(io.BytesIO(made)).tables if "Точка учёта" in one.rows[0].cells[1].text)
    cells = (["\n".join(p.text for p in row_cell(tc)) for tc in row.tc_lst] for row in table._tbl.tr_lst)
    return [[squeezed(text) for text in row if text.strip()] for row in cells]


def row_cell(tc):
    from docx.table import _Cell

    return _Cell(tc, None).paragraphs


def sheet_of(made):
    return openpyxl.load_workbook(io.BytesIO(made)).active


def shown(cell):
    """What the cell looks like: the figure in its format."""
    value, pattern = cell.value, cell.number_format
    if value is None or isinstance(value, str):
        return value or ""
    whole, _, fraction = pattern.partition(".")
    if pattern.startswith("#"):
        return format_figure(D(str(value)), len(fraction))
    return str(value) if pattern == "General" else format_reading(D(str(value)), whole.count("0"), len(fraction))


def excel_rows(made):
    """The same of the workbook: from the columns' heads to the act's total."""
    rows = [[squeezed(shown(cell)) for cell in row if cell.value not in (None, "")] for row in sheet_of(made).rows]
    starts = next(at for at, row in enumerate(rows) if "Точка учёта" in row)
    ends = max(at for at, row in enumerate(rows) if row and row[0].startswith("Итого по договору"))
    return rows[starts : ends + 1]


@pytest.mark.parametrize("filled", [True, False])
def test_the_table_says_the_same_in_word_and_excel(contract, filled):
    made = act(contract, filled=filled)
    word, excel = word_rows(act_docx(made)), excel_rows(act_xlsx(made))
    heads = 2
    for own, other in zip(word[:heads], excel[:heads], strict=True):
        assert [title.replace("- ", "") for title in own] == other
    assert word[heads:] == excel[heads:]
    assert len(word) == heads + made.size + 2 * len(made.facilities) + 1


@pytest.mark.parametrize("filled", [True, False])
def test_the_pdf_says_all_that_word_says_and_no_figure_more(contract, filled):
    made = act(contract, filled=filled)
    pdf, word = pdf_text(act_pdf(made)), act_docx(made)
    texts = [text for row in word_rows(word)[2:] for text in row]
    assert [text for text in texts if without_spaces(text) not in without_spaces(pdf)] == []
    of_pdf, of_word = figures(pdf), figures(whole_text("docx", word))
    assert of_pdf == of_word
    assert of_pdf.total() > (40 if filled else 10)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("filled", [True, False])
def test_each_format_has_the_head_the_rules_and_the_signatures(contract, name, filled):
    made = act(contract, filled=filled)
    text = squeezed(whole_text(name, FORMATS[name](made))).replace("\u202f", " ")
    said = words.words_of(made)
    sentences = [words.TITLE, said.number_and_date, said.under, said.organisation, said.contract, said.department]
    for sentence in [*sentences, said.inn_and_kpp, said.formed, *words.SIDES, "М. П.", "фамилия, имя, отчество"]:
        assert without_spaces(sentence) in without_spaces(text), sentence
    for rule in said.rules.split(". "):
        assert without_spaces(rule) in without_spaces(text)
    assert "по выбранным объектам" in text
    assert ("соглашение об использовании" in text) == filled
    assert (without_spaces(words.AGREEMENT.format("01.06.2021")) in without_spaces(text)) == filled


def figures(text):
    return Counter(without_spaces(figure) for figure in FIGURE.findall(text))


def without_spaces(text):
    return re.sub(r"[\s;]", "", text)


def whole_text(name, made):
    if name == "pdf":
        return pdf_text(made)
    if name == "docx":
        document = Document(io.BytesIO(made))
        footer = document.sections[0].first_page_footer
        lines = (line for part in (document.element.body, footer._element) for line in part.iter(qn("w:p")))
        return "\n".join("".join(text.text or "" for text in line.iter(qn("w:t"))) for line in lines)
    sheet = sheet_of(made)
    return "\n".join([*(shown(cell) for row in sheet.rows for cell in row), sheet.oddFooter.left.text])


def test_a_blank_has_no_figure_that_follows_from_the_current_reading(contract):
    texts = {name: whole_text(name, make(act(contract, filled=False))) for name, make in FORMATS.items()}
    for text in texts.values():
        assert "15164,65" not in without_spaces(text)
        assert "8040,00" not in without_spaces(text)
        assert "15064,15" in without_spaces(text)


def test_an_act_of_all_facilities_is_not_called_partial(contract):
    for name, make in FORMATS.items():
        assert "по выбранным" not in whole_text(name, make(act(contract, facilities=Facility.objects.all())))


# --- Word ----------------------------------------------------------------------------------------


def test_names_stay_names_in_word(contract):
    made = act_docx(act(contract))
    text = whole_text("docx", made)
    for name in [*NASTY, "ООО «Вымпел-Снаб <Логистика> & Ко» {{ 7 * 7 }}", "ИП «Сосед» {{ x }}"]:
        assert name in text
    properties = Document(io.BytesIO(made)).core_properties
    assert properties.title == "Акт снятия показаний, договор № 77/45-Э&1, ноябрь 2026"
    assert properties.author == properties.last_modified_by == contract.department.name


def test_letters_that_word_cannot_have_are_left_out(contract):
    contract.organisation.name = "ООО\x00 «Вым\x0bпел»\x1f \ud800\ufffe\nв две\tстроки"
    assert "ООО «Вымпел» в две строки" in squeezed(whole_text("docx", act_docx(act(contract))))


def test_word_repeats_the_heads_breaks_no_row_and_numbers_pages(contract):
    document = Document(io.BytesIO(act_docx(act(contract))))
    section = document.sections[0]
    assert section.page_width > section.page_height
    table = max(document.tables, key=lambda one: len(one._tbl.tr_lst))
    heads = [row for row in table._tbl.tr_lst if row.find(f".//{qn('w:tblHeader')}") is not None]
    assert len(heads) == 2
    assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in table._tbl.tr_lst)
    for footer in (section.footer, section.first_page_footer):
        assert {"PAGE", "NUMPAGES"} <= set(" ".join(t.text for t in footer._element.iter(qn("w:instrText"))).split())
    assert "договор № 77/45-Э&1" in section.header.paragraphs[0].text


def test_a_meter_of_several_registers_is_one_cell_in_word(contract):
    document = Document(io.BytesIO(act_docx(act(contract))))
    table = max(document.tables, key=lambda one: len(one._tbl.tr_lst))
    merged = [m.get(qn("w:val")) for m in table._tbl.iter(qn("w:vMerge"))]
    assert merged.count("restart") >= 7
    assert "{%" not in "".join(t.text or "" for t in table._tbl.iter(qn("w:t"))).replace("{% for %}", "")


# --- Excel ---------------------------------------------------------------------------------------


def test_no_name_becomes_a_formula_or_a_link(contract):
    made = act_xlsx(act(contract))
    cells = [cell for row in sheet_of(made).rows for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    assert any(str(cell.value).startswith(NASTY[0]) for cell in cells)
    assert any(cell.value == NASTY[3] for cell in cells)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_figures_are_figures_in_excel(contract):
    made = act(contract)
    values = [cell.value for row in sheet_of(act_xlsx(made)).rows for cell in row]
    for figure in (15064.15, 15164.65, 100.5, 8040, 201, 0.5, 21000):
        assert figure in values
    total = next(row for row in sheet_of(act_xlsx(made)).rows if str(row[0].value).startswith("Итого по договору"))
    assert total[14].value == pytest.approx(float(made.totals.total))


def test_the_workbook_is_ready_for_printing(contract):
    sheet = sheet_of(act_xlsx(act(contract)))
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$6:$7"
    assert sheet.freeze_panes == "A8"
    assert "&P" in sheet.oddFooter.right.text and "&N" in sheet.oddFooter.right.text
    assert all(sheet.column_dimensions[letter].width for letter in "ABDP")


def test_a_long_text_gets_the_height_that_excel_would_not_give_merged_cells(contract):
    Facility.objects.filter(name=NASTY[0]).update(name="Производственно-складской комплекс " * 5)
    sheet = sheet_of(act_xlsx(act(contract)))
    at = next(row[0].row for row in sheet.rows if str(row[0].value).startswith("Производственно"))
    assert sheet.row_dimensions[at].height > 20


# --- long ones -----------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [act_docx, act_xlsx])
def test_the_progress_only_grows(contract, make):
    told = []
    make(act(contract), told.append)
    assert told == sorted(told)
    assert len(set(told)) > 2
    assert told[-1] == 99
