"""A person of 1,000 contracts, 30 organisations and 5 departments: each page; a trail of 100,000 entries.

``python -m tests.bench.bench_contracts`` prints ``name value unit ratio baseline``; ratios are against a
window that asks the database for nothing of its own.
"""

import datetime as dt
import tracemalloc
from typing import Any

from tests.bench.bench_readings import seconds, undone

CONTRACTS, ORGANISATIONS, DEPARTMENTS = 1000, 30, 5
ENTRIES, PEOPLE = 100_000, 20
ROUNDS = 5
BY_HTMX = {"HX-Request": "true"}

LISTS = {
    "list": ("contracts", {}),
    "list_sorted_by_facilities": ("contracts", {"sort": "-facilities"}),
    "list_searched": ("contracts", {"q": "филиал 17"}),
    "list_last_page": ("contracts", {"page": "50"}),
    "list_as_excel": ("contracts-file", {}),
    "contacts": ("contacts", {}),
    "home": ("home", {}),
    "profile": ("profile", {}),
    "widget": ("contracts-widget", {}),
    "card": ("contracts-card", {}),
    "access_to_many": ("access-add-many", {}),
    "readings_contracts": ("readings-contracts", {}),
    "readings_contracts_as_excel": ("readings-contracts-file", {}),
    "choose_contract": ("readings-choose", {"q": "филиал"}),
    "form_in_excel": ("readings-workbook", {}),
}
TRAIL = {
    "trail": {},
    "trail_last_page": {"page": "2000"},
    "trail_filtered": {"at_from": "2026-03-01", "kind": "readings", "door": "page", "sort": "at"},
    "trail_by_person": {"who": "staff", "sort": "-who"},
    "trail_sorted_by_person": {"sort": "who"},
    "trail_sorted_by_action": {"sort": "what"},
}


def person_of_many() -> tuple[Any, Any]:
    """The person, and the first of his contracts; each has a facility with a meter and what was sent last month."""
    from cabinet.common import periods
    from cabinet.contracts.models import Contract, ContractAccess, Facility
    from cabinet.metering.models import Meter, MeteringPoint, Register
    from cabinet.readings.models import Reading
    from portal.demo import builders

    user = builders.user("bench-many@example.com")
    departments = [builders.department() for _ in range(DEPARTMENTS)]
    for department in departments:
        builders.window(department)
    owners = [builders.organisation(name=f"ООО «Филиал {n}»") for n in range(ORGANISATIONS)]
    contracts = Contract.objects.bulk_create(
        Contract(
            organisation=owners[n % ORGANISATIONS],
            department=departments[n % DEPARTMENTS],
            number=f"6{n:07d}",
            date=dt.date(2015 + n % 10, 1, 1),
        )
        for n in range(CONTRACTS)
    )
    ContractAccess.objects.bulk_create(
        ContractAccess(user=user, contract=each, role="administrator") for each in contracts
    )
    sites = Facility.objects.bulk_create(Facility(contract=each, name="Склад") for each in contracts)
    points = MeteringPoint.objects.bulk_create(
        MeteringPoint(facility=each, name="ввод", voltage_level="НН") for each in sites
    )
    meters = Meter.objects.bulk_create(
        Meter(point=each, serial=f"{each.pk + 50_000_000}", type_name="Меркурий 234 ART") for each in points
    )
    registers = Register.objects.bulk_create(Register(meter=each) for each in meters)
    last = periods.shift(periods.this_period(), -1)
    sent_at = builders.month_bounds(last)[1]
    Reading.objects.bulk_create(Reading(register=each, period=last, sent=1000, sent_at=sent_at) for each in registers)
    return user, contracts[0]


def write_trail(contract: Any, user: Any) -> None:
    """A trail of many entries by many people, beside one as long of another contract."""
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone

    from cabinet.contracts.trail.recording import ContractLogEntry
    from portal.demo import builders

    people = [user, *(builders.user(f"bench-colleague{n}@example.com") for n in range(PEOPLE))]
    about, now = ContentType.objects.get_for_model(contract), timezone.now()
    actions = ("readings.typed", "readings.send", "contracts.access_changed", "readings.accept")
    doors = ("page", "page", "page", "office")
    for each in (contract, builders.contract()):
        ContractLogEntry.objects.bulk_create(
            (
                ContractLogEntry(
                    content_type=about,
                    object_id=str(each.pk),
                    label=str(each),
                    action=actions[n % 4],
                    data={"period": "2026-10", "count": n % 50},
                    timestamp=now - dt.timedelta(minutes=5 * n),
                    user=people[n % len(people)],
                    contract=each,
                    department=each.department,
                    door=doors[n % 4],
                )
                for n in range(ENTRIES)
            ),
            batch_size=5000,
        )


def measured(client: Any, name: str, url: str, asked: dict[str, str], bare: float) -> str:
    """One page: statements and the best time of a few."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask() -> None:
        answer = client.get(url, asked)
        assert answer.status_code == 200, f"{url} answered {answer.status_code}"
        if answer.streaming:
            b"".join(answer.streaming_content)

    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    statements = len(captured)  # the next request clears what was captured
    best = min(seconds(ask) for _ in range(ROUNDS))
    return f"{name} {best * 1000:.0f} ms {best / bare:.1f} bare_window\n{name}_statements {statements} statements - -"


def excel(client: Any, url: str) -> str:
    """The whole trail as a workbook: time, and the most memory above what was there."""

    def take() -> None:
        for _ in client.get(url).streaming_content:
            pass

    time = seconds(take)
    tracemalloc.start()
    take()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return f"trail_of_{ENTRIES}_as_excel {time:.1f} s - -\ntrail_of_{ENTRIES}_as_excel_memory {peak / 2**20:.0f} MB - -"


def measure() -> None:
    """Print a line a figure."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    user, contract = person_of_many()
    write_trail(contract, user)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    window = reverse("contract-bind")
    client.get(window)
    bare = min(seconds(lambda: client.get(window)) for _ in range(ROUNDS))
    print(f"bare_window {bare * 1000:.0f} ms - -", flush=True)
    for name, (url, asked) in LISTS.items():
        print(measured(client, f"{name}_of_{CONTRACTS}", reverse(url), asked, bare), flush=True)
    print(measured(client, "sheet", reverse("readings", args=[contract.pk]), {}, bare), flush=True)
    for name, asked in TRAIL.items():
        print(measured(client, name, reverse("contract-trail", args=[contract.pk]), asked, bare), flush=True)
    print(excel(client, reverse("contract-trail-file", args=[contract.pk])), flush=True)


def main() -> None:
    """Measure on a migrated database of its own."""
    import django
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    django.setup()
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    with undone():
        measure()
    teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
