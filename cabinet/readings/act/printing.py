"""«Печать ведомости»: asking for an act on paper, making it in the background, removing it after a day."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django_q.tasks import async_task

from cabinet.common import jobs
from cabinet.common.errors import DomainError, NotAllowed, TooManyAttempts
from cabinet.common.jobs import JobState
from cabinet.contracts.models import Contract, Facility
from cabinet.contracts.roles import Ability
from cabinet.readings.act.content import Act, act_of
from cabinet.readings.act.docx import act_docx
from cabinet.readings.act.pdf import act_pdf
from cabinet.readings.act.template import template_in_force
from cabinet.readings.act.xlsx import act_xlsx
from cabinet.readings.models import ActPrint, Reading
from cabinet.readings.permissions import ACCESS_ENDED, can_print_act, can_work_with_readings
from cabinet.readings.querysets import registers_of
from cabinet.readings.statuses import FileFormat

FAILED = "Не удалось сформировать ведомость. Повторите попытку."


def unsent_readings(user: Any, contract: Contract, period: dt.date) -> int:
    """How many readings are typed and not sent: they will not be in the act."""
    mine = Reading.objects.for_user(user).of_contract(contract).of_period(period)
    return mine.filter(draft__isnull=False).count()


def request_print(
    *, user: Any, contract: Contract, period: dt.date, filled: bool, file_format: str = FileFormat.PDF
) -> ActPrint:
    """Ask for an act; the same one asked for again while it is being made is not made twice.

    Raises NotAllowed for a period without an act, DomainError where there is nothing to print,
    TooManyAttempts for a person who would hold up everybody's printing.
    """
    verdict = can_work_with_readings(user, contract) and can_print_act(contract, period)
    if not verdict:
        raise NotAllowed(verdict.reason)
    if not registers_of(user, contract).exists():
        raise DomainError("По договору нет приборов учёта: печатать нечего.")
    wanted = {"user": user, "contract": contract, "period": period, "filled": filled, "file_format": file_format}
    with jobs.one_press_of(user):
        act_print = ActPrint.objects.filter(**wanted).active().first()
        if act_print:
            jobs.queue_again_if_stuck(act_print, _enqueue)
            return act_print
        _refuse_too_many(user)
        act_print = ActPrint.objects.create(**wanted)
        _enqueue(act_print)
    return act_print


def _refuse_too_many(user: Any) -> None:
    """The worker is one for all: a person waits for his own acts."""
    mine = ActPrint.objects.filter(user=user)
    if mine.alive().count() >= settings.ACT_PRINTS_AT_ONCE:
        raise TooManyAttempts("Дождитесь, пока сформируются ведомости, которые вы уже заказали.")
    if mine.of_last_hour().count() >= settings.ACT_PRINTS_PER_HOUR:
        raise TooManyAttempts("Вы заказали слишком много ведомостей за час. Повторите попытку позже.")


def _enqueue(act_print: ActPrint) -> None:
    """Within the transaction that writes the row: the queue is a table, so there is never one without the other."""
    async_task("cabinet.readings.tasks.print_act", act_print.pk)


def make_print(pk: int) -> None:
    """Make the file of a print; a second delivery of the same task, or one overtaken, does nothing.

    What the person may see is taken anew: access that ended meanwhile ends in a refusal.
    """
    act_print = jobs.claim(ActPrint, pk, "contract__organisation", "contract__department")
    if act_print:
        jobs.run(act_print, lambda: _make(act_print), FAILED)


def _make(act_print: ActPrint) -> None:
    facilities = _facilities_of(act_print)
    ids = list(facilities.values_list("pk", flat=True))
    if not ids:
        raise NotAllowed(ACCESS_ENDED)
    act = act_of(
        contract=act_print.contract,
        period=act_print.period,
        facilities=facilities,
        filled=act_print.filled,
        number=act_print.number,
    )
    act_print.file.save("act", ContentFile(_file_of(act, act_print)), save=False)
    done = {"state": JobState.DONE, "progress": 100, "file": act_print.file.name, "facility_ids": ids}
    if not jobs.end(act_print, **done):
        act_print.file.delete(save=False)


def _file_of(act: Act, act_print: ActPrint) -> bytes:
    tell = jobs.teller(act_print)
    match act_print.file_format:
        case FileFormat.WORD:
            return act_docx(act, tell, template_in_force())
        case FileFormat.EXCEL:
            return act_xlsx(act, tell)
        case _:
            return act_pdf(act, tell)


def _facilities_of(act_print: ActPrint) -> QuerySet[Facility]:
    """The facilities of the contract that the person may see now."""
    mine = Facility.objects.for_user(act_print.user, Ability.READINGS)
    return mine.filter(contract=act_print.contract).order_by("pk")


def remove_old() -> int:
    """Remove files and prints older than a day, files that no print names as well; answers how many files."""
    return jobs.remove_old(ActPrint, ActPrint.FOLDER)
