"""Models and migrations say the same, and an empty database comes up to date by them."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


@pytest.mark.django_db
def test_no_model_waits_for_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_an_empty_database_has_come_up_to_date() -> None:
    """The tests' own database was empty before these very migrations made it."""
    call_command("migrate", check_unapplied=True, verbosity=0)
    applied = MigrationRecorder(connection).applied_migrations()
    assert ("accounts", "0001_initial") in applied
