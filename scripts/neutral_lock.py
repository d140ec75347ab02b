"""Takes every package index out of Pipfile.lock: each machine installs from the index that it is set up for.

The hashes stay, so what is installed stays the same whichever index serves it.
"""

import json
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "Pipfile.lock"


def main() -> None:
    """Rewrites the lock in place."""
    lock = json.loads(LOCK.read_text())
    lock["_meta"]["sources"] = []
    for category, packages in lock.items():
        if category != "_meta":
            for package in packages.values():
                package.pop("index", None)
    LOCK.write_text(json.dumps(lock, indent=4, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
