"""«Печать ведомости»: asking for an act on paper, making it in the background, removing it after a day."""

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_q.tasks import async_task

from cabinet.common.errors import DomainError, NotAllowed, TooManyAttempts
from cabinet.contracts.models import Contract, Facility
from cabinet.contracts.roles import Ability
from cabinet.metering.models import Register
from cabinet.readings.act import act_of
from cabinet.readings.act_pdf import act_pdf
from cabinet.readings.models import ActPrint, Reading
from cabinet.readings.permissions import can_print_act, can_work_with_readings
from cabinet.readings.statuses import PrintState

log = logging.getLogger(__name__)

KEPT = dt.timedelta(days=1)
TOLD_EVERY = dt.timedelta(milliseconds=500)
ACCESS_ENDED = "Доступ к договору прекращён или изменён."
FAILED = "Не удалось сформировать ведомость. Повторите попытку."


def unsent_readings(user: Any, contract: Contract, period: dt.date) -> int:
    """How many readings are typed and not sent: they will not be in the act."""
    mine = Reading.objects.for_user(user).of_contract(contract).of_period(period)
    return mine.filter(draft__isnull=False).count()


def request_print(*, user: Any, contract: Contract, period: dt.date, filled: bool) -> ActPrint:
    """Ask for an act; the same one asked for again while it is being made is not made twice.

    Raises NotAllowed for a period without an act, DomainError where there is nothing to print,
    TooManyAttempts for a person who would hold up everybody's printing.
    """
    verdict = can_work_with_readings(user, contract) and can_print_act(contract, period)
    if not verdict:
        raise NotAllowed(verdict.reason)
    if not _registers(user, contract).exists():
        raise DomainError("По договору нет приборов учёта: печатать нечего.")
    wanted = {"user": user, "contract": contract, "period": period, "filled": filled}
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)  # one press of a person at a time
        act_print = ActPrint.objects.filter(**wanted, state__in=PrintState.active()).first()
        if act_print:
            _queue_again_if_stuck(act_print)
            return act_print
        _refuse_too_many(user)
        act_print = ActPrint.objects.create(**wanted)
        _enqueue(act_print)
    return act_print


def _refuse_too_many(user: Any) -> None:
    """The worker is one for all: a person waits for his own acts."""
    mine = ActPrint.objects.filter(user=user)
    if mine.filter(state__in=PrintState.active()).exclude(_stuck()).count() >= settings.ACT_PRINTS_AT_ONCE:
        raise TooManyAttempts("Дождитесь, пока сформируются ведомости, которые вы уже заказали.")
    if mine.filter(created_at__gt=timezone.now() - dt.timedelta(hours=1)).count() >= settings.ACT_PRINTS_PER_HOUR:
        raise TooManyAttempts("Вы заказали слишком много ведомостей за час. Повторите попытку позже.")


def _queue_again_if_stuck(act_print: ActPrint) -> None:
    changes = {"state": PrintState.QUEUED, "claim": None, "claimed_at": None, "created_at": timezone.now()}
    if ActPrint.objects.filter(_stuck(), pk=act_print.pk).update(progress=0, **changes):
        _enqueue(act_print)


def _enqueue(act_print: ActPrint) -> None:
    """Within the transaction that writes the row: the queue is a table, so there is never one without the other."""
    async_task("cabinet.readings.tasks.print_act", act_print.pk)


def _stuck() -> Q:
    before = timezone.now() - ActPrint.PATIENCE
    return Q(state=PrintState.QUEUED, created_at__lt=before) | Q(state=PrintState.WORKING, claimed_at__lt=before)


def make_print(pk: int) -> None:
    """Make the file of a print; a second delivery of the same task, or one overtaken, does nothing.

    What the person may see is taken anew: access that ended meanwhile ends in a refusal.
    """
    act_print = _claimed(pk)
    if act_print is None:
        return
    try:
        _make(act_print)
    except DomainError as refusal:
        _end(act_print, state=PrintState.FAILED, failure=str(refusal))
    except Exception:
        # Whatever it was, the person must learn that it failed; the log keeps the cause.
        log.exception("act not printed", extra={"data": {"print": pk}})
        _end(act_print, state=PrintState.FAILED, failure=FAILED)


def _claimed(pk: int) -> ActPrint | None:
    """The print, claimed for this run alone; None when another run has it or it is over."""
    changes = {"state": PrintState.WORKING, "claim": uuid.uuid4(), "claimed_at": timezone.now(), "progress": 0}
    if not ActPrint.objects.filter(Q(state=PrintState.QUEUED) | _stuck(), pk=pk).update(**changes):
        return None
    related = ("user", "contract__organisation", "contract__department")
    return ActPrint.objects.select_related(*related).get(pk=pk)


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
    pdf = act_pdf(act, _teller(act_print))
    act_print.file.save("act.pdf", ContentFile(pdf), save=False)
    done = {"state": PrintState.DONE, "progress": 100, "file": act_print.file.name, "facility_ids": ids}
    if not _end(act_print, **done):
        act_print.file.delete(save=False)


def _facilities_of(act_print: ActPrint) -> QuerySet[Facility]:
    """The facilities of the contract that the person may see now."""
    mine = Facility.objects.for_user(act_print.user, Ability.READINGS)
    return mine.filter(contract=act_print.contract).order_by("pk")


def _registers(user: Any, contract: Contract) -> QuerySet[Register]:
    return Register.objects.for_user(user, Ability.READINGS).of_contract(contract)


def _teller(act_print: ActPrint) -> Callable[[int], None]:
    """Stores the progress, not oftener than twice a second."""
    told = timezone.now()

    def tell(percent: int) -> None:
        nonlocal told
        now = timezone.now()
        if now - told >= TOLD_EVERY:
            told = now
            _of_this_run(act_print).update(progress=percent)

    return tell


def _end(act_print: ActPrint, **changes: Any) -> bool:
    """Store the outcome, unless another run has taken the print over."""
    return bool(_of_this_run(act_print).update(**changes))


def _of_this_run(act_print: ActPrint) -> QuerySet[ActPrint]:
    return ActPrint.objects.filter(pk=act_print.pk, claim=act_print.claim, state=PrintState.WORKING)


def remove_old() -> int:
    """Remove files and prints older than a day, files that no print names as well; answers how many files."""
    before = timezone.now() - KEPT
    removed = 0
    for name in _files():
        path = f"{ActPrint.FOLDER}/{name}"
        if default_storage.get_modified_time(path) < before:
            default_storage.delete(path)
            removed += 1
    ActPrint.objects.filter(created_at__lt=before).delete()
    return removed


def _files() -> list[str]:
    if not default_storage.exists(ActPrint.FOLDER):
        return []
    return default_storage.listdir(ActPrint.FOLDER)[1]
