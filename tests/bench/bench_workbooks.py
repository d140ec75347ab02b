"""The form of 100,000 rows of 12 columns: written, read.

``python -m tests.bench.bench_workbooks`` prints ``name value unit ratio baseline``. Bars: written ≤ 1.3 × the fastest
writer alone with the same values, read ≤ 1.25 × calamine alone; the reader's memory stays flat beside the rows kept.
"""

import datetime as dt
import gc
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

ROWS = 100_000
ROUNDS = 3
SAMPLED = 5_000  # rows between two looks at the memory
PERIOD = dt.date(2026, 11, 1)
MEGABYTE = 1 << 20


def seconds(work: Callable[[], object]) -> float:
    """The wall time of one run: what a child process does counts."""
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def best(work: Callable[[], object]) -> float:
    """The best of several runs."""
    return min(seconds(work) for _ in range(ROUNDS))


def form_lines() -> Iterator[Any]:
    """Lines as a large company has them: facilities of fifty registers, every third filled in."""
    from cabinet.readings.workbook.write import FormLine

    for number in range(ROWS):
        yield FormLine(
            contract=f"77-{1000 + number // 5000}",
            facility=f"Склад готовой продукции № {number // 50}",
            point=f"ВРУ-{number % 10}, ввод {number}",
            serial=f"{30_000_000 + number}",
            scale=("А+", "А+ Т1", "R+")[number % 3],
            unit=("кВт·ч", "кВт·ч", "кВар·ч")[number % 3],
            ratio=Decimal(40),
            digits_before=6,
            digits_after=2,
            previous=Decimal(f"{number % 900_000}.25"),
            value=None if number % 3 else Decimal(f"{number % 900_000 + 10}.50"),
            text="",
            state="Не заполнено",
            is_open=bool(number % 50),
            register=number + 1,
            period=PERIOD,
            version=3,
        )


def write(path: Path, lines: Iterable[Any]) -> None:
    """The form as the portal writes it."""
    from cabinet.readings.workbook.write import write_form

    with path.open("wb") as file:
        write_form(file, lines, subject="Договор № 77-1042", of=[PERIOD])


def values_of(lines: Iterable[Any]) -> list[tuple[str | float | None, ...]]:
    """The twelve values of each row, ready to be written."""
    from cabinet.readings.workbook.columns import code_of, digits_of

    return [
        (
            *line[:6],
            float(line.ratio),
            digits_of(line.digits_before, line.digits_after),
            float(line.previous),
            None if line.value is None else float(line.value),
            line.state,
            code_of(line.register, line.period, line.version),
        )
        for line in lines
    ]


def write_alone(path: Path, rows: Iterable[tuple[Any, ...]]) -> None:
    """The same values by XlsxWriter at its quickest: no formats, no protection, nothing around."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)


def written(path: Path) -> list[str]:
    """Writing, against XlsxWriter alone; leaves the form in ``path``."""
    lines = list(form_lines())
    rows = values_of(lines)
    alone = best(lambda: write_alone(path, rows))
    ours = best(lambda: write(path, lines))
    return [f"form_{ROWS}_rows_written {ours:.2f} s {ours / alone:.2f} xlsxwriter_alone"]


def read(path: Path) -> list[str]:
    """Reading in the child process and as rows of the form, against calamine alone in this one."""
    from cabinet.common.workbooks import read_workbook
    from cabinet.readings.workbook.read import read_form

    alone = best(lambda: calamine_alone(path))
    ours = best(lambda: exhaust(read_workbook(path)))
    form = best(lambda: exhaust(iter(read_form(path))))
    return [
        f"workbook_{ROWS}_rows_read {ours:.2f} s {ours / alone:.2f} calamine_alone",
        f"form_{ROWS}_rows_read {form:.2f} s {form / alone:.2f} calamine_alone",
    ]


def calamine_alone(path: Path) -> list[Any]:
    """All sheets as lists."""
    import python_calamine

    book = python_calamine.load_workbook(path)
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def exhaust(items: Iterator[Any]) -> None:
    """Go through all and keep none."""
    for _ in items:
        pass


def memory(path: Path) -> list[str]:
    """How much this process grows while the form is read, against its growth when all rows are kept."""
    from cabinet.readings.workbook.read import read_form

    read_form(path), gc.collect()
    before = resident()
    most = max(resident() for number, _ in enumerate(read_form(path)) if number % SAMPLED == 0)
    kept = list(read_form(path))
    whole = resident() - before
    flat = max(0, most - before)
    return [f"form_{len(kept)}_rows_memory {flat / MEGABYTE:.1f} MB {flat / whole:.2f} all_rows_kept"]


def resident() -> int:
    """The memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def main() -> None:
    """Measure in a folder of its own."""
    import django

    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        write(path, form_lines())
        for measure in (memory, written, read):
            for line in measure(path):
                print(line, flush=True)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
