"""Curators keep payments, documents and acts of violation of their department's contracts."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from cabinet.billing.back_office import VIEWSETS
from cabinet.billing.models import Payment, SupplierDocument, ViolationAct
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast, as_user):
    return as_user(cast.curator)


@pytest.fixture
def typed(cast):
    """What a curator types into each form, right in every field."""
    contract = {"contract": cast.contract.pk}
    act = {"number": "БУ-1", "date": "10.11.2026", "kind": "unaccounted", "amount": "500"}
    return {
        "payment": contract | {"number": "4417", "date": "18.11.2026", "amount": "1240000.50"},
        "supplierdocument": contract
        | {"kind": "bill", "number": "СЧ-1", "date": "18.11.2026", "total": "120", "vat": "20"},
        "violationact": contract | act | {"period_from": "01.10.2026", "period_to": "31.10.2026"},
    }


@pytest.mark.parametrize("name", ["payment", "supplierdocument", "violationact"])
def test_a_curator_adds_a_row_and_the_trail_says_so(name, cast, office, typed):
    assert office.post(f"/admin/{name}/new/", typed[name]).status_code == 302
    entry = ContractLogEntry.objects.get(action="wagtail.create")
    assert (entry.contract, entry.user) == (cast.contract, cast.curator)


@pytest.mark.parametrize(
    ("name", "field", "value", "said"),
    [
        ("payment", "amount", "0", "Сумма платежа — больше нуля."),
        ("payment", "amount", "10000000000000", "не более 13 цифр"),
        ("supplierdocument", "vat", "121", "НДС входит в итоговую сумму"),
        ("supplierdocument", "vat", "-1", "НДС входит в итоговую сумму"),
        ("violationact", "period_to", "30.09.2026", "кончается раньше, чем начинается"),
        ("violationact", "amount", "-1", "больше либо равно 0"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(name, field, value, said, office, typed):
    page = office.post(f"/admin/{name}/new/", typed[name] | {field: value})
    assert page.status_code == 200
    assert said in page.content.decode()
    assert not any(viewset.model.objects.exists() for viewset in VIEWSETS)


@pytest.mark.parametrize("name", ["payment", "supplierdocument", "violationact"])
def test_the_same_row_is_not_taken_twice(name, office, typed):
    assert office.post(f"/admin/{name}/new/", typed[name]).status_code == 302
    page = office.post(f"/admin/{name}/new/", typed[name])
    assert page.status_code == 200
    assert "по договору уже есть" in page.content.decode()


@pytest.mark.parametrize("name", ["payment", "supplierdocument", "violationact"])
def test_another_departments_contract_is_no_choice(name, cast, office, typed):
    page = office.post(f"/admin/{name}/new/", typed[name] | {"contract": cast.other_contract.pk})
    assert page.status_code == 200
    assert cast.other_contract.number not in page.content.decode()


def test_a_correction_may_lower_a_document(office, typed):
    lowered = {"kind": "correction_invoice", "total": "-120", "vat": "-20"}
    assert office.post("/admin/supplierdocument/new/", typed["supplierdocument"] | lowered).status_code == 302


def test_lists_are_searched_filtered_and_exported(cast, office):
    builders.payment(cast.contract, number="ПД-1", date=dt.date(2026, 11, 1))
    builders.payment(cast.signed_contract, number="ПД-2", date=dt.date(2026, 10, 1))
    for query in ("?q=ПД-1", f"?contract_number={cast.contract.number}", "?date__gte=02.10.2026"):
        page = office.get(f"/admin/payment/{query}").content.decode()
        assert "ПД-1" in page and "ПД-2" not in page, query
    book = office.get("/admin/payment/?export=xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).worksheets[0].values)
    assert rows[0] == ("Номер договора", "Номер ПД", "Дата платежа", "Сумма платежа, руб.")
    assert {row[1] for row in rows[1:]} == {"ПД-1", "ПД-2"}


@pytest.mark.parametrize("viewset", VIEWSETS, ids=lambda viewset: viewset.name)
def test_every_field_of_a_form_is_explained(viewset):
    fields = viewset.model._meta.get_fields()
    assert [field.name for field in fields if field.editable and not field.primary_key and not field.help_text] == []


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Payment, {"amount": Decimal(0)}),
        (SupplierDocument, {"total": Decimal(100), "vat": Decimal(101)}),
        (SupplierDocument, {"total": Decimal(-100), "vat": Decimal(1)}),
        (ViolationAct, {"amount": Decimal(-1)}),
        (ViolationAct, {"period_from": dt.date(2026, 2, 1), "period_to": dt.date(2026, 1, 31)}),
    ],
)
def test_the_database_holds_what_must_never_be(model, fields, cast):
    makers = {
        Payment: builders.payment,
        SupplierDocument: builders.supplier_document,
        ViolationAct: builders.violation_act,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        makers[model](cast.contract, **fields)
