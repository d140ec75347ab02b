"""20,000 payments from Excel: judged and loaded, against a plain ModelResource of django-import-export in the same run.

Bars: at least five times its rate; memory that does not grow with the file beyond its rows. ``DATABASE_URL`` measures
PostgreSQL in place of SQLite.
"""

import datetime as dt
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

from tests.bench.bench_forms import seconds
from tests.bench.bench_readings import undone

ROWS = 20_000
PLAIN = 1_000  # rows of the plain import: it keeps its pace
CONTRACTS = 500
MEGABYTE = 1 << 20


def clients() -> tuple[Any, list[str]]:
    """An administrator, and the numbers of many contracts."""
    from portal.demo import builders

    admin = builders.user("loads@example.com", is_staff=True, is_superuser=True)
    department, organisation = builders.department(), builders.organisation()
    return admin, [builders.contract(organisation, department).number for _ in range(CONTRACTS)]


def payments(numbers: list[str], count: int) -> list[tuple[str, str, dt.date, float]]:
    """So many believable payments."""
    day = dt.date(2026, 11, 1)
    return [(numbers[n % CONTRACTS], str(n), day + dt.timedelta(days=n % 28), 1000 + n / 100) for n in range(count)]


def written(path: Path, user: Any, rows: list[tuple]) -> Path:
    """The rows as a workbook."""
    import xlsxwriter

    from imports.kinds import KINDS

    with xlsxwriter.Workbook(str(path)) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, [title.text for title in KINDS["payments"](user).file_titles()])
        for at, (number, order, date, amount) in enumerate(rows, 1):
            sheet.write_row(at, 0, [number, order])
            sheet.write_datetime(at, 2, dt.datetime.combine(date, dt.time()), day)
            sheet.write_number(at, 3, amount)
    return path


def loaded(user: Any, path: Path) -> None:
    """Judged and applied as the worker does it, the queue left out."""
    from django.core.files import File

    from cabinet.common.jobs import claim
    from imports.actions.applying import apply
    from imports.actions.receiving import judge, queued
    from imports.models import Load
    from imports.statuses import Stage

    load = Load(user=user, kind="payments", name=path.name)
    with path.open("rb") as file:
        load.file.save(path.name, File(file), save=True)
    judge(claim(Load, load.pk))
    Load.objects.filter(pk=load.pk).update(stage=Stage.APPLYING, **queued())
    apply(claim(Load, load.pk))
    load.file.delete(save=False)


def plainly_loaded(numbers: dict[str, int], rows: list[tuple]) -> None:
    """The library's default: a dry run for the preview, then the import."""
    import tablib
    from import_export.resources import ModelResource

    from cabinet.billing.models import Payment

    class Plain(ModelResource):
        class Meta:
            model = Payment
            import_id_fields = ("contract", "number", "date")
            fields = ("contract", "number", "date", "amount")

    dataset = tablib.Dataset(
        *[(numbers[contract], number, date.isoformat(), amount) for contract, number, date, amount in rows],
        headers=["contract", "number", "date", "amount"],
    )
    for dry_run in (True, False):
        result = Plain().import_data(dataset, dry_run=dry_run, raise_errors=True)
        assert not result.has_errors()


def peak(user: Any, path: Path) -> float:
    """The peak of Python's memory while the file is loaded, MB."""
    tracemalloc.start()
    loaded(user, path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / MEGABYTE


def measure(folder: Path) -> list[str]:
    """Ours and the library's default, over the same rows; the peak of memory for the file and for a tenth of it."""
    from cabinet.billing.models import Payment
    from cabinet.contracts.models import Contract

    with undone():
        user, numbers = clients()
        keys = dict(Contract.objects.values_list("number", "pk"))
        rows = payments(numbers, ROWS)
        path, small = written(folder / "big.xlsx", user, rows), written(folder / "small.xlsx", user, rows[: ROWS // 10])
        with undone():
            ours, _ = seconds(lambda: loaded(user, path))
            assert Payment.objects.count() == ROWS
        with undone():
            plain, _ = seconds(lambda: plainly_loaded(keys, rows[:PLAIN]))
        with undone():
            least = peak(user, small)
        with undone():
            most = peak(user, path)
    rate, plain_rate = ROWS / ours, PLAIN / plain
    return [
        f"load_{ROWS}_payments {rate:.0f} rows/s {rate / plain_rate:.1f} django_import_export",
        f"load_{ROWS}_payments_peak {most:.1f} MB {most / least:.2f} a_tenth_of_them",
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
