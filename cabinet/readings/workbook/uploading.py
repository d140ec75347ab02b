"""An uploaded form from the moment it comes until it is applied or thrown away; judged and applied by the worker."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from cabinet.common import jobs
from cabinet.common.errors import DomainError, TooManyAttempts
from cabinet.common.jobs import JobState
from cabinet.common.workbooks import check_workbook
from cabinet.contracts.models import Contract
from cabinet.contracts.roles import Ability
from cabinet.readings.models import FormUpload
from cabinet.readings.statuses import Stage
from cabinet.readings.workbook.applying import apply_entries
from cabinet.readings.workbook.findings import Findings, FindingsWriter
from cabinet.readings.workbook.judging import Judge
from cabinet.readings.workbook.read import read_form

FAILED = {
    Stage.JUDGING: "Не удалось проверить файл. Загрузите его ещё раз.",
    Stage.APPLYING: "Не удалось сохранить показания. Повторите попытку.",
}
CANCELLED = "Загрузка отменена. Показания не изменились."
NOT_YOURS = "В файле нет ваших приборов учёта: эта форма не по вашим договорам. Выгрузите форму из личного кабинета."
NAME_LENGTH = 200


def receive_upload(*, user: Any, file: UploadedFile) -> FormUpload:
    """Take a file in and have it judged in the background.

    Raises NotAWorkbook with the reason when it is no workbook that can be read, DomainError for a person
    without a contract to send for, TooManyAttempts for one whose files are still being judged.
    """
    if not Contract.objects.for_user(user, Ability.READINGS).exists():
        raise DomainError("Нет договоров, по которым вы передаёте показания.", field="file")
    name = (file.name or "")[-NAME_LENGTH:]
    check_workbook(file, name)
    file.seek(0)
    with jobs.one_press_of(user):
        _refuse_too_many(user)
        upload = FormUpload(user=user, name=name)
        upload.file.save(name, file, save=False)
        upload.save()
        _enqueue(upload)
    return upload


def _refuse_too_many(user: Any) -> None:
    """The worker and the disk are for all."""
    mine = FormUpload.objects.filter(user=user)
    if mine.alive().count() >= settings.FORM_UPLOADS_AT_ONCE:
        raise TooManyAttempts("Дождитесь, пока будут обработаны файлы, которые вы уже загрузили.")
    if mine.of_last_hour().count() >= settings.FORMS_PER_HOUR:
        raise TooManyAttempts("Вы загрузили слишком много файлов за час. Повторите попытку позже.")


def confirm_upload(*, user: Any, upload: FormUpload, with_stale: bool) -> None:
    """Have a judged form applied: once, however often and from wherever it is confirmed.

    Raises DomainError when it is not (or no longer) waiting for a confirmation.
    """
    waiting = Q(stage=Stage.JUDGING, state=JobState.DONE) | Q(stage=Stage.APPLYING, state=JobState.FAILED)
    again = {"state": JobState.QUEUED, "claim": None, "claimed_at": None, "progress": 0, "failure": ""}
    with transaction.atomic():
        mine = FormUpload.objects.filter(waiting, pk=upload.pk, user=user)
        if not mine.update(stage=Stage.APPLYING, with_stale=with_stale, queued_at=timezone.now(), **again):
            raise DomainError("Этот файл уже сохранён или ещё обрабатывается.")
        _enqueue(upload)


def cancel_upload(*, user: Any, upload: FormUpload) -> None:
    """Throw an upload away with its files, unless it is being applied or was.

    Its row stays for its day: what was cancelled counts among the uploads of the hour.
    """
    applying = Q(stage=Stage.APPLYING) & ~Q(state=JobState.FAILED)
    with transaction.atomic():
        mine = FormUpload.objects.filter(pk=upload.pk, user=user).exclude(applying)
        gone = {"file": "", "findings": "", "summary": {}, "failure": CANCELLED}
        if not mine.update(stage=Stage.CANCELLED, state=JobState.FAILED, **gone):
            raise DomainError("Показания из файла уже сохранены или сохраняются: отменить загрузку нельзя.")
    for stored in (upload.file, upload.findings):
        if stored:
            stored.delete(save=False)


def revive(upload: FormUpload) -> None:
    """Queue an upload again whose task nobody does any more."""
    with transaction.atomic():
        jobs.queue_again_if_stuck(upload, _enqueue)


def _enqueue(upload: FormUpload) -> None:
    """Within the transaction that writes the row: there is never one without its task."""
    async_task("cabinet.readings.tasks.work_on_upload", upload.pk)


def work_on_upload(pk: int) -> None:
    """Judge or apply an upload; a second delivery of the same task, or one overtaken, does nothing."""
    upload = jobs.claim(FormUpload, pk)
    if upload is None:
        return
    if upload.stage == Stage.JUDGING:
        jobs.run(upload, lambda: _judge(upload), FAILED[Stage.JUDGING])
        _drop_workbook(upload)
    else:
        jobs.run(upload, lambda: _apply(upload), FAILED[Stage.APPLYING])


def _drop_workbook(upload: FormUpload) -> None:
    """Once judged, well or not, the workbook is read no more; a run that was overtaken leaves it to the other."""
    judged = FormUpload.objects.filter(pk=upload.pk, claim=upload.claim).exclude(state=JobState.WORKING)
    if judged.update(file=""):
        upload.file.delete(save=False)


def _judge(upload: FormUpload) -> None:
    with _local(upload) as path, tempfile.TemporaryFile() as found:
        form = read_form(path)
        with FindingsWriter(found) as writer:
            summary = Judge(upload.user, writer).judge(form, jobs.teller(upload))
        if summary.foreign:
            raise DomainError(NOT_YOURS)
        found.seek(0)
        upload.findings.save("findings.zip", File(found), save=False)
    told = {"summary": summary.as_json() | {"notes": form.notes}, "facility_ids": sorted(summary.facilities)}
    if not jobs.end(upload, state=JobState.DONE, progress=100, findings=upload.findings.name, **told):
        upload.findings.delete(save=False)


@contextmanager
def _local(upload: FormUpload) -> Iterator[Path]:
    """The workbook as a file of this machine, for the process that reads it: a copy where files are kept elsewhere."""
    if isinstance(upload.file.storage, FileSystemStorage):
        yield Path(upload.file.path)
    else:
        with tempfile.TemporaryDirectory(prefix="form-") as folder:
            path = Path(folder) / "form.xlsx"
            with upload.file.open() as stored, path.open("wb") as local:
                shutil.copyfileobj(stored, local)
            yield path


def _apply(upload: FormUpload) -> None:
    """Readings and outcome go in one transaction: a run that was overtaken changes nothing."""
    with transaction.atomic(), upload.findings.open() as stored:
        entries = Findings(stored).entries()
        applied = apply_entries(user=upload.user, batches=entries, with_stale=upload.with_stale)
        if not jobs.end(upload, state=JobState.DONE, progress=100, result=applied.as_json()):
            transaction.set_rollback(True)
