"""The act of 500 meters as PDF against WeasyPrint alone on the same HTML (bar: 1.1 ×).

``python -m tests.bench.bench_act`` prints ``name value unit ratio baseline``. ``figures()`` wants a
migrated database and leaves nothing in it.
"""

import datetime as dt
import gc
import time
from collections.abc import Callable
from typing import Any

METERS = 500
ROUNDS = 3
PERIOD = dt.date(2026, 11, 1)


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


def figures() -> tuple[float, float]:
    """The best of several runs in seconds: our whole way from the database to the PDF, and WeasyPrint alone."""
    from django.db import transaction
    from weasyprint import HTML

    from cabinet.readings.act import Act, act_of
    from cabinet.readings.act_pdf import OwnFiles, act_html, act_pdf

    def act() -> Act:
        return act_of(contract=contract, period=PERIOD, facilities=contract.facilities.all(), filled=True)

    with transaction.atomic():
        contract = contract_of_many_meters()
        html = act_html(act())
        ours, alone = [], []
        for _ in range(ROUNDS):
            alone.append(seconds(lambda: HTML(string=html, url_fetcher=OwnFiles()).write_pdf()))
            ours.append(seconds(lambda: act_pdf(act())))
        transaction.set_rollback(True)
    return min(ours), min(alone)


def main() -> None:
    """Measure on a migrated database of its own."""
    import django
    from django.test.utils import setup_databases, teardown_databases

    django.setup()
    databases = setup_databases(verbosity=0, interactive=False)
    ours, alone = figures()
    teardown_databases(databases, verbosity=0)
    print(f"act_{METERS}_meters_pdf {ours:.2f} s_cpu {ours / alone:.3f} weasyprint_alone")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
