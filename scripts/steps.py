"""Steps that are done once: each keeps a stamp with the hash of what it depends on."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "var" / "log"

Command = Sequence[str | Path]


class StepFailed(Exception):
    """A command of a step ended badly; the message is what a person should read."""


@dataclass
class Step:
    """Commands to run when an input has changed since they last ran, or their result is gone."""

    title: str
    commands: list[Command]
    inputs: list[str] = field(default_factory=list)
    """Patterns of files; a change in any of them makes the step run again."""
    stamp: Path | None = None
    """Lives inside the result, so that it vanishes with it; a step without one runs always."""
    environment: dict[str, str] | None = None

    def digest(self) -> str:
        """The hash of the commands and of all inputs."""
        digest = hashlib.sha256(repr([[str(word) for word in command] for command in self.commands]).encode())
        for pattern in self.inputs:
            for file in sorted(ROOT.glob(pattern)):
                if file.is_file() and "__pycache__" not in file.parts:
                    digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
        return digest.hexdigest()

    def is_done(self) -> bool:
        """Whether the result is there and up to date."""
        return self.stamp is not None and self.stamp.exists() and self.stamp.read_text() == self.digest()

    def run(self) -> None:
        """Runs what is not done yet, its output in ``var/log``."""
        if self.is_done():
            return
        started, digest = time.monotonic(), self.digest()
        say(f"{self.title} …")
        LOGS.mkdir(parents=True, exist_ok=True)
        log = LOGS / f"{self.title.split()[0].lower()}.log"
        with log.open("w") as output:
            for command in self.commands:
                words = [str(word) for word in command]
                done = subprocess.run(words, cwd=ROOT, env=self.environment, stdout=output, stderr=subprocess.STDOUT)
                if done.returncode:
                    output.flush()
                    tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                    raise StepFailed(f"{self.title}: «{' '.join(words)}» failed.\n{tail}\nAll of it: {log}")
        if self.stamp is not None:
            self.stamp.parent.mkdir(parents=True, exist_ok=True)
            self.stamp.write_text(digest)
        say(f"{self.title}: {time.monotonic() - started:.0f} s")


def say(line: str) -> None:
    """A line of progress."""
    print(f"  {line}", flush=True)


def run_side_by_side(*lanes: list[Step]) -> None:
    """Each lane's steps one after another, the lanes at once."""
    with ThreadPoolExecutor(len(lanes)) as pool:
        for lane in [pool.submit(lambda steps: [step.run() for step in steps], steps) for steps in lanes]:
            lane.result()


def stop(message: str) -> None:
    """Ends the command with one plain message."""
    sys.exit(f"\n{message}")
