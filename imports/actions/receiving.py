"""A file from the moment it comes until it is applied: received, judged in the background, confirmed or thrown away."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from cabinet.common import jobs
from cabinet.common.errors import DomainError, NotAllowed
from cabinet.common.garbage import uncollected
from cabinet.common.jobs import JobState
from imports.kinds import KINDS
from imports.models import Load, LoadRow
from imports.permissions import may_load
from imports.resource import Judged
from imports.source import check_file, open_source
from imports.statuses import Outcome, Stage

NAME_LENGTH = 200
AT_ONCE = 1_000
"""Lines judged at once: with the widest key their query stays far below SQLite's limit of parameters."""
SHOWN_LENGTH = 300
"""Of a cell in the preview."""
BUSY = "Эта загрузка ещё обрабатывается."


def receive(*, user: Any, kind: str, file: UploadedFile) -> Load:
    """Take a file in and have it judged in the background.

    Raises NotAllowed for a kind the person may not load, DomainError with the reason for a file that is none.
    """
    if not may_load(user, kind):
        raise NotAllowed("Эти данные вы не загружаете.")
    name = (file.name or "")[-NAME_LENGTH:]
    check_file(file, name)
    file.seek(0)
    with transaction.atomic():
        load = Load(user=user, kind=kind, name=name)
        load.file.save(name, file, save=False)
        load.save()
        enqueue(load)
    return load


def judge_again(*, user: Any, load: Load) -> None:
    """Have a file judged anew: what was in the database has changed since. Raises DomainError while it is worked on."""
    waiting = Load.objects.for_user(user).filter(pk=load.pk, applied_at=None).exclude(state__in=JobState.active())
    with transaction.atomic():
        if not waiting.exclude(file="").update(stage=Stage.JUDGING, **queued()):
            raise DomainError(BUSY)
        enqueue(load)


def throw_away(*, user: Any, load: Load) -> None:
    """Remove a load that was not applied, with its file. Raises DomainError while it is worked on, or once it is."""
    waiting = Load.objects.for_user(user).filter(pk=load.pk, applied_at=None).exclude(state=JobState.WORKING)
    with transaction.atomic():
        if not waiting.update(state=JobState.FAILED, claim=None):
            raise DomainError("Эта загрузка выполняется или уже выполнена: удалить её нельзя.")
        LoadRow.objects.filter(load=load).drop()
        Load.objects.filter(pk=load.pk).delete()
    if load.file:
        load.file.delete(save=False)


def revive(load: Load) -> None:
    """Queue a load again whose task nobody does any more."""
    with transaction.atomic():
        jobs.queue_again_if_stuck(load, enqueue)


def queued() -> dict[str, Any]:
    """The fields of a job that waits anew."""
    return {
        "state": JobState.QUEUED,
        "claim": None,
        "claimed_at": None,
        "progress": 0,
        "failure": "",
        "queued_at": timezone.now(),
    }


def enqueue(load: Load) -> None:
    """Within the transaction that writes the row: there is never one without its task."""
    async_task("imports.tasks.work_on_load", load.pk)


def judge(load: Load) -> None:
    """Judge the file of a claimed load; the rows of an earlier judging go."""
    counts: Counter[str] = Counter(dict.fromkeys(Outcome.values, 0))
    tell = jobs.teller(load)
    with uncollected(), local(load) as path:
        LoadRow.objects.filter(load=load).drop()
        resource = KINDS[load.kind](load.user)
        source = open_source(path, load.name, resource.file_titles())
        # no transaction around it all: on SQLite nobody else could write until the last line is judged
        while batch := list(islice(source.lines, AT_ONCE)):
            judged = resource.judge(batch, source.titles)
            LoadRow.objects.bulk_create(row_of(load, one) for one in judged)
            counts.update(one.outcome for one in judged)
            tell(min(99, counts.total() // AT_ONCE))
    summary = dict(counts) | {"titles": source.titles}
    done = {"summary": summary, "notes": source.notes, "sheet": source.sheet, "judged_at": timezone.now()}
    jobs.end(load, state=JobState.DONE, progress=100, **done)


def row_of(load: Load, judged: Judged) -> LoadRow:
    """The line as the database keeps it."""
    return LoadRow(
        load=load,
        number=judged.number,
        outcome=judged.outcome,
        cells=[text[:SHOWN_LENGTH] for text in judged.cells],
        before=judged.before,
        errors=judged.errors,
        fields=judged.fields,
        was=judged.was,
        object_id=judged.object_id,
    )


@contextmanager
def local(load: Load) -> Iterator[Path]:
    """The file as one of this machine: a copy where files are kept elsewhere."""
    if isinstance(load.file.storage, FileSystemStorage):
        yield Path(load.file.path)
        return
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        path = Path(folder) / "file"
        with load.file.open() as stored, path.open("wb") as copy:
            shutil.copyfileobj(stored, copy)
        yield path
