"""Starts the embedded mode: web and worker together, one Ctrl-C ends both.

python3.11 scripts/serve.py        (PORT is 8000 unless it is set)
"""

import os
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def is_free(port: int) -> bool:
    """Whether nobody listens there yet."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def main() -> None:
    """Replaces itself by honcho, so that signals reach it directly."""
    port = os.environ.get("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        sys.exit(f"PORT is «{port}»: set a number from 1 to 65535.")
    if not is_free(int(port)):
        sys.exit(f"Port {port} is taken: stop what listens there, or choose another one: make run PORT=8001")
    url = os.environ.setdefault("PORTAL_URL", f"http://localhost:{port}")  # honcho gives each process another PORT
    print(f"\nThe portal starts at {url} (client@example.com, password Demo-2026). Ctrl-C ends it.\n", flush=True)
    os.chdir(ROOT)
    honcho = str(ROOT / ".venv" / "bin" / "honcho")
    os.execv(honcho, [honcho, "start", "--port", port])


if __name__ == "__main__":
    main()
