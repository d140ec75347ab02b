"""Each wrong setting is told by the sentence that mends it."""

import pytest
from django.core.checks import Error
from pytest_django import Settings

from portal import checks
from portal.demo import builders

PRODUCTION = {
    "PORTAL_MODE": "production",
    "EMBEDDED": False,
    "DATABASE_URL": "postgres://portal@localhost/portal",
    "REDIS_URL": "redis://localhost:6379/0",
    "ALLOWED_HOSTS": ["portal.example.com"],
    "PORTAL_URL": "https://portal.example.com",
    "EMAIL_URL": "smtp://localhost:25",
}


@pytest.fixture
def production(settings: Settings) -> Settings:
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    return settings


def ids(errors: list[Error]) -> list[str]:
    return [error.id for error in errors]


def test_the_embedded_mode_needs_nothing(settings: Settings) -> None:
    settings.EMBEDDED, settings.PORTAL_MODE = True, "embedded"
    assert checks.check_mode(None) == []


def test_a_whole_production_is_accepted(production: Settings) -> None:
    assert checks.check_mode(None) == []


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "PORTAL_URL", "EMAIL_URL"])
def test_production_names_what_it_lacks(production: Settings, name: str) -> None:
    setattr(production, name, type(PRODUCTION[name])())
    (error,) = checks.check_mode(None)
    assert error.id == "portal.E002"
    assert error.msg.startswith(f"{name} is not set: set it to ")


def test_production_refuses_sqlite(production: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(production.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    assert ids(checks.check_database(None)) == ["portal.E003"]


@pytest.mark.parametrize(("demanded", "told"), [(True, []), (False, ["portal.I001"])])
def test_production_warns_where_staff_need_no_second_factor(
    production: Settings, demanded: bool, told: list[str]
) -> None:
    production.STAFF_SECOND_FACTOR = demanded
    assert ids(checks.check_staff_second_factor(None)) == told


def test_the_embedded_mode_asks_staff_for_none(settings: Settings) -> None:
    settings.EMBEDDED, settings.STAFF_SECOND_FACTOR = True, False
    assert checks.check_staff_second_factor(None) == []


@pytest.mark.django_db
def test_production_refuses_demo_accounts(production: Settings) -> None:
    builders.user("client@example.com", is_demo=True)
    assert ids(checks.check_no_demo_accounts(None, databases=["default"])) == ["portal.E004"]


@pytest.mark.django_db
def test_production_takes_a_database_without_demo_accounts(production: Settings) -> None:
    builders.user("person@example.com")
    builders.user("gone@example.com", is_demo=True, is_active=False)
    assert checks.check_no_demo_accounts(None, databases=["default"]) == []
