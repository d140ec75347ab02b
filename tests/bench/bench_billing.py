"""«Платежи» of a contract of 100,000 payments: filters, sorting, pages, the workbook of all.

``python -m tests.bench.bench_billing`` prints ``name value unit ratio baseline``. Bars: 200 ms on the server for any
filter within the budget of statements; the workbook's memory stays flat beside one of 1,000 rows.
"""

import datetime as dt
import gc
import io
import random
import time
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from typing import Any

ROWS = 100_000
OTHERS, ROWS_OF_OTHERS = 100, 1_000
FEW = 1_000
ROUNDS = 5
BAR = 200
MEGABYTE = 1 << 20
START = dt.date(2016, 1, 1)
DAYS = 3_650

QUESTIONS = {
    "all": "",
    "by_date": "date_from=01.01.2020&date_to=31.12.2023",
    "by_sum": "amount_from=250000&amount_to=750000,50",
    "by_date_and_sum": "date_from=01.01.2018&date_to=31.12.2024&amount_from=100000&amount_to=900000",
    "by_date_and_sum_sorted_by_sum": "date_from=01.01.2018&amount_from=100000&amount_to=900000&sort=-amount",
    "by_date_sorted_by_number": "date_from=01.01.2018&sort=number",
    "few_found": "date_from=01.01.2020&date_to=01.01.2020&amount_to=500000",
    "middle_page": "page=2500",
    "last_page": "page=5000",
    "last_page_of_filtered": "amount_from=100000&sort=amount&page=99999",
}


def seconds(work: Callable[[], object]) -> float:
    """The wall time of one run: the databases' work counts."""
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def paid() -> tuple[Any, Any]:
    """The client and his contract of 100,000 payments, among other contracts' payments."""
    from cabinet.billing.models import Payment
    from portal.demo import builders

    user, department = builders.user("bench@example.com"), builders.department()
    contract = builders.contract(None, department)
    builders.access(user, contract)
    contracts = [contract] * ROWS
    for _ in range(OTHERS):
        contracts += [builders.contract(contract.organisation, department)] * ROWS_OF_OTHERS
    chance = random.Random(1)
    Payment.objects.bulk_create(
        (
            Payment(
                contract=each,
                number=str(number),
                date=START + dt.timedelta(days=chance.randrange(DAYS)),
                amount=Decimal(chance.randrange(1, 100_000_000)) / 100,
            )
            for number, each in enumerate(contracts)
        ),
        batch_size=5_000,
    )
    return user, contract


def refresh_statistics() -> None:
    """What a database's own housekeeping does in the background."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE billing_payment" if connection.vendor == "postgresql" else "ANALYZE")


def questions(client: Any, url: str, plain: float) -> list[str]:
    """Each question: how long the server takes, and the most statements that one took."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    lines, most = [], 0
    for name, query in QUESTIONS.items():
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"{url}?{query}")
        assert answer.status_code == 200 and "Найдено" in answer.content.decode(), name
        most = max(most, len(captured))
        asked = min(seconds(lambda query=query: client.get(f"{url}?{query}")) for _ in range(ROUNDS))
        over = " OVER_THE_BAR" if asked * 1000 > BAR else ""
        lines.append(f"payments_{ROWS}_{name} {asked * 1000:.0f} ms {asked / plain:.1f} profile_page{over}")
    return [*lines, f"payments_{ROWS}_statements {most} statements - -"]


def workbook(client: Any, url: str) -> list[str]:
    """The workbook of all: time against XlsxWriter alone, peak memory beyond that of a workbook of 1,000 rows."""
    few = f"{url}?date_from={START:%d.%m.%Y}&date_to={START + dt.timedelta(days=FEW * DAYS // ROWS):%d.%m.%Y}"
    client.get(few).close(), client.get(url).close()
    little, whole = peak(lambda: client.get(few).close()), peak(lambda: client.get(url).close())
    ours = min(seconds(lambda: client.get(url).close()) for _ in range(3))
    rows = values()
    alone = min(seconds(lambda: xlsxwriter_alone(rows)) for _ in range(3))
    return [
        f"payments_workbook_{ROWS}_rows {ours:.2f} s {ours / alone:.2f} xlsxwriter_alone",
        f"payments_workbook_{ROWS}_rows_memory {whole - little:.1f} MB {whole / little:.2f} workbook_of_{FEW}_rows",
    ]


def values() -> list[tuple[str, float, float]]:
    """The same values, ready to be written."""
    from cabinet.billing.models import Payment

    rows = Payment.objects.order_by("pk").values_list("number", "date", "amount")[:ROWS]
    return [(number, float(date.toordinal() - 693_594), float(amount)) for number, date, amount in rows]


def xlsxwriter_alone(rows: list[tuple[str, float, float]]) -> None:
    """The same values by XlsxWriter at its quickest: no formats, nothing around."""
    import xlsxwriter

    with xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)


def peak(work: Callable[[], object]) -> float:
    """How many megabytes Python held at the most."""
    gc.collect()
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / MEGABYTE


def measure() -> list[str]:
    """All figures."""
    from django.test import Client
    from django.urls import reverse

    user, contract = paid()
    refresh_statistics()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    profile = reverse("profile")
    client.get(profile)
    plain = min(seconds(lambda: client.get(profile)) for _ in range(ROUNDS))
    lines = questions(client, reverse("contract-payments", args=[contract.pk]), plain)
    lines += questions_on_paper(client, reverse("contract-payments-print", args=[contract.pk]), plain)
    return lines + workbook(client, reverse("contract-payments-file", args=[contract.pk]))


def questions_on_paper(client: Any, url: str, plain: float) -> list[str]:
    """The page for paper, its limit of rows used up."""
    client.get(url)
    paper = min(seconds(lambda: client.get(url)) for _ in range(ROUNDS))
    return [f"payments_{ROWS}_on_paper {paper * 1000:.0f} ms {paper / plain:.1f} profile_page"]


def main() -> None:
    """Measure on a migrated database of its own."""
    import django
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    django.setup()
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        for line in measure():
            print(line, flush=True)
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
