"""What leaves the page: the workbook and the paper say what the page says."""

import io
import re

import openpyxl
import pytest

from cabinet.billing import views
from cabinet.common.tables import FIRST_ROW, HEADER_ROW
from portal.demo import builders
from tests.billing.conftest import table, text_of

pytestmark = pytest.mark.django_db
TABS = ("payments", "documents", "violations")


def sheet_of(answer):
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]


def as_page_writes(cell):
    """A cell as the page writes it."""
    if cell.value is None:
        return "—"
    if cell.is_date:
        return f"{cell.value:%d.%m.%Y}"
    if isinstance(cell.value, str):
        return cell.value
    return f"{cell.value:,.2f}".replace(",", " ").replace(".", ",").replace("-", "−")


@pytest.mark.parametrize("name", TABS)
@pytest.mark.parametrize("query", ["", "sort=date", "date_from=01.08.2026", "sort=-date&date_to=01.01.2027"])
def test_the_workbook_holds_what_the_page_shows_in_the_same_order(name, query, tab):
    sheet = sheet_of(tab(name, query, part="-file"))
    *shown, total = table(tab(name, query))
    rows = [[as_page_writes(cell) or "—" for cell in row] for row in sheet.iter_rows(min_row=FIRST_ROW + 1)]
    assert rows[:-1] == shown
    assert [value for value in rows[-1] if value != "—"] == total


def test_the_workbook_has_all_pages_its_head_and_says_what_it_is(tab, money):
    for number in range(60):
        builders.payment(money.contract, number=f"Р-{number}", amount=1)
    answer = tab("payments", "amount_to=5&date_from=01.01.2020&page=2", part="-file")
    sheet = sheet_of(answer)
    assert sheet.max_row == FIRST_ROW + 60 + 1
    assert [cell.value for cell in sheet[HEADER_ROW + 1]] == ["Номер ПД", "Дата платежа", "Сумма платежа, руб."]
    said = f"Платежи по договору № {money.contract.number} от 14.03.2019. "
    assert sheet["A1"].value.replace("\u202f", " ") == (
        f"{said}Сумма платежа, руб.: до 5,00; Дата платежа: от 01.01.2020"
    )
    assert "filename*=utf-8''" in answer["Content-Disposition"]
    assert sheet.auto_filter.ref == f"A{HEADER_ROW + 1}:C{FIRST_ROW + 60}"


def test_text_that_looks_like_a_formula_stays_text(tab, money):
    hostile = {"number": '=HYPERLINK("http://x")', "point_name": "+1+1", "meter_serial": "@SUM(A1)"}
    builders.violation_act(money.contract, **hostile)
    sheet = sheet_of(tab("violations", part="-file"))
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert {"+1+1", "@SUM(A1)"} <= {cell.value for cell in cells}


def test_the_workbook_of_nothing_opens(tab):
    sheet = sheet_of(tab("payments", "amount_from=9000000", part="-file"))
    assert sheet.cell(FIRST_ROW + 1, 1).value == "Найдено 0"


def test_the_paper_shows_the_same_rows_without_the_frame(tab, money):
    query = "date_from=01.10.2026&sort=amount"
    paper = tab("payments", query, part="-print")
    page = paper.content.decode()
    assert table(paper) == table(tab("payments", query))
    assert f"<h1>Платежи по договору № {money.contract.number} от 14.03.2019</h1>" in page
    assert "Дата платежа: от 01.10.2026" in page and f"ИНН {money.organisation.inn}" in page
    assert 'class="side"' not in page and "data-print" in page and "Показаны первые" not in page
    assert re.search(r'href="[^"]+/payments/\?date_from=01.10.2026&amp;sort=amount"', page)


def test_the_paper_has_a_limit_and_says_so_with_the_totals_of_all(tab, monkeypatch):
    monkeypatch.setattr(views, "PRINTED_ROWS", 2)
    paper = tab("payments", part="-print")
    assert [row[0] for row in table(paper)] == ["4417", "4382", "Найдено 3"]
    assert table(paper)[-1][-1] == "3 515 453,17"
    assert "Показаны первые 2 строки из 3: больше на печать не выводится." in text_of(paper.content.decode())


def test_the_buttons_take_filter_and_order_along_but_not_the_page(tab, money):
    page = tab("payments", "date_from=01.10.2026&sort=amount&page=1").content.decode()
    own = f"/cabinet/contracts/{money.contract.pk}/payments"
    for part in ("file", "print"):
        assert f'href="{own}/{part}/?date_from=01.10.2026&amp;sort=amount"' in page
