"""``make bench``: every measure of this folder, one line a figure: ``name value unit ratio baseline``.

``python -m tests.bench pages readings`` measures those alone.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def main() -> int:
    """Each measure in a process of its own, so that none warms another up."""
    names = sys.argv[1:] or sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))
    failed = []
    print("name value unit ratio baseline", flush=True)
    for name in names:
        if subprocess.run([sys.executable, "-m", f"tests.bench.bench_{name}"], cwd=ROOT).returncode:
            failed.append(name)
    if failed:
        print(f"Not measured: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
