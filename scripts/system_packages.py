"""Debian packages that pip and npm cannot bring: installed where we may, otherwise named in one line."""

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from steps import say, stop


def library(name: str) -> Callable[[], bool]:
    """Whether the dynamic linker finds a library."""
    return lambda: ctypes.util.find_library(name) is not None


def program(*names: str) -> Callable[[], bool]:
    """Whether one of these programs is on the path."""
    return lambda: any(shutil.which(name) for name in names)


def cyrillic_font() -> bool:
    """Whether fontconfig knows a font with Russian letters."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=ru"], capture_output=True, text=True).stdout.strip())


def postgresql() -> bool:
    """Whether a server is installed; Debian keeps it off the path."""
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


@dataclass(frozen=True)
class Need:
    """What is needed, how to see that it is there, what brings it."""

    why: str
    is_there: Callable[[], bool]
    package: str


FOR_RUNNING = (
    Need("virtual environments", lambda: importlib.util.find_spec("ensurepip") is not None, "python3-venv"),
    Need("PDF", library("pango-1.0"), "libpango-1.0-0"),
    Need("PDF", library("pangoft2-1.0"), "libpangoft2-1.0-0"),
    Need("PDF", library("harfbuzz-subset"), "libharfbuzz-subset0"),
    Need("PDF in Russian", cyrillic_font, "fonts-dejavu-core fontconfig"),
)
FOR_TESTS = (
    Need("tests in a browser", program("chromium"), "chromium"),
    Need("tests on PostgreSQL", postgresql, "postgresql"),
    Need("tests with Redis", program("redis-server"), "redis-server"),
)


def ensure(needs: Iterable[Need]) -> None:
    """Installs what is missing with root or sudo; without them says what is missing and stops."""
    missing = [need for need in needs if not need.is_there()]
    if not missing:
        return
    packages = [package for need in missing for package in need.package.split()]
    wanted = ", ".join(f"{need.package} ({need.why})" for need in missing)
    apt = _apt()
    if apt is None:
        stop(f"Missing: {wanted}. Install by: sudo apt-get install {' '.join(packages)}")
    say(f"System packages: {wanted} …")
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run([*apt, "update", "-q"], **quiet)
    if subprocess.run([*apt, "install", "-y", "-q", "--no-install-recommends", *packages], **quiet).returncode:
        stop(f"Could not install {wanted}. Install by: sudo apt-get install {' '.join(packages)}")


def _apt() -> list[str] | None:
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    may_sudo = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    return ["sudo", "-n", "apt-get"] if may_sudo else None
