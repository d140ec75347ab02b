"""Workbooks of a load: the template to fill, the rows that are wrong; and a row as the preview shows it."""

import io
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

import xlsxwriter
from django.http import HttpResponseBase

from cabinet.common import tables
from imports.models import Load, LoadRow
from imports.resource import LoadResource
from imports.statuses import Outcome
from imports.widgets import Reference

CHUNK = 1_000
WHAT_IS_WRONG, ROW = "Что не так", "Строка файла"
WIDTH, HELP_WIDTH = 24, 70


class Shown(NamedTuple):
    """A cell of the preview: its text, the text before where it changes, what is wrong with it."""

    text: str
    before: str | None
    wrong: str


def shown(row: LoadRow) -> dict[str, Any]:
    """A row of the preview: its number, what it comes to, its cells, what is wrong with it as a whole."""
    titles = row.load.summary.get("titles", [])
    wrong: dict[str, str] = {}
    for title, sentence in row.errors:
        wrong[title] = f"{wrong[title]}; {sentence}" if title in wrong else sentence
    cells = [
        Shown(text, before, wrong.pop(title, ""))
        for title, text, before in zip_longest(titles, row.cells, row.before[: len(titles)])
    ]
    return {"row": row, "cells": cells, "wrong": "; ".join(wrong.values())}


def errors_sheet(load: Load) -> tables.Sheet:
    """The wrong rows with the cells of the file and what is wrong; the titles are those of the file."""
    titles = load.summary["titles"]
    columns = [tables.Column(ROW, tables.Kind.FIGURE, 10), *(tables.Column(title, width=WIDTH) for title in titles)]
    columns.append(tables.Column(WHAT_IS_WRONG, width=HELP_WIDTH))
    return tables.Sheet("Ошибки", f"{load.name}: строки с ошибками", columns, _wrong_rows(load))


def _wrong_rows(load: Load) -> Iterator[list[Any]]:
    rows = LoadRow.objects.filter(load=load, outcome=Outcome.WRONG).order_by("number")
    for row in rows.iterator(chunk_size=CHUNK):
        said = "; ".join(f"{title}: {sentence}" if title else sentence for title, sentence in row.errors)
        yield [row.number, *row.cells, said]


def template_response(kind: type[LoadResource]) -> HttpResponseBase:
    """The workbook to fill: a sheet with the titles and one example row, a sheet that says what to write."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E8F1FC", "border": 1})
    text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    data, words = book.add_worksheet(kind.title[:31]), book.add_worksheet("Как заполнить")
    resource_columns = [kind.fields[name] for name in kind._meta.fields]
    written: set[str] = set()
    words.write_row(0, 0, ["Столбец", "Обязателен", "Что писать"], head)
    for column in resource_columns:
        optional = column.widget.optional if isinstance(column.widget, Reference) else ()
        for title, example in zip(column.titles, column.examples, strict=True):
            if title in written:
                continue
            at = len(written)
            written.add(title)
            required = column.required and title not in optional
            data.write_string(0, at, title, head)
            data.write_string(1, at, example, text)
            words.write_row(at + 1, 0, [title, "да" if required else "нет", column.help], text)
    data.set_column(0, len(written) - 1, WIDTH, text)
    data.set_row(0, tables.HEADER_HEIGHT)
    data.freeze_panes(1, 0)
    words.set_column(0, 1, WIDTH)
    words.set_column(2, 2, HELP_WIDTH)
    words.write_string(len(written) + 2, 0, "Вторая строка первого листа — пример: замените её своими данными.")
    words.write_string(len(written) + 3, 0, kind.about)
    book.close()
    return tables.workbook_response(file, f"Шаблон: {kind.title}")
