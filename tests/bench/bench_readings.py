"""Readings: a pasted batch of 200, the page of a contract of 10,000 meters, sending 10,000.

``python -m tests.bench.bench_readings`` prints ``name value unit ratio baseline``; ratios are against a
bare view with one query, or against the same rows written by one bulk upsert alone.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

PASTED = 200
METERS = 10_000
ROUNDS = 3
BY_SCRIPT = {"X-Requested-With": "fetch"}
BY_HTMX = {"HX-Request": "true"}


def seconds(work: Callable[[], object]) -> float:
    """The wall time of one run: the databases' work counts."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside leaves nothing."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def contract_of(meters: int) -> tuple[Any, Any, list[int]]:
    """A user, his contract of so many meters in facilities of a hundred, and the ids of its registers."""
    from cabinet.common import periods
    from cabinet.metering.models import Meter, MeteringPoint, Register
    from cabinet.readings.models import Reading
    from portal.demo import builders

    user, contract = builders.user(f"bench{meters}@example.com"), builders.contract()
    builders.window(contract.department)
    builders.access(user, contract)
    facilities = [builders.facility(contract, name=f"Объект № {n}") for n in range(-(-meters // 100))]
    points = MeteringPoint.objects.bulk_create(
        MeteringPoint(facility=facilities[n // 100], name=f"ввод {n}", voltage_level="НН") for n in range(meters)
    )
    rows = Meter.objects.bulk_create(
        Meter(point=point, serial=f"{point.pk + 40_000_000}", type_name="Меркурий 234 ART") for point in points
    )
    registers = Register.objects.bulk_create(Register(meter=meter) for meter in rows)
    last = periods.shift(periods.this_period(), -1)
    sent_at = builders.month_bounds(last)[1]
    Reading.objects.bulk_create(Reading(register=r, period=last, sent=1000, sent_at=sent_at) for r in registers)
    return user, contract, [register.pk for register in registers]


def pasted() -> list[str]:
    """200 values saved as one batch: statements and time, against the two bulk inserts alone."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from cabinet.common import periods
    from cabinet.contracts.doors import Door
    from cabinet.readings.actions import Entry, save_readings
    from cabinet.readings.models import Reading, ReadingEvent
    from cabinet.readings.statuses import Event

    with undone():
        user, contract, registers = contract_of(PASTED)
        period = periods.this_period()
        best, alone, statements = [], [], 0
        for n in range(ROUNDS):
            entries = {pk: Entry(text=str(1010 + n)) for pk in registers}
            arguments = {"user": user, "contract": contract, "period": period, "entries": entries, "door": Door.PAGE}
            with CaptureQueriesContext(connection) as captured:
                best.append(seconds(lambda given=arguments: save_readings(**given)))
            statements = len(captured)

        def bare() -> None:
            now = timezone.now()
            rows = [Reading(register_id=pk, period=period, draft=5, draft_at=now) for pk in registers]
            unique = ["register", "kind", "period"]
            Reading.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=["draft"])
            ReadingEvent.objects.bulk_create(ReadingEvent(reading=row, at=now, event=Event.TYPED) for row in rows)

        alone = [seconds(bare) for _ in range(ROUNDS)]
    return [
        f"paste_{PASTED}_statements {statements} statements - -",
        f"paste_{PASTED} {min(best):.3f} s {min(best) / min(alone):.2f} two_bulk_inserts_alone",
    ]


def big() -> list[str]:
    """The page of 10,000 meters, found in and saved on, the window before sending, the sending and the whole press."""
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from cabinet.common import periods
    from cabinet.contracts.doors import Door
    from cabinet.readings.actions import send_readings
    from cabinet.readings.models import Reading

    with undone():
        user, contract, registers = contract_of(METERS)
        period = periods.this_period()
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        sheet, bare = reverse("readings-period", args=[contract.pk, period]), reverse("profile")
        client.get(sheet), client.get(bare)
        page = min(seconds(lambda: client.get(sheet)) for _ in range(ROUNDS))
        plain = min(seconds(lambda: client.get(bare)) for _ in range(ROUNDS))
        reckoned = seconds(lambda: client.get(sheet, {"calculate": "1"}))
        found = min(seconds(lambda: client.get(sheet, {"q": "ввод 77", "show": "missing"})) for _ in range(ROUNDS))
        save = reverse("readings-save", args=[contract.pk, period])
        typed = [{f"r{registers[0]}": str(1001 + n)} for n in range(ROUNDS)]
        saved = min(seconds(lambda data=data: client.post(save, data, headers=BY_SCRIPT)) for data in typed)
        now = timezone.now()
        Reading.objects.of_period(period).delete()
        Reading.objects.bulk_create(
            Reading(register_id=pk, period=period, draft=1010, draft_at=now) for pk in registers
        )
        press = reverse("readings-send", args=[contract.pk, period])
        window = min(seconds(lambda: client.get(press, headers=BY_HTMX)) for _ in range(ROUNDS))
        sending = {"user": user, "contract": contract, "period": period, "confirmed": {}, "door": Door.PAGE}
        with undone():
            sent = seconds(lambda: send_readings(**sending))
        pressed = seconds(lambda: client.post(press, {"asked": "1"}, headers=BY_HTMX))
    return [
        f"page_of_{METERS}_meters {page:.3f} s {page / plain:.1f} profile_page",
        f"reckoning_{METERS}_meters {reckoned:.2f} s {reckoned / plain:.1f} profile_page",
        f"finding_in_{METERS}_meters {found:.3f} s {found / plain:.1f} profile_page",
        f"saving_one_of_{METERS}_meters {saved:.3f} s {saved / plain:.1f} profile_page",
        f"window_before_{METERS}_readings {window:.2f} s {window / plain:.1f} profile_page",
        f"sending_{METERS}_readings {sent:.2f} s - -",
        f"press_of_{METERS}_readings {pressed:.2f} s - -",
    ]


def main() -> None:
    """Measure on a migrated database of its own."""
    import django
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    django.setup()
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    for line in pasted() + big():
        print(line, flush=True)
    teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
