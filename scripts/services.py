"""PostgreSQL and Redis of the tests' own: loopback ports, a temporary folder, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steps import stop

# Data of tests may be lost with the machine: nothing waits for the disk.
QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=256MB"


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgresql_program(name: str) -> str:
    """Debian keeps the server's programs off the path; the newest version counts."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(versions[-1]) if versions else shutil.which(name) or name


@contextmanager
def services() -> Iterator[dict[str, str]]:
    """The environment that leads to both; ends them whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    try:
        with postgresql(folder / "postgresql") as database_url, redis(folder / "redis") as redis_url:
            yield {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A cluster of an unprivileged user: PostgreSQL refuses to run as root."""
    folder.mkdir()
    person = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for path in (folder.parent, folder):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
        person = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    data, port = folder / "data", free_port()
    initdb = [postgresql_program("initdb"), "-D", data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    run([*initdb, "--no-sync"], "PostgreSQL could not be set up", cwd=folder, **person)
    pg_ctl = [postgresql_program("pg_ctl"), "-D", data]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c max_connections=200 -k {folder} {QUICK}"
    start = [*pg_ctl, "-w", "-l", folder / "log", "-o", options, "start"]
    run(start, "PostgreSQL did not start", cwd=folder, stdout=subprocess.DEVNULL, **person)
    try:
        yield f"postgres://portal@127.0.0.1:{port}/postgres"
    finally:
        stop_it = [*pg_ctl, "-m", "immediate", "stop"]
        run(stop_it, "PostgreSQL did not stop", cwd=folder, stdout=subprocess.DEVNULL, **person)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis that keeps nothing."""
    folder.mkdir()
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if is_listening(port):
                break
            time.sleep(0.05)
        else:
            stop("Redis did not start.")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


def is_listening(port: int) -> bool:
    """Whether something answers there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def run(command: list, complaint: str, **options: object) -> None:
    """A command that must work."""
    options = {"stdout": subprocess.PIPE} | options
    done = subprocess.run([str(word) for word in command], stderr=subprocess.PIPE, text=True, **options)
    if done.returncode:
        stop(f"{complaint}:\n{done.stderr}")
