"""Everything that must hold before a change is done; goes on after a failure and sums up in the last line.

python3.11 scripts/run_tests.py
"""

import os
import re
import subprocess
import sys
import time

import lint
import prepare
from services import services
from steps import LOGS, ROOT

PYTEST = [str(ROOT / ".venv" / "bin" / "pytest"), "-q", "--durations=3"]
WORKERS = ["-n", str(min(os.cpu_count() or 1, 4))]


class Summary:
    """What was run and how it ended."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.passed: list[str] = []
        self.failed: list[str] = []

    def note(self, title: str, *, ok: bool) -> None:
        """One part is over."""
        (self.passed if ok else self.failed).append(title)

    def last_line(self) -> str:
        """The result in one sentence."""
        minutes, seconds = divmod(round(time.monotonic() - self.started), 60)
        took = f"in {minutes} min {seconds} s"
        if self.failed:
            return f"FAILED {took}: {'; '.join(self.failed)}."
        return f"All passed {took}: {'; '.join(self.passed)}."


def pytest(summary: Summary, title: str, arguments: list[str], environment: dict[str, str] | None = None) -> None:
    """One session of pytest, shown as it goes; its count of tests goes into the summary."""
    print(f"\n{title}", flush=True)
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    command = [*PYTEST, *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, env=clean | (environment or {}), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        counts = ""
        for line in process.stdout:
            print(line, end="", flush=True)
            if re.search(r"\d+ (passed|failed|error)", line):
                counts = line.strip().split(" in ")[0].strip("= ")
    summary.note(f"{title} {counts or 'did not run'}", ok=process.returncode == 0)


def main() -> int:
    """0 when all passed."""
    summary = Summary()
    print("Preparing", flush=True)
    sys.argv.append("--tests")
    prepare.main()
    print("\nLint", flush=True)
    summary.note("lint", ok=lint.main() == 0)
    pytest(summary, "SQLite:", [*WORKERS, "--ignore=tests/browser"])
    with services() as environment:
        pytest(summary, "PostgreSQL and Redis:", [*WORKERS, "--ignore=tests/browser"], environment)
    pytest(summary, "Browser:", ["tests/browser"])
    (LOGS / "make-test-seconds").write_text(f"{time.monotonic() - summary.started:.0f}")
    print(f"\n{summary.last_line()}", flush=True)
    return bool(summary.failed)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")
