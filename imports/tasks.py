"""What the background worker does with loads; delivered at least once, so each is safe to repeat."""

from cabinet.common import jobs
from imports.actions import applying, receiving, taking_back
from imports.models import Load
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
