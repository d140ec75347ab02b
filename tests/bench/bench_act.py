"""The act of 500 meters: as PDF against WeasyPrint alone on the same HTML (bar: 1.1 ×), as Word against docxtpl
alone with the same template and words, as Excel against XlsxWriter alone with the same cells.

``python -m tests.bench.bench_act`` prints ``name value unit ratio baseline``. ``figures()`` wants a
migrated database and leaves nothing in it.
"""

import datetime as dt
import gc
import io
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

METERS = 500
ROUNDS = 3
PERIOD = dt.date(2026, 11, 1)
XLSXWRITER_CALLS = ("merge_range", "write_blank", "write_string", "write_number", "write_rich_string", "set_row")
ALONE = {"pdf": "weasyprint_alone", "word": "docxtpl_alone", "excel": "xlsxwriter_alone"}


def seconds(work: Callable[[], object]) -> float:
    """How long the processor works on one run: what else the machine does at the time does not count."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def contract_of_many_meters() -> Any:
    """A contract of 25 facilities with twenty meters each, all readings sent."""
    from cabinet.common import periods
    from cabinet.metering.models import Meter, MeteringPoint, Register
    from cabinet.readings.models import Reading
    from portal.demo import builders

    contract = builders.contract()
    facilities = [builders.facility(contract, name=f"Склад № {number:02d}") for number in range(25)]
    points = MeteringPoint.objects.bulk_create(
        MeteringPoint(facility=facilities[number % 25], name=f"ввод {number}", voltage_level="НН")
        for number in range(METERS)
    )
    meters = Meter.objects.bulk_create(
        Meter(point=point, serial=f"{point.pk + 30_000_000}", type_name="Меркурий 234 ART") for point in points
    )
    registers = Register.objects.bulk_create(Register(meter=meter) for meter in meters)
    now = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    Reading.objects.bulk_create(
        Reading(register=register, period=periods.shift(PERIOD, -months), sent=1000 - months, sent_at=now)
        for register in registers
        for months in range(13)
    )
    return type(contract).objects.select_related("organisation", "department").get(pk=contract.pk)


def docxtpl_alone(act: Any) -> Callable[[], object]:
    """The portal's template filled with the same words, as docxtpl does it by itself."""
    from docxtpl import DocxTemplate

    from cabinet.readings.act.docx import PORTALS_OWN, context_of

    context = context_of(act)
    context["facilities"] = list(context["facilities"])

    def work() -> None:
        document = DocxTemplate(PORTALS_OWN)
        document.render(context, autoescape=True)
        document.save(io.BytesIO())

    return work


def xlsxwriter_alone(act: Any) -> Callable[[], object]:
    """The same calls of XlsxWriter from a list, with nothing between them."""
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from cabinet.readings.act.xlsx import act_xlsx

    calls: list[tuple[str, tuple]] = []
    properties: dict[Format, dict] = {}
    add_format = xlsxwriter.Workbook.add_format

    def remembered(workbook: Any, wanted: dict) -> Format:
        made = add_format(workbook, wanted)
        if "xf_index" not in wanted:  # the workbook's own, which each makes for itself
            properties[made] = dict(wanted)
        return made

    def recorded(name: str) -> Callable[..., object]:
        original = getattr(Worksheet, name)

        def call(sheet: Worksheet, *arguments: Any) -> object:
            calls.append((name, arguments))
            return original(sheet, *arguments)

        return call

    with ExitStack() as stack:
        stack.enter_context(patch.object(xlsxwriter.Workbook, "add_format", remembered))
        for name in XLSXWRITER_CALLS:
            stack.enter_context(patch.object(Worksheet, name, recorded(name)))
        act_xlsx(act)

    def work() -> None:
        workbook = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
        formats = {form: workbook.add_format(wanted) for form, wanted in properties.items()}
        sheet = workbook.add_worksheet()
        for name, arguments in calls:
            getattr(sheet, name)(*(formats[one] if isinstance(one, Format) else one for one in arguments))
        workbook.close()

    return work


def figures() -> dict[str, tuple[float, float]]:
    """The best of several runs in seconds, ours and the library alone; the PDF from the database on."""
    from django.db import transaction
    from weasyprint import HTML

    from cabinet.readings.act.content import Act, act_of
    from cabinet.readings.act.docx import act_docx
    from cabinet.readings.act.pdf import OwnFiles, act_html, act_pdf
    from cabinet.readings.act.xlsx import act_xlsx

    def act() -> Act:
        return act_of(contract=contract, period=PERIOD, facilities=contract.facilities.all(), filled=True)

    with transaction.atomic():
        contract = contract_of_many_meters()
        made = act()
        html = act_html(made)
        pairs = {
            "pdf": (lambda: act_pdf(act()), lambda: HTML(string=html, url_fetcher=OwnFiles()).write_pdf()),
            "word": (lambda: act_docx(made), docxtpl_alone(made)),
            "excel": (lambda: act_xlsx(made), xlsxwriter_alone(made)),
        }
        best = {name: (best_of(ours), best_of(alone)) for name, (ours, alone) in pairs.items()}
        transaction.set_rollback(True)
    return best


def best_of(work: Callable[[], object]) -> float:
    """The best of several runs in seconds."""
    return min(seconds(work) for _ in range(ROUNDS))


def main() -> None:
    """Measure on a migrated database of its own."""
    import django
    from django.test.utils import setup_databases, teardown_databases

    django.setup()
    databases = setup_databases(verbosity=0, interactive=False)
    best = figures()
    teardown_databases(databases, verbosity=0)
    for name, (ours, alone) in best.items():
        print(f"act_{METERS}_meters_{name} {ours:.2f} s_cpu {ours / alone:.3f} {ALONE[name]}")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
