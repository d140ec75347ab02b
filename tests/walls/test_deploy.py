"""A production start is judged by Django's own deployment checks and by ours."""

from pathlib import Path

import pytest

from tests.walls.manage import production, run_python


def test_deployment_settings_are_clean() -> None:
    done = run_python("manage.py", "check", "--deploy", "--fail-level", "WARNING", environment=production())
    assert done.returncode == 0, done.stderr


def test_a_production_start_without_settings_stops_and_names_each() -> None:
    wanted = {"PORTAL_MODE": "production", "SECRET_KEY": "x" * 60, "DATABASE_URL": "", "REDIS_URL": ""}
    done = run_python("-c", "import portal.asgi", environment=wanted)
    assert done.returncode != 0
    for name in ("DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "PORTAL_URL", "EMAIL_URL"):
        assert f"{name} is not set: set it to " in done.stderr


@pytest.mark.parametrize("mode", ["prod", "Production", ""])
def test_a_mistyped_mode_starts_nothing(mode: str) -> None:
    done = run_python("-c", "import portal.asgi", environment=production() | {"PORTAL_MODE": mode})
    assert done.returncode != 0
    assert f"PORTAL_MODE is «{mode}»: set embedded or production." in done.stderr


def test_weak_settings_stop_a_production_start() -> None:
    done = run_python("-c", "import portal.asgi", environment=production() | {"DEBUG": "true", "SECRET_KEY": "x" * 60})
    assert done.returncode != 0
    assert "security.W018" in done.stderr and "security.W009" in done.stderr


def test_the_folder_of_the_embedded_mode_is_its_owners_alone(tmp_path: Path) -> None:
    var_dir = tmp_path / "var"
    var_dir.mkdir(mode=0o755)
    done = run_python("manage.py", "check", environment={"VAR_DIR": str(var_dir)})
    assert done.returncode == 0, done.stderr
    assert var_dir.stat().st_mode & 0o777 == 0o700


def test_a_production_start_without_its_database_says_so_in_one_sentence() -> None:
    nobody_listens = {"DATABASE_URL": "postgres://portal@127.0.0.1:9/portal"}
    done = run_python("-c", "import portal.asgi", environment=production() | nobody_listens)
    assert done.returncode != 0
    assert "The database does not answer" in done.stderr
