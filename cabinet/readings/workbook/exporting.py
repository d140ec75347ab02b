"""The form as a file: at once for most, by the background worker for thousands of registers."""

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django_q.tasks import async_task

from cabinet.common import jobs, periods
from cabinet.common.digits import plural
from cabinet.common.errors import NotAllowed, TooManyAttempts
from cabinet.common.jobs import JobState
from cabinet.common.ordering import natural
from cabinet.common.verdict import Verdict
from cabinet.contracts.models import Contract, Facility
from cabinet.contracts.roles import Ability
from cabinet.metering.models import Register
from cabinet.readings.models import FormExport
from cabinet.readings.permissions import ACCESS_ENDED, current_windows, entry_verdicts
from cabinet.readings.querysets import registers_of
from cabinet.readings.workbook.registers import Known, known_registers
from cabinet.readings.workbook.write import FormLine, write_form

AT_ONCE = 3000  # registers: about a second
FAILED = "Не удалось выгрузить форму. Повторите попытку."
CLOSED = "Приём закрыт"

_natural = cache(natural)


def form_name(contract: Contract | None, period: dt.date | None) -> str:
    """The name of the file, without its ending."""
    whose = f"договор {contract.number}" if contract else "все договоры"
    return f"Показания, {whose}, {periods.label(period).lower()}" if period else f"Показания, {whose}"


def form_file(*, user: Any, contract: Contract | None, period: dt.date | None) -> IO[bytes]:
    """The form of a contract and period, or of all the person's contracts, each of its own period that is due."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  # the response closes it
    try:
        _write(file, user, contract, period)
    except BaseException:
        file.close()
        raise
    return file


def request_export(*, user: Any, contract: Contract | None, period: dt.date | None) -> FormExport:
    """Have a large form made in the background; the same one asked for again meanwhile is not made twice.

    Raises TooManyAttempts while another one is being made, and for a person who asks too often.
    """
    with jobs.one_press_of(user):
        export = FormExport.objects.filter(user=user).active().first()
        if export:
            if (export.contract_id, export.period) != (contract.pk if contract else None, period):
                raise TooManyAttempts("Дождитесь, пока сформируется форма, которую вы уже заказали.")
            jobs.queue_again_if_stuck(export, _enqueue)
            return export
        if FormExport.objects.filter(user=user).of_last_hour().count() >= settings.FORMS_PER_HOUR:
            raise TooManyAttempts("Вы выгрузили слишком много форм за час. Повторите попытку позже.")
        export = FormExport.objects.create(user=user, contract=contract, period=period)
        _enqueue(export)
    return export


def _enqueue(export: FormExport) -> None:
    """Within the transaction that writes the row: there is never one without its task."""
    async_task("cabinet.readings.tasks.make_export", export.pk)


def make_export(pk: int) -> None:
    """Write the form of an export; a second delivery of the same task, or one overtaken, does nothing."""
    export = jobs.claim(FormExport, pk, "contract")
    if export:
        jobs.run(export, lambda: _make(export), FAILED)


def _make(export: FormExport) -> None:
    registers = registers_of(export.user, export.contract)
    total = registers.count()
    if not total:
        raise NotAllowed(ACCESS_ENDED)
    facilities = Facility.objects.filter(points__meters__registers__in=registers).distinct()
    export.facility_ids = list(facilities.values_list("pk", flat=True))
    tell = jobs.teller(export)
    with tempfile.TemporaryFile(suffix=".xlsx") as file:
        _write(file, export.user, export.contract, export.period, lambda rows: tell(100 * rows // total))
        file.seek(0)
        export.file.save("form.xlsx", File(file), save=False)
    done = {"file": export.file.name, "facility_ids": export.facility_ids}
    if not jobs.end(export, state=JobState.DONE, progress=100, **done):
        export.file.delete(save=False)


def _write(
    file: IO[bytes],
    user: Any,
    contract: Contract | None,
    period: dt.date | None,
    progress: Callable[[int], None] = lambda rows: None,
) -> None:
    of_period = _contracts_by_period(user, contract, period)
    number = sum(len(contracts) for contracts in of_period.values())
    subject = f"Договор № {contract.number}" if contract else plural(number, "договор", "договора", "договоров")
    lines = (
        line for period, contracts in sorted(of_period.items()) for line in _lines(user, contract, contracts, period)
    )
    write_form(file, lines, subject=subject, of=list(of_period), progress=progress)


def _contracts_by_period(user: Any, contract: Contract | None, period: dt.date | None) -> dict[dt.date, list[Contract]]:
    """The contracts of the form by the period each is filled in for: the one asked for, else the one that is due."""
    contracts = [contract] if contract else list(Contract.objects.for_user(user, Ability.READINGS))
    due = current_windows(contracts)
    of_period: dict[dt.date, list[Contract]] = {}
    for each in contracts:
        window = due[each.pk]
        own = period or (window.period if window else periods.this_period())
        of_period.setdefault(own, []).append(each)
    return of_period


def _lines(user: Any, contract: Contract | None, contracts: list[Contract], period: dt.date) -> Iterator[FormLine]:
    """The rows of one period, contract by contract, in the page's order."""
    verdicts = entry_verdicts(contracts, period)
    registers = registers_of(user, contract)
    if contract is None:
        registers = registers.filter(meter__point__facility__contract__in=verdicts)
    for known in sorted(known_registers(registers, period), key=_order):
        yield _line(known, period, verdicts[known.contract])


def _order(known: Known) -> tuple:
    facility, point = _natural(known.facility), _natural(known.point)
    return (
        known.number,
        facility,
        bool(known.transit_consumer),
        point,
        known.serial,
        _scale_order(known.scale),
        known.register,
    )


@cache
def _scale_order(scale: str) -> tuple[int, str]:
    """«А+ Т1» before «R+»: as the page has them, not as their letters come."""
    energy, _, zone = scale.partition(" ")
    return Register.Energy.labels.index(energy), zone


def _line(known: Known, period: dt.date, entry: Verdict) -> FormLine:
    basis = known.basis
    return FormLine(
        contract=known.number,
        facility=known.facility,
        point=known.point,
        serial=known.serial,
        scale=known.scale,
        unit=basis.unit,
        ratio=basis.ratio,
        digits_before=basis.digits_before,
        digits_after=basis.digits_after,
        previous=basis.previous,
        value=known.value,
        text=known.draft_text,
        state=basis.refusal or (known.status.label if entry else CLOSED),
        is_open=bool(entry) and not basis.refusal,
        register=known.register,
        period=period,
        version=known.version,
    )
