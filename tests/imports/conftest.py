"""Files to load, and the way of a load from the file to the database without the pages."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cabinet.accounts.models import User
from imports.actions.applying import confirm
from imports.actions.receiving import receive
from imports.actions.taking_back import ask_back
from imports.models import Load
from tests.cast import Cast
from tests.queue import work

PAYMENTS = ("Номер договора", "Номер ПД", "Дата платежа", "Сумма платежа, руб.")
Rows = Sequence[Sequence[Any]]


def workbook(titles: Sequence[str], rows: Rows, name: str = "данные.xlsx") -> SimpleUploadedFile:
    """The rows as a workbook of Excel, their titles in the first row."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Данные"
    for row in (titles, *rows):
        sheet.append(list(row))
    return saved(book, name)


def saved(book: openpyxl.Workbook, name: str = "данные.xlsx") -> SimpleUploadedFile:
    """The workbook as an upload."""
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile(name, file.getvalue())


def text(titles: Sequence[str], rows: Rows, encoding: str = "utf-8", separator: str = ";") -> SimpleUploadedFile:
    """The rows as a text with separators."""
    lines = io.StringIO()
    csv.writer(lines, delimiter=separator).writerows([titles, *rows])
    return SimpleUploadedFile("данные.csv", lines.getvalue().encode(encoding))


class Loader:
    """Loads files as somebody: every step is done at once, as the worker would."""

    def __init__(self, user: User) -> None:
        self.user = user

    def judged(self, kind: str, file: SimpleUploadedFile) -> Load:
        """The load with its preview, or with the reason why the file cannot be read."""
        load = receive(user=self.user, kind=kind, file=file)
        work()
        return Load.objects.get(pk=load.pk)

    def confirmed(self, load: Load) -> Load:
        """The load after its confirmation."""
        confirm(user=self.user, load=load, judged_at=load.judged_at)
        work()
        return Load.objects.get(pk=load.pk)

    def applied(self, kind: str, file: SimpleUploadedFile) -> Load:
        """The load, judged and confirmed."""
        return self.confirmed(self.judged(kind, file))

    def taken_back(self, load: Load) -> Load:
        """The load after it was asked to be taken back."""
        ask_back(user=self.user, load=load)
        work()
        return Load.objects.get(pk=load.pk)


@pytest.fixture
def loader(cast: Cast) -> Callable[[User], Loader]:
    """Loads as this person."""
    return Loader


@pytest.fixture
def curator(cast: Cast) -> Loader:
    """Loads as the curator of the client's department."""
    return Loader(cast.curator)


@pytest.fixture
def admin(cast: Cast) -> Loader:
    """Loads as the administrator of the back office."""
    return Loader(cast.admin)


def errors_of(load: Load) -> dict[int, list[list[str]]]:
    """What is wrong, by the number of the row: title of the column and sentence."""
    return {row.number: row.errors for row in load.rows.filter(outcome="wrong")}


def outcomes(load: Load) -> dict[int, str]:
    """What each row comes to."""
    return dict(load.rows.values_list("number", "outcome"))
