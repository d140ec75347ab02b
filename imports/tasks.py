"""What the background worker does with loads; delivered at least once, so each is safe to repeat."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cabinet.common import jobs
from cabinet.common.jobs import JobState
from imports.actions import applying, receiving, taking_back
from imports.models import Load, LoadedObject, LoadRow
from imports.statuses import Stage

FAILED = {
    Stage.JUDGING: "Не удалось проверить файл. Проверьте его ещё раз.",
    Stage.APPLYING: "Не удалось загрузить данные: ничего не изменилось. Повторите попытку.",
    Stage.TAKING_BACK: "Не удалось отменить загрузку: ничего не изменилось. Повторите попытку.",
}
WORK = {Stage.JUDGING: receiving.judge, Stage.APPLYING: applying.apply, Stage.TAKING_BACK: taking_back.take_back}


def work_on_load(pk: int) -> None:
    """Judge, apply or take back a load; a second delivery of the same task, or one overtaken, does nothing."""
    load = jobs.claim(Load, pk, "taken_back_by")
    if load is not None:
        stage = Stage(load.stage)
        jobs.run(load, lambda: WORK[stage](load), FAILED[stage])


def remove_old_rows() -> int:
    """Remove rows and files of loads that are kept long enough; the history keeps what, when and by whom (daily)."""
    before = timezone.now() - dt.timedelta(days=settings.LOADS_KEPT_DAYS)
    old = Load.objects.filter(created_at__lt=before).exclude(file="").exclude(state__in=JobState.active())
    for load in old:
        with transaction.atomic():
            LoadedObject.objects.filter(load=load).drop()
            LoadRow.objects.filter(load=load).drop()
            Load.objects.filter(pk=load.pk).update(file="")
        load.file.delete(save=False)
    return len(old)
