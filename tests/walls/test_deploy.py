"""A production start is judged by Django's own deployment checks and by ours."""

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


def test_a_production_start_without_its_database_says_so_in_one_sentence() -> None:
    nobody_listens = {"DATABASE_URL": "postgres://portal@127.0.0.1:9/portal"}
    done = run_python("-c", "import portal.asgi", environment=production() | nobody_listens)
    assert done.returncode != 0
    assert "The database does not answer" in done.stderr
