"""A form of 100,000 rows: read, judged and stored, against reading and storing alone and against django-import-export.

Bars: at most twice calamine and the upsert alone; at least ten times the rate of django-import-export's default path.
``DATABASE_URL`` measures PostgreSQL in place of SQLite.
"""

import gc
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.bench.bench_readings import contract_of, undone
from tests.bench.bench_workbooks import calamine_alone, resident

METERS = 100_000
PLAIN = 3_000  # rows of the plain import: it keeps its pace, a hundred thousand would take minutes
MEGABYTE = 1 << 20


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """The time of one run, and its answer."""
    gc.collect()
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer


def filled_form(path: Path, user: Any, contract: Any, period: Any) -> None:
    """The contract's form with a believable figure in every row."""
    from cabinet.contracts.roles import Ability
    from cabinet.metering.models import Register
    from cabinet.readings.permissions import entry_verdicts
    from cabinet.readings.workbook import exporting
    from cabinet.readings.workbook.registers import known_registers
    from cabinet.readings.workbook.write import write_form

    registers = Register.objects.for_user(user, Ability.READINGS)
    entry = entry_verdicts([contract], period)[contract.pk]
    lines = (exporting._line(known, period, entry) for known in known_registers(registers, period))
    with path.open("wb") as file:
        write_form(file, (line._replace(value=Decimal("1010.5")) for line in lines), subject="", of=[period])


def judged_and_stored(path: Path, folder: Path, user: Any) -> tuple[float, float, Any]:
    """Seconds of reading and judging, of storing, and the counts of what was stored."""
    from cabinet.readings.workbook.applying import apply_entries
    from cabinet.readings.workbook.findings import Findings, FindingsWriter
    from cabinet.readings.workbook.judging import Judge
    from cabinet.readings.workbook.read import read_form

    def judge() -> None:
        with (folder / "findings").open("wb") as found, FindingsWriter(found) as writer:
            Judge(user, writer).judge(read_form(path))

    def store() -> Any:
        with (folder / "findings").open("rb") as found:
            return apply_entries(user=user, batches=Findings(found).entries(), with_stale=False)

    judging, _ = seconds(judge)
    storing, applied = seconds(store)
    return judging, storing, applied.counts


def stored_alone(user: Any, registers: list[int], period: Any, *, history: bool) -> float:
    """Seconds of the upsert of the same rows, with their lines of history or without."""
    from django.utils import timezone

    from cabinet.readings.actions import DRAFT_FIELDS
    from cabinet.readings.models import Reading, ReadingEvent
    from cabinet.readings.statuses import Event

    def store() -> None:
        now = timezone.now()
        said = {"draft": Decimal("1010.5"), "draft_by": user, "draft_at": now, "version": 1}
        rows = [Reading(register_id=pk, period=period, **said) for pk in registers]
        unique = ["register", "kind", "period"]
        Reading.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=DRAFT_FIELDS)
        if history:
            events = (ReadingEvent(reading=row, at=now, actor=user, event=Event.TYPED, value=row.draft) for row in rows)
            ReadingEvent.objects.bulk_create(events)

    with undone():
        return seconds(store)[0]


def plain_import(registers: list[int], period: Any) -> float:
    """Seconds of django-import-export's default path: a ModelResource over the first rows."""
    import tablib
    from import_export import resources

    from cabinet.readings.models import Reading

    class ReadingResource(resources.ModelResource):
        class Meta:
            model = Reading
            fields = ("register", "period", "kind", "draft")
            import_id_fields = ("register", "period", "kind")

    rows = tablib.Dataset(headers=["register", "period", "kind", "draft"])
    for pk in registers[:PLAIN]:
        rows.append([pk, period.isoformat(), "current", "1010.5"])
    with undone():
        return seconds(lambda: ReadingResource().import_data(rows, raise_errors=True, use_transactions=True))[0]


def measure(folder: Path) -> list[str]:
    """All figures of one contract."""
    from cabinet.common import periods

    period = periods.this_period()
    with undone():
        user, contract, registers = contract_of(METERS)
        path = folder / "form.xlsx"
        filled_form(path, user, contract, period)
        reading = min(seconds(lambda: calamine_alone(path))[0] for _ in range(3))
        bare = reading + stored_alone(user, registers, period, history=False)
        remembered = reading + stored_alone(user, registers, period, history=True)
        plain = plain_import(registers, period) / PLAIN
        before = resident()
        judging, storing, counts = judged_and_stored(path, folder, user)
        grown = (resident() - before) / MEGABYTE
    assert counts["ready"] == METERS, counts
    ours = judging + storing
    return [
        f"form_{METERS}_rows_judged {judging:.2f} s {judging / reading:.2f} calamine_alone",
        f"form_{METERS}_rows_judged_and_stored {ours:.2f} s {ours / bare:.2f} calamine_and_upsert_alone",
        f"form_{METERS}_rows_judged_and_stored {ours:.2f} s {ours / remembered:.2f} calamine_upsert_and_history_alone",
        f"form_rows_a_second {METERS / ours:.0f} rows/s {plain * METERS / ours:.1f} django_import_export",
        f"form_{METERS}_rows_memory_after {grown:.0f} MB - -",
    ]


def main() -> None:
    """Measure on a migrated database of its own."""
    import django
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    django.setup()
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    with tempfile.TemporaryDirectory() as folder:
        for line in measure(Path(folder)):
            print(line, flush=True)
    teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
