"""Work that a person asked for and the background worker does: its row, its claim, its progress, its end.

A job is a row of a model of its own (``class FormExport(Job)``); the task is given its primary key.
Tasks are delivered at least once and workers die, so a run first claims the row, and only the run
whose claim still stands may write into it. Old rows and files are removed after a day.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from cabinet.common.errors import DomainError

log = logging.getLogger(__name__)

KEPT = dt.timedelta(days=1)
TOLD_EVERY = dt.timedelta(milliseconds=500)
REASON_LENGTH = 300

J = TypeVar("J", bound="Job")


class JobState(models.TextChoices):
    """How far a job is."""

    QUEUED = "queued", "В очереди"
    WORKING = "working", "Выполняется"
    DONE = "done", "Готово"
    FAILED = "failed", "Не выполнено"

    @classmethod
    def active(cls) -> list["JobState"]:
        """The states in which somebody still works on it."""
        return [cls.QUEUED, cls.WORKING]


class JobQuerySet(models.QuerySet):
    """Jobs of one kind."""

    def active(self) -> "JobQuerySet":
        """Those that wait or are being done, stuck ones included."""
        return self.filter(state__in=JobState.active())

    def alive(self) -> "JobQuerySet":
        """Those that wait or are being done and will come to an end."""
        return self.active().exclude(self._is_stuck())

    def of_last_hour(self) -> "JobQuerySet":
        """Those asked for within an hour: what a person's limits count."""
        return self.filter(created_at__gt=timezone.now() - dt.timedelta(hours=1))

    def free(self) -> "JobQuerySet":
        """Those that a run may claim: waiting ones, and ones whose run has died."""
        return self.filter(Q(state=JobState.QUEUED) | self._is_stuck())

    def stuck(self) -> "JobQuerySet":
        """Those that nobody took in time, or whose run has died."""
        return self.filter(self._is_stuck())

    def _is_stuck(self) -> Q:
        before = timezone.now() - self.model.PATIENCE
        return Q(state=JobState.QUEUED, queued_at__lt=before) | Q(state=JobState.WORKING, claimed_at__lt=before)


class Job(models.Model):
    """A person's job for the background worker.

    ``claim`` and ``claimed_at`` say which run of the task works on it: a run that was overtaken
    stores nothing. ``failure`` is the sentence that the person reads.
    """

    PATIENCE: ClassVar = dt.timedelta(minutes=11)  # longer than the queue lets a task run

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="кто", related_name="+")
    state = models.CharField("состояние", max_length=10, choices=JobState, default=JobState.QUEUED)
    progress = models.PositiveSmallIntegerField("готово, %", default=0)
    failure = models.CharField("причина отказа", max_length=REASON_LENGTH, blank=True)
    claim = models.UUIDField("кем выполняется", null=True)
    claimed_at = models.DateTimeField("начато", null=True)
    queued_at = models.DateTimeField("поставлено в очередь", default=timezone.now)
    created_at = models.DateTimeField("заказано", auto_now_add=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_active(self) -> bool:
        """Whether it waits or is being done."""
        return self.state in JobState.active() and not self.is_stuck

    @property
    def is_stuck(self) -> bool:
        """Whether nobody took it in time, or the run that took it has died: it may be queued again."""
        since = {JobState.QUEUED: self.queued_at, JobState.WORKING: self.claimed_at}.get(JobState(self.state))
        return since is not None and since < timezone.now() - self.PATIENCE


@contextmanager
def one_press_of(user: Any) -> Iterator[None]:
    """A transaction in which the person's other presses wait, so that limits and «not twice» hold."""
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
        yield


def claim(model: type[J], pk: int, *related: str) -> J | None:
    """The job, claimed for this run alone, with these relations; None when another run has it or it is over."""
    changes = {"state": JobState.WORKING, "claim": uuid.uuid4(), "claimed_at": timezone.now(), "progress": 0}
    if not model.objects.free().filter(pk=pk).update(**changes):
        return None
    return model.objects.select_related("user", *related).get(pk=pk)


def run(job: Job, work: Callable[[], None], failed: str) -> None:
    """Do the work of a claimed job, which ends the job itself when all went well.

    A DomainError becomes the job's failure in its own words; anything else is logged and becomes ``failed``.
    """
    try:
        work()
    except DomainError as refusal:
        end(job, state=JobState.FAILED, failure=str(refusal)[:REASON_LENGTH])
    except Exception:
        # Whatever it was, the person must learn that it failed; the log keeps the cause.
        log.exception("job failed", extra={"data": {"job": job._meta.model_name, "pk": job.pk}})
        end(job, state=JobState.FAILED, failure=failed)


def teller(job: Job) -> Callable[[int], None]:
    """Stores the progress in per cent, not oftener than twice a second."""
    told = timezone.now()

    def tell(percent: int) -> None:
        nonlocal told
        now = timezone.now()
        if now - told >= TOLD_EVERY:
            told = now
            _of_this_run(job).update(progress=percent)

    return tell


def end(job: Job, **changes: Any) -> bool:
    """Store the outcome; False, and nothing is stored, when another run has taken the job over."""
    return bool(_of_this_run(job).update(**changes))


def _of_this_run(job: J) -> "models.QuerySet[J]":
    return type(job).objects.filter(pk=job.pk, claim=job.claim, state=JobState.WORKING)


def queue_again_if_stuck(job: Job, enqueue: Callable[[Any], None]) -> None:
    """Give a job that nobody does any more a new task: once, however many ask for it.

    ``enqueue`` runs within the caller's transaction: the queue is a table, so there is never a row without its task.
    """
    changes = {"state": JobState.QUEUED, "claim": None, "claimed_at": None, "queued_at": timezone.now()}
    if type(job).objects.stuck().filter(pk=job.pk).update(progress=0, **changes):
        enqueue(job)


def remove_old(model: type[Job], folder: str) -> int:
    """Remove jobs older than a day and old files of their folder that no job names; answers how many files.

    The rows go first, save those still worked on: a job that is still there keeps its files.
    """
    before = timezone.now() - KEPT
    alive = model.objects.alive().values("pk")
    model.objects.filter(created_at__lt=before).exclude(pk__in=alive).delete()
    fields = [field.name for field in model._meta.concrete_fields if isinstance(field, models.FileField)]
    named = {name for names in model.objects.values_list(*fields) for name in names}
    removed = 0
    for path in (f"{folder}/{name}" for name in files_in(folder)):
        if path not in named and default_storage.get_modified_time(path) < before:
            default_storage.delete(path)
            removed += 1
    return removed


def files_in(folder: str) -> list[str]:
    """Names of the files in a folder of the storage; none where there is no such folder."""
    if not default_storage.exists(folder):
        return []
    return default_storage.listdir(folder)[1]
