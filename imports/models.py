"""A load of the supplier's data: the file, what its rows come to, and the rows of the database that it made."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from cabinet.common.jobs import Job, JobState
from imports.querysets import LoadQuerySet, RowQuerySet
from imports.statuses import Outcome, Stage


def load_path(instance: "Load", filename: str) -> str:
    """Where a load's file is kept, under a random name."""
    return f"{Load.FOLDER}/{uuid.uuid4().hex}"


class Load(Job):
    """A file that a member of staff loads: judged in the background, applied once he has confirmed it.

    ``kind`` is a code of ``imports.kinds``. ``summary`` counts the rows by outcome, ``notes`` are sentences about the
    file as a whole. A load that was applied stays as history; it can be taken back while its rows are kept.
    """

    FOLDER: ClassVar = "loads"

    kind = models.CharField("что загружается", max_length=30)
    name = models.CharField("имя файла", max_length=200)
    stage = models.CharField("этап", max_length=12, choices=Stage, default=Stage.JUDGING)
    file = models.FileField("файл", upload_to=load_path, blank=True)
    sheet = models.CharField("лист", max_length=31, blank=True)
    summary = models.JSONField("сводка", default=dict)
    notes = models.JSONField("замечания", default=list)
    judged_at = models.DateTimeField("проверено", null=True, blank=True)
    applied_at = models.DateTimeField("загружено", null=True, blank=True)
    taken_back_at = models.DateTimeField("отменено", null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="кто отменил", related_name="+", null=True, blank=True
    )

    objects = LoadQuerySet.as_manager()

    class Meta:
        verbose_name = "загрузка"
        verbose_name_plural = "загрузки"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_back_at=None) | Q(applied_at__isnull=False), name="load_taken_back_was_applied"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_judged(self) -> bool:
        """Whether the preview is there and waits for the person's decision."""
        return self.stage == Stage.JUDGING and self.state == JobState.DONE

    @property
    def is_ready(self) -> bool:
        """Whether it can be confirmed: something changes, nothing is wrong, and nobody works on it."""
        failed = self.stage == Stage.APPLYING and self.state == JobState.FAILED
        changes = self.count(Outcome.NEW) + self.count(Outcome.CHANGED)
        return (self.is_judged or failed) and bool(changes) and not self.count(Outcome.WRONG)

    @property
    def is_applied(self) -> bool:
        """Whether its rows are in the database now."""
        return self.applied_at is not None and self.taken_back_at is None

    @property
    def can_go_back(self) -> bool:
        """Whether it is applied, and its rows are still kept: they go with the file (``LOADS_KEPT_DAYS``)."""
        return self.is_applied and bool(self.file)

    def count(self, outcome: str) -> int:
        """How many rows came to this."""
        return self.summary.get(outcome, 0)


class LoadRow(models.Model):
    """A row of the file as it was judged.

    ``cells`` are its texts in the order of the kind's columns; ``before`` the texts of the present values in the same
    order, None where nothing changes; ``errors`` pairs of a column's title (empty: the whole row) and a sentence.
    ``fields`` are the cleaned values by attribute, ``was`` those of the row of the database that it changes,
    ``object_id`` that row.
    """

    load = models.ForeignKey(Load, models.CASCADE, verbose_name="загрузка", related_name="rows")
    number = models.PositiveIntegerField("номер строки")
    outcome = models.CharField("итог", max_length=8, choices=Outcome)
    cells = models.JSONField("ячейки")
    before = models.JSONField("было", default=list, blank=True)
    errors = models.JSONField("ошибки", default=list, blank=True)
    fields = models.JSONField("значения", default=dict, blank=True)
    was = models.JSONField("прежние значения", default=dict, blank=True)
    object_id = models.BigIntegerField("номер записи", null=True, blank=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name = "строка загрузки"
        verbose_name_plural = "строки загрузки"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["load", "number"], name="load_row_once")]
        indexes = [models.Index(fields=["load", "outcome", "number"], name="load_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.load}: {self.number}"


class LoadedObject(models.Model):
    """A row of the database that a load made, or changed; by it the load is taken back."""

    row = models.ForeignKey(LoadRow, models.CASCADE, verbose_name="строка", related_name="objects_made")
    load = models.ForeignKey(Load, models.CASCADE, verbose_name="загрузка", related_name="loaded")
    content_type = models.ForeignKey(ContentType, models.CASCADE, verbose_name="вид записи", related_name="+")
    object_id = models.BigIntegerField("номер записи")

    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name = "загруженная запись"
        verbose_name_plural = "загруженные записи"
        constraints = [
            models.UniqueConstraint(fields=["load", "content_type", "object_id"], name="loaded_object_once"),
        ]

    def __str__(self) -> str:
        return f"{self.content_type} {self.object_id}"
