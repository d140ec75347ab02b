"""Makes everything that the portal needs to run, to be tested or measured, and only what is not there yet.

    python3.11 scripts/prepare.py [--tests | --bench]

Wants Python 3.11 alone: pipenv comes into ``var/tools``, Node.js by a wheel where the machine has none.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import system_packages
from steps import ROOT, Step, StepFailed, run_side_by_side, stop

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TOOLS = ROOT / "var" / "tools"
VAR_DIR = Path(os.environ.get("VAR_DIR", ROOT / "var"))
APPS = ("portal", "cabinet/*", "cms_pages/*", "edo", "imports", "notifications")
NODE_AT_LEAST = 20
NODE_FOR_LIGHTHOUSE = 22
PIPENV = "pipenv~=2026.0"


def pipenv_environment() -> dict[str, str]:
    """Pipenv keeps to the project's own .venv, whatever environment the caller has active."""
    return os.environ | {
        "PIPENV_VENV_IN_PROJECT": "1",
        "PIPENV_IGNORE_VIRTUALENVS": "1",
        "PIPENV_NOSPIN": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def bring_pipenv() -> Step:
    """Pipenv, in an environment of its own."""
    home = TOOLS / "pipenv"
    commands = [[sys.executable, "-m", "venv", "--clear", home], [home / "bin" / "pip", "install", "-q", PIPENV]]
    return Step("Pipenv", commands, stamp=home / "stamp")


def python_packages(title: str, categories: str) -> Step:
    """Packages of the lock, by category."""
    pipenv = TOOLS / "pipenv" / "bin" / "pipenv"
    return Step(
        title,
        [[pipenv, "--python", sys.executable, "sync", "--categories", categories]],
        inputs=["Pipfile.lock"],
        stamp=VENV / f"stamp-{categories.replace(' ', '-')}",
        environment=pipenv_environment(),
    )


def has_node(at_least: int) -> bool:
    """Whether the machine's own Node.js is new enough."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    return int(version.lstrip("v").split(".")[0] or 0) >= at_least


def front_end() -> list[Step]:
    """The stylesheet, scripts, icons and fonts."""
    path = {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}  # where the wheel's node is, if it was needed
    environment = os.environ | path
    modules = Step(
        "Node packages",
        [["npm", "ci", "--no-progress"]],
        inputs=["package-lock.json", ".npmrc"],
        stamp=ROOT / "node_modules" / "stamp",
        environment=environment,
    )
    build = Step(
        "Front end",
        [["npm", "run", "build"]],
        inputs=["package-lock.json", "package.json", "assets/**/*"],
        stamp=ROOT / "var" / "build" / "portal" / "stamp",
        environment=environment,
    )
    return [modules, build]


def static_files() -> Step:
    """All static files under names that carry their hash."""
    return Step(
        "Static files",
        [[PYTHON, "manage.py", "collectstatic", "--noinput", "-v", "0", "--clear"]],
        inputs=["Pipfile.lock", "package-lock.json", "assets/**/*", "portal/static_files.py"]
        + [f"{app}/static/**/*" for app in APPS],
        stamp=VAR_DIR / "static" / "stamp",
    )


def database() -> Step:
    """Tables and the demo; another database than the embedded one is brought up to date at every start."""
    commands = [[PYTHON, "manage.py", "migrate", "--noinput", "-v", "0"], [PYTHON, "manage.py", "make_demo"]]
    embedded = VAR_DIR / "portal.sqlite3"
    stamp = VAR_DIR / "portal.sqlite3.stamp"
    if not embedded.exists():
        stamp.unlink(missing_ok=True)
    return Step(
        "Database with the demo",
        commands,
        inputs=["Pipfile.lock", "portal/demo/*.py"] + [f"{app}/migrations/*.py" for app in APPS],
        stamp=None if os.environ.get("DATABASE_URL") else stamp,
    )


def prepare(*, tests: bool, node: int = NODE_AT_LEAST) -> None:
    """All steps, those that do not wait for each other side by side."""
    needs = system_packages.FOR_RUNNING + (system_packages.FOR_TESTS if tests else ())
    system_packages.ensure(needs)
    python = [bring_pipenv()]
    if not has_node(node):
        python.append(python_packages("Node.js", "node"))
        run_side_by_side(python)
    python.append(python_packages("Python packages", "packages"))
    if tests:
        python.append(python_packages("Python packages for tests", "dev-packages"))
    run_side_by_side(python, front_end())
    run_side_by_side([static_files()], [] if tests else [database()])


def main() -> None:
    """Prepares with progress, or ends with one plain message."""
    if sys.version_info[:2] != (3, 11):
        stop(f"The portal needs Python 3.11, this is {sys.version.split()[0]}: make PYTHON=/path/to/python3.11 …")
    started = time.monotonic()
    try:
        prepare(
            tests="--tests" in sys.argv or "--bench" in sys.argv,
            node=NODE_FOR_LIGHTHOUSE if "--bench" in sys.argv else NODE_AT_LEAST,
        )
    except StepFailed as failure:
        stop(str(failure))
    except KeyboardInterrupt:
        stop("Interrupted.")
    if time.monotonic() - started > 1:
        print(f"  Ready in {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
