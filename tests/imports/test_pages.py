"""The pages of the loads: choosing a file, the preview, the confirmation, the result, what was loaded before."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cabinet.billing.models import Payment
from imports.kinds import KINDS
from imports.models import Load
from tests.cast import Cast
from tests.imports.conftest import PAYMENTS, Loader, workbook
from tests.queue import work

pytestmark = pytest.mark.django_db
NEW, HISTORY = "/admin/loads/new/", "/admin/loads/"


def payments(cast: Cast, *rows: tuple) -> SimpleUploadedFile:
    return workbook(PAYMENTS, [(cast.contract.number, *row) for row in rows])


def page_of(load: Load) -> str:
    return reverse("load", args=[load.pk])


def upload(client, kind: str, file: SimpleUploadedFile) -> Load:
    """Through the page, as a person does it."""
    response = client.post(NEW, {"kind": kind, "file": file})
    work()
    load = Load.objects.latest("pk")
    assert response.url == page_of(load)
    return load


def test_a_curator_loads_payments_from_the_form_to_the_history(cast: Cast, as_user) -> None:
    client = as_user(cast.curator)
    load = upload(client, "payments", payments(cast, ("1", "18.11.2026", 100), ("2", "19.11.2026", "250,50")))
    page = client.get(page_of(load)).text
    assert "Ждёт подтверждения" in page and "250,50" in page and "новых 2" in page
    client.post(page_of(load), {"verdict": "confirm", "judged_at": load.judged_at.isoformat()})
    assert "Данные загружаются" in client.get(page_of(load)).text
    work()
    assert Payment.objects.filter(contract=cast.contract).count() == 2
    assert "Отменить загрузку" in client.get(page_of(load)).text
    history = client.get(HISTORY).text
    assert "данные.xlsx" in history and cast.curator.get_short_name() in history and "Загружена" in history


def test_what_is_wrong_stands_by_its_cell_and_can_be_taken_as_a_workbook(cast: Cast, as_user) -> None:
    client = as_user(cast.curator)
    load = upload(client, "payments", payments(cast, ("1", "18.11.2026", 100), ("2", "31.02.2026", "-5")))
    page = client.get(page_of(load)).text
    assert "Такого дня нет в календаре." in page and "Сумма не может быть отрицательной." in page
    assert 'value="confirm"' not in page and "Скачать строки с ошибками" in page
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("load_errors", args=[load.pk])).getvalue()))
    *_, head, row = book.active.values
    assert head == ("Строка файла", *PAYMENTS, "Что не так")
    assert row[0] == 3 and row[2] == "2" and "Дата платежа: Такого дня нет в календаре." in row[-1]


def test_a_corrected_error_workbook_is_taken(cast: Cast, as_user) -> None:
    client = as_user(cast.curator)
    load = upload(client, "payments", payments(cast, ("2", "31.02.2026", "5")))
    file = io.BytesIO(client.get(reverse("load_errors", args=[load.pk])).getvalue())
    book = openpyxl.load_workbook(file)
    book.active["D4"] = "28.02.2026"
    corrected = io.BytesIO()
    book.save(corrected)
    load = upload(client, "payments", SimpleUploadedFile("исправлено.xlsx", corrected.getvalue()))
    assert load.summary["new"] == 1 and load.is_ready


@pytest.mark.parametrize("kind", KINDS)
def test_every_template_is_read_back_and_its_example_row_has_every_column(cast: Cast, as_user, kind: str) -> None:
    client = as_user(cast.admin)
    response = client.get(reverse("load_template", args=[kind]))
    load = upload(client, kind, SimpleUploadedFile("шаблон.xlsx", response.getvalue()))
    assert load.failure == "" and sum(load.count(name) for name in ("new", "changed", "same", "wrong")) == 1
    row = load.rows.get()
    assert len(row.cells) == len(load.summary["titles"])
    foreign = ("нет среди ваших", "В договоре", "Такая запись")  # the example's contract is the demo's
    assert all(any(word in sentence for word in foreign) for _, sentence in row.errors), row.errors


@pytest.mark.parametrize("who", ["editor", "client", None])
@pytest.mark.parametrize("address", [HISTORY, NEW, "/admin/loads/1/", "/admin/loads/templates/payments/"])
def test_nobody_else_comes_in(cast: Cast, as_user, client, who: str | None, address: str) -> None:
    browser = as_user(getattr(cast, who)) if who else client
    assert browser.get(address).status_code == 302


def test_a_curators_load_is_nobody_elses_but_the_administrators(cast: Cast, as_user, curator: Loader) -> None:
    load = curator.judged("payments", payments(cast, ("1", "18.11.2026", 100)))
    other = as_user(cast.curator2)
    for address in (page_of(load), reverse("load_errors", args=[load.pk]), reverse("load_state", args=[load.pk])):
        assert other.get(address).status_code == 404
    assert other.post(page_of(load), {"verdict": "throw_away"}).status_code == 404
    assert "данные.xlsx" not in other.get(HISTORY).text
    assert as_user(cast.admin).get(page_of(load)).status_code == 200


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Выберите, что загрузить."),
        ({"kind": "payments"}, "Выберите файл."),
        ({"kind": "users"}, "Этого вы не загружаете."),
        ({"kind": "payments", "file": SimpleUploadedFile("x.xlsx", b"not a book")}, "Файл повреждён"),
        ({"kind": "payments", "file": SimpleUploadedFile("x.pdf", b"%PDF-1.7")}, "Это файл PDF."),
        ({"kind": "payments", "file": SimpleUploadedFile("x.csv", b"PK\x03\x04")}, "это не текст"),
        ({"kind": "payments", "file": SimpleUploadedFile("x.csv", b" \n")}, "Файл пустой."),
    ],
)
def test_what_is_no_file_is_told_at_once(cast: Cast, as_user, data: dict, said: str) -> None:
    response = as_user(cast.curator).post(NEW, data)
    assert response.status_code == 422 and said in response.text and not Load.objects.exists()


@pytest.mark.parametrize("data", [{}, {"verdict": "x"}, {"verdict": "confirm", "judged_at": "2026-13-45T99:99"}])
def test_a_forged_post_is_404(cast: Cast, as_user, curator: Loader, data: dict) -> None:
    load = curator.judged("payments", payments(cast, ("1", "18.11.2026", 100)))
    assert as_user(cast.curator).post(page_of(load), data).status_code == 404


def test_a_load_is_confirmed_once_and_only_as_it_was_seen(cast: Cast, as_user, curator: Loader) -> None:
    load = curator.judged("payments", payments(cast, ("1", "18.11.2026", 100)))
    client, seen = as_user(cast.curator), load.judged_at.isoformat()
    assert client.post(page_of(load), {"verdict": "again"}).status_code == 302
    work()
    assert client.post(page_of(load), {"verdict": "confirm", "judged_at": seen}).status_code == 422
    load.refresh_from_db()
    for status in (302, 422):
        confirmed = client.post(page_of(load), {"verdict": "confirm", "judged_at": load.judged_at.isoformat()})
        assert confirmed.status_code == status
    work()
    assert Payment.objects.count() == 1


def test_a_load_that_nobody_wants_goes_with_its_file(cast: Cast, as_user, curator: Loader) -> None:
    load = curator.judged("payments", payments(cast, ("1", "18.11.2026", 100)))
    as_user(cast.curator).post(page_of(load), {"verdict": "throw_away"})
    assert not Load.objects.exists() and not load.file.storage.exists(load.file.name)


@pytest.mark.parametrize("query", ["state=waiting", "state=failed", "kind=payments", "name=ДАННЫЕ", "state=x", "p=x"])
def test_the_history_is_filtered(cast: Cast, as_user, curator: Loader, query: str) -> None:
    curator.judged("payments", payments(cast, ("1", "18.11.2026", 100)))
    page = as_user(cast.curator).get(f"{HISTORY}?{query}")
    assert page.status_code == 200
    assert ("данные.xlsx" in page.text) == (query not in ("state=failed", "state=x"))
