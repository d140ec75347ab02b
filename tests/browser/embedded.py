"""The embedded mode started as a person starts it: web and worker, demo data, a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from django.conf import settings

from tests import template_database

ROOT = settings.BASE_DIR


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def manage(environment: dict[str, str], *arguments: str) -> None:
    """A management command; what it says is shown only when it fails."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def prepare(var_dir: Path, environment: dict[str, str]) -> None:
    """The database with the demo and the static files; the migrated template saves the migrating."""
    template = template_database.TEMPLATES_DIR / f"{template_database.migrations_hash()}.sqlite3"
    if template.exists():
        shutil.copyfile(template, var_dir / "portal.sqlite3")
    manage(environment, "migrate", "--noinput")
    manage(environment, "make_demo")
    manage(environment, "collectstatic", "--noinput")


@contextmanager
def embedded_portal(var_dir: Path) -> Iterator[str]:
    """Starts the portal and yields its address; ends web and worker afterwards."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"VAR_DIR": str(var_dir), "PORT": str(port)}
    environment["REGISTRATION_SUSPICION_ATTEMPTS"] = "100"  # all tests register from one address
    prepare(var_dir, environment)
    with (var_dir / "portal.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "scripts/serve.py"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            url = f"http://localhost:{port}"
            wait_until_it_answers(url, process, log.name)
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def wait_until_it_answers(url: str, process: subprocess.Popen, log: str) -> None:
    """Half a minute for the first answer."""
    for _ in range(300):
        assert process.poll() is None, Path(log).read_text()
        try:
            urllib.request.urlopen(f"{url}/accounts/login/", timeout=5).close()
            return
        except (URLError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"The portal does not answer at {url}:\n{Path(log).read_text()}")
