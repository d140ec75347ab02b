"""Writing a hundred thousand drafts and their history in few statements.

``bulk_create`` prepares every value of every row, most of them the same: for a large form that was most of its time.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection

from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.metering.models import Register
from cabinet.readings.actions import DRAFT_FIELDS
from cabinet.readings.models import Reading, ReadingEvent
from cabinet.readings.statuses import Event, Kind

UNIQUE = ("register", "kind", "period")
BATCH = 500
OWN = ("register", "draft", "draft_text", "problem", "warning", "version")  # what differs from row to row


def write_drafts(readings: Sequence[Reading]) -> None:
    """Insert or update the drafts of current readings of one period that one person changed at one moment."""
    if not readings:
        return
    fields = {field.name: field for field in Reading._meta.concrete_fields if not field.primary_key}
    own = [fields[name] for name in OWN]
    shared = [field for name, field in fields.items() if name not in OWN]
    first = readings[0]
    like = Reading(period=first.period, draft_by=first.draft_by, draft_at=first.draft_at)
    same = [_prepared(field, like) for field in shared]
    columns = ", ".join(field.column for field in (*own, *shared))
    values = ", ".join([f"CAST(column{n} AS {field.cast_db_type(connection)})" for n, field in enumerate(own, 1)])
    unique = ", ".join(fields[name].column for name in UNIQUE)
    changes = ", ".join(f"{fields[name].column} = EXCLUDED.{fields[name].column}" for name in DRAFT_FIELDS)
    row = f"({', '.join(['%s'] * len(own))})"
    with connection.cursor() as cursor:
        for start in range(0, len(readings), BATCH):
            batch = readings[start : start + BATCH]
            # «WHERE true»: without it SQLite takes ON for the beginning of a join
            sql = (
                f"INSERT INTO {Reading._meta.db_table} ({columns})"  # noqa: S608  (names of our own model)
                f" SELECT {values}{', %s' * len(same)} FROM (VALUES {', '.join([row] * len(batch))}) AS typed"
                f" WHERE true ON CONFLICT ({unique}) DO UPDATE SET {changes}"
            )
            cursor.execute(sql, [*same, *(_prepared(field, each) for each in batch for field in own)])


def write_history(*, contract: Contract, user: Any, at: dt.datetime, period: dt.date) -> None:
    """A line of history for each draft of the contract that the person changed at this very moment, taken from it."""
    columns = ("reading", "at", "actor", "door", "event", "value", "note")
    into = ", ".join(ReadingEvent._meta.get_field(name).column for name in columns)
    moment = ReadingEvent._meta.get_field("at").get_db_prep_save(at, connection)
    registers = Register.objects.of_contract(contract).order_by().values("pk")
    of_contract, contract_values = registers.query.get_compiler(connection=connection).as_sql()
    sql = (
        f"INSERT INTO {ReadingEvent._meta.db_table} ({into})"  # noqa: S608  (names of our own models)
        " SELECT id, %s, %s, %s, CASE WHEN draft IS NULL AND draft_text = '' THEN %s ELSE %s END, draft, draft_text"
        f" FROM {Reading._meta.db_table} WHERE kind = %s AND period = %s AND draft_by_id = %s AND draft_at = %s"
        f" AND register_id IN ({of_contract})"
    )
    said = [moment, user.pk, Door.EXCEL.value, Event.CLEARED.value, Event.TYPED.value]
    day = Reading._meta.get_field("period").get_db_prep_save(period, connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*said, Kind.CURRENT.value, day, user.pk, moment, *contract_values])


def _prepared(field: Any, reading: Reading) -> Any:
    return field.get_db_prep_save(getattr(reading, field.attname), connection)
