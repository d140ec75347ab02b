"""Every check that needs no test: style, types, import order, templates, migrations, deployment settings.

Runs them all and then tells which failed; ``make format`` mends style.
"""

import os
import subprocess
import sys
import time

from steps import ROOT, say

BIN = ROOT / ".venv" / "bin"


def production() -> dict[str, str]:
    """The example of a production start, which is what ``check --deploy`` judges."""
    lines = (ROOT / "scripts" / "production.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def files(pattern: str) -> list[str]:
    """The project's own files of a kind, those not committed yet included."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", pattern], cwd=ROOT, capture_output=True, text=True
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def checks() -> dict[str, list[str]]:
    """Title → command."""
    templates = files("*.html")
    manage = [str(BIN / "python"), "manage.py"]
    return {
        "ruff": [str(BIN / "ruff"), "check", "--quiet", "."],
        "ruff format": [str(BIN / "ruff"), "format", "--quiet", "--check", "."],
        "mypy": [str(BIN / "mypy")],
        "import order": [str(BIN / "lint-imports"), "--no-cache"],
        "templates (djade)": [str(BIN / "djade"), "--check", *templates],
        "templates (djhtml)": [str(BIN / "djhtml"), "--check", "--tabwidth", "2", *templates],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "deployment settings": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
    }


def main() -> int:
    """0 when all is well."""
    failed = []
    for title, command in checks().items():
        started = time.monotonic()
        environment = os.environ | (production() if title == "deployment settings" else {})
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        say(f"{title}: {'FAILED' if done.returncode else 'ok'}, {time.monotonic() - started:.0f} s")
        if done.returncode:
            print(done.stdout + done.stderr, flush=True)
            failed.append(title)
    print(f"Lint failed: {', '.join(failed)}. make format mends style." if failed else "Lint: all is well.", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
