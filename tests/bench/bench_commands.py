"""How long ``make run`` takes from nothing (bar: 90 s) and the second time (bar: 5 s); the last ``make test``."""

import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

from tests.browser.embedded import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 600


def until_the_first_page(clone: Path) -> float:
    """Starts the portal in a clone, waits for a page, ends it."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in ("VAR_DIR", "PORTAL_URL")}
    started = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=environment | {"PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while time.monotonic() - started < PATIENCE:
            try:
                urllib.request.urlopen(f"http://localhost:{port}/accounts/login/", timeout=10).close()
                return time.monotonic() - started
            except URLError:
                time.sleep(0.1)
        raise SystemExit("make run did not bring a page")
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def main() -> None:
    """A clone of what is committed, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "portal"
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
        for name in ("make_run_from_nothing", "make_run_again"):
            print(f"{name} {until_the_first_page(clone):.1f} s - -", flush=True)
    record = ROOT / "var" / "log" / "make-test-seconds"
    print(f"make_test {record.read_text()} s - -" if record.exists() else "make_test - s - - (run make test first)")


if __name__ == "__main__":
    main()
