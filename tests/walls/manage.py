"""Management commands in a process of their own, where settings are read anew."""

import os
import subprocess
import sys

from django.conf import settings


def production() -> dict[str, str]:
    """The example of a production start."""
    lines = (settings.BASE_DIR / "scripts" / "production.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def run_python(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """``python …`` at the project's root."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
    )
