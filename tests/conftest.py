"""What every test stands on: the test database, the settings that tests change, the cast."""

import logging
import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from tests import template_database

pytest_plugins = ["tests.cast", "tests.queue"]

RESTORE = pytest.StashKey[Callable[[], None]]()
FIXTURES_WITH_DATABASE = {"db", "transactional_db", "live_server"}


def touches_database(item: pytest.Item) -> bool:
    """Whether a test has a database at all."""
    return bool(item.get_closest_marker("django_db") or FIXTURES_WITH_DATABASE & set(item.fixturenames))


def runs_on_sqlite(item: pytest.Item) -> bool:
    """Everything but what says something of PostgreSQL alone."""
    return item.get_closest_marker("postgresql") is None


def writes_for_good(item: pytest.Item) -> bool:
    """Whether a test commits, so that the database must be restored after it."""
    marker = item.get_closest_marker("django_db")
    transactional = marker is not None and marker.kwargs.get("transaction", False)
    return transactional or bool({"transactional_db", "live_server"} & set(item.fixturenames))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """SQLite runs everything but what is PostgreSQL's own; PostgreSQL runs what touches the database."""
    runs_here = runs_on_sqlite if connection.vendor == "sqlite" else touches_database
    left_out = [item for item in items if not runs_here(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if runs_here(item)]


def worker_number() -> int:
    """0 without xdist, else 1, 2 …"""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1


def own_caches() -> dict[str, dict]:
    """In Redis each worker has a database of its own: emptying one's cache leaves the others' alone."""
    if not settings.REDIS_URL:
        return settings.CACHES
    location = f"{settings.REDIS_URL.rsplit('/', 1)[0]}/{worker_number()}"
    return {"default": settings.CACHES["default"] | {"LOCATION": location}}


def pytest_configure() -> None:
    """pytest keeps the log records itself; the portal's JSON lines would say them twice."""
    logging.getLogger().handlers.clear()


@pytest.fixture(scope="session", autouse=True)
def settings_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Quick passwords, plain static files, nothing of a test in the developer's ``var/``."""
    plain_storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES=settings.STORAGES | {"staticfiles": plain_storage},
        CACHES=own_caches(),
        MEDIA_ROOT=tmp_path_factory.mktemp("media"),
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
    ):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """This worker's own copy of the migrated database."""
    name = f"{worker_number()}_{os.getpid()}"
    with django_db_blocker.unblock():
        database = template_database.new_database(name, tmp_path_factory.mktemp("database"))
        database.create()

    def restore() -> None:
        with django_db_blocker.unblock():
            database.restore()

    request.config.stash[RESTORE] = restore
    yield
    del request.config.stash[RESTORE]
    with django_db_blocker.unblock():
        database.drop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """After a test that commits, data that came from migrations are gone: copy the template again."""
    result = yield
    if writes_for_good(item) and RESTORE in item.config.stash:
        item.config.stash[RESTORE]()
    return result


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Limits of attempts counted by one test never refuse another."""
    yield
    cache.clear()


@pytest.fixture
def memory_cache(settings: Settings) -> None:
    """For tests that travel in time: Redis keeps its own clock."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
