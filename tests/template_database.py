"""A database that is migrated once and copied for every session and worker.

Migrating takes twenty seconds, copying a fraction of one. The template's name is the hash of all
migrations, so that a changed migration makes a new one by itself.
"""

import fcntl
import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

TEMPLATES_DIR = settings.BASE_DIR / "var" / "test-templates"
DAY = 24 * 3600


def migrations_hash() -> str:
    """The hash of every migration of every installed app."""
    digest = hashlib.sha256()
    for label in sorted(config.label for config in apps.get_app_configs()):
        module_name, _ = MigrationLoader.migrations_module(label)
        try:
            folder = Path(import_module(module_name).__file__).parent
        except ModuleNotFoundError:
            continue
        for file in sorted(folder.glob("[0-9]*.py")):
            digest.update(label.encode() + file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def point_at(name: Any) -> None:
    """Sends this connection, and those that threads open later, to another database."""
    connections.close_all()
    connection.settings_dict["NAME"] = str(name)


@contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Workers that start together make the template once."""
    TEMPLATES_DIR.mkdir(parents=True, exist_ok=True)
    with (TEMPLATES_DIR / f"{connection.vendor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class SqliteDatabase:
    """Copies of a template file."""

    def __init__(self, name: str, folder: Path) -> None:
        self.template = TEMPLATES_DIR / f"{migrations_hash()}.sqlite3"
        self.file = folder / f"{name}.sqlite3"
        connection.settings_dict["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"

    def create(self) -> None:
        """Makes the template when there is none, and this session's copy."""
        with only_one_at_a_time():
            if not self.template.exists():
                unfinished = self.template.with_suffix(".unfinished")
                unfinished.unlink(missing_ok=True)
                point_at(unfinished)
                call_command("migrate", verbosity=0, interactive=False)
                connections.close_all()
                unfinished.rename(self.template)
                self._forget_old_templates()
        self.restore()

    def _forget_old_templates(self) -> None:
        """Templates of migrations of yesterday; today's may serve a session that runs now."""
        for old in TEMPLATES_DIR.glob("*.sqlite3"):
            if time.time() - old.stat().st_mtime > DAY:
                old.unlink()

    def restore(self) -> None:
        """The copy as it was before any test."""
        connections.close_all()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.file)
        point_at(self.file)

    def drop(self) -> None:
        """Leaves nothing behind."""
        connections.close_all()
        self.file.unlink(missing_ok=True)


class PostgresqlDatabase:
    """Databases made from a TEMPLATE database."""

    def __init__(self, name: str, folder: Path) -> None:
        self.template = f"portal_template_{migrations_hash()}"
        self.name = f"portal_test_{name}"
        connection.settings_dict["OPTIONS"].pop(
            "pool", None
        )  # a pooled connection would keep the database from being dropped

    def create(self) -> None:
        """Makes the template when there is none, and this session's copy."""
        with only_one_at_a_time():
            if not self._execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.template]):
                unfinished = f"{self.template}_unfinished"
                self._execute(f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)')
                self._execute(f'CREATE DATABASE "{unfinished}"')
                point_at(unfinished)
                call_command("migrate", verbosity=0, interactive=False)
                self._execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{self.template}"')
        self._copy()

    def restore(self) -> None:
        """The copy as it was before any test."""
        self._copy()

    def drop(self) -> None:
        """Leaves nothing behind."""
        self._execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _copy(self) -> None:
        self.drop()
        self._execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')
        point_at(self.name)

    def _execute(self, sql: str, params: list | None = None) -> list:
        point_at("postgres")
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows = cursor.fetchall() if cursor.description else []
        connections.close_all()
        return rows


Database = SqliteDatabase | PostgresqlDatabase


def new_database(name: str, folder: Path) -> Database:
    """The kind of database that the settings ask for."""
    kind = SqliteDatabase if connection.vendor == "sqlite" else PostgresqlDatabase
    return kind(name, folder)
