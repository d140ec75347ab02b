"""A contract's money, and the pages that show it."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.urls import reverse

from cabinet.billing.kinds import DocumentKind, ViolationKind
from portal.demo import builders
from tests.cast import Cast

PAID = (
    ("4417", dt.date(2026, 11, 18), "1240000.00"),
    ("4382", dt.date(2026, 10, 21), "1198540.37"),
    ("4310", dt.date(2026, 9, 19), "1076912.80"),
)
ISSUED = (
    (DocumentKind.BILL, "СЧ-105", dt.date(2026, 11, 5), "120.00", "20.00"),
    (DocumentKind.TAX_INVOICE, "СФ-31", dt.date(2026, 10, 31), "1200.00", "200.00"),
    (DocumentKind.RECONCILIATION, "АС-3", dt.date(2026, 10, 12), "5.00", None),
    (DocumentKind.CORRECTION_INVOICE, "КСФ-1", dt.date(2026, 9, 20), "-60.00", "-10.00"),
)
VIOLATED = (
    (ViolationKind.UNACCOUNTED, "08-03/БУ", dt.date(2026, 8, 17), "Ввод 1", "31877102", "86389.20"),
    (ViolationKind.UNCONTRACTED, "01-22/БД", dt.date(2025, 1, 17), "", "", "62308.00"),
)


@pytest.fixture
def money(cast: Cast) -> Cast:
    """The client's contract has payments, documents and acts; another organisation's has its own."""
    for number, date, amount in PAID:
        builders.payment(cast.contract, number=number, date=date, amount=Decimal(amount))
    for kind, number, date, total, vat in ISSUED:
        fields = {"kind": kind, "number": number, "date": date, "total": Decimal(total), "vat": vat and Decimal(vat)}
        builders.supplier_document(cast.contract, **fields)
    for kind, number, date, point, serial, amount in VIOLATED:
        period = {"period_from": dt.date(2024, 10, 1), "period_to": dt.date(2024, 12, 31)}
        named = {"point_name": point, "meter_serial": serial, "amount": Decimal(amount)}
        builders.violation_act(cast.contract, kind=kind, number=number, date=date, **period, **named)
    for make in (builders.payment, builders.supplier_document, builders.violation_act):
        make(cast.other_contract, number="ЧУЖОЙ-1")
        make(cast.signed_contract, number="СОСЕДНИЙ-1")
    return cast


@pytest.fixture
def tab(money: Cast, as_user: Callable) -> Callable:
    """Opens a tab of the client's contract: the answer."""

    def opened(name: str, query: str = "", user: object = None, part: str = "", **headers: str):
        url = reverse(f"contract-{name}{part}", args=[money.contract.pk])
        return as_user(user or money.client).get(f"{url}?{query}" if query else url, headers=headers)

    return opened


def table(answer) -> list[list[str]]:
    """The rows of the answer's table, the totals last, each as the texts of its cells."""
    page = answer.content.decode()
    body = page.partition("<tbody>")[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [[text_of(cell) for cell in re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", row, re.DOTALL)] for row in rows]


def text_of(html: str) -> str:
    """What a person reads, thin spaces as plain ones."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u202f", " ").strip()


def first_column(answer) -> list[str]:
    """The first cell of each row, the totals left out."""
    return [row[0] for row in table(answer)[:-1]]
