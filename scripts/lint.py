"""Every check that needs no test: style, types, import order, templates, migrations, deployment settings.

Runs them all and then tells which failed. ``--format`` mends what can be mended by a program.
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


def templates() -> list[str]:
    """Our templates, those not committed yet included; overrides of Wagtail's keep the shape of their originals."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "*.html", ":!portal/templates/wagtailadmin"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.splitlines()
    return [name for name in listed if (ROOT / name).exists()]


def program(name: str) -> str:
    """A program of the project's own environment."""
    return str(BIN / name)


def checks() -> dict[str, list[str]]:
    """Title → command."""
    manage = [program("python"), "manage.py"]
    return {
        "ruff": [program("ruff"), "check", "--quiet", "."],
        "ruff format": [program("ruff"), "format", "--quiet", "--check", "."],
        "mypy": [program("mypy")],
        "import order": [program("lint-imports"), "--no-cache"],
        "templates (djade)": [program("djade"), "--check", *templates()],
        "templates (djhtml)": [program("djhtml"), "--check", "--tabwidth", "2", *templates()],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "deployment settings": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
    }


def mend() -> None:
    """Rewrites code and templates in the project's style."""
    for command in (
        [program("ruff"), "check", "--quiet", "--fix", "."],
        [program("ruff"), "format", "--quiet", "."],
        [program("djade"), *templates()],
        [program("djhtml"), "--tabwidth", "2", *templates()],
    ):
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL)


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
    sys.exit(mend() if "--format" in sys.argv else main())
