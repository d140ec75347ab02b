"""May readings of a contract and period be typed and sent, and if not, why."""

import datetime as dt
from collections.abc import Iterable
from copy import copy
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from cabinet.common import periods
from cabinet.common.verdict import ALLOWED, Verdict, refused
from cabinet.contracts.models import Contract, Facility, ReceptionWindow
from cabinet.contracts.permissions import can
from cabinet.contracts.roles import Ability
from cabinet.readings.models import ActPrint, FormExport, FormUpload, HandedOverAct

RECENT = dt.timedelta(days=400)  # a contract's current window is among those that opened within this time

ACCESS_ENDED = "Доступ к договору прекращён или изменён."


def can_work_with_readings(user: Any, contract: Contract) -> Verdict:
    """Whether the user's role in the contract includes readings (role table, manual 5.2)."""
    return can(user, contract, Ability.READINGS)


def windows_of(contract: Contract) -> QuerySet[ReceptionWindow]:
    """The reception windows of a contract's readings: its department's own, else the common ones.

    Annotated with ``act_handed_over``: whether the period's act has gone for signature.
    """
    acts = HandedOverAct.objects.filter(contract=contract, period=OuterRef("period"))
    windows = ReceptionWindow.objects.of_contract(contract, ReceptionWindow.Kind.READINGS)
    return windows.annotate(act_handed_over=Exists(acts))


def current_window(windows: Iterable[ReceptionWindow]) -> ReceptionWindow | None:
    """The window whose readings are due: of the open ones the first to close, else the one closed last."""
    now = timezone.now()
    opened = [window for window in windows if window.opens_at <= now]
    open_now = [window for window in opened if now <= window.closes_at]
    if open_now:
        return min(open_now, key=lambda window: (window.closes_at, window.period))
    return max(opened, key=lambda window: (window.closes_at, window.period), default=None)


def windows_of_each(contracts: Iterable[Contract]) -> dict[int, list[ReceptionWindow]]:
    """The recent and coming windows of many contracts at once, by contract id, in one statement."""
    recent = timezone.now() - RECENT
    of_department: dict[int | None, dict[dt.date, ReceptionWindow]] = {}
    for window in ReceptionWindow.objects.filter(kind=ReceptionWindow.Kind.READINGS, opens_at__gte=recent):
        of_department.setdefault(window.department_id, {})[window.period] = window
    common = of_department.get(None, {})
    holding = {department: list((common | own).values()) for department, own in of_department.items()}
    return {contract.pk: holding.get(contract.department_id, holding.get(None, [])) for contract in contracts}


def current_windows(contracts: Iterable[Contract]) -> dict[int, ReceptionWindow | None]:
    """``current_window`` of many contracts at once, by contract id, in one statement."""
    return {pk: current_window(windows) for pk, windows in windows_of_each(contracts).items()}


def window_is_open(window: ReceptionWindow | None, period: dt.date) -> Verdict:
    """Whether readings of the period are taken at this moment."""
    name = periods.label(period).lower()
    if window is None:
        return refused(f"Приём показаний за {name} не назначен.")
    now = timezone.now()
    if now < window.opens_at:
        return refused(f"Приём показаний за {name} начнётся {periods.moment(window.opens_at)}.")
    if now > window.closes_at:
        return refused(f"Приём показаний за {name} закончился {periods.moment(window.closes_at)}.")
    return ALLOWED


def can_enter_readings(window: ReceptionWindow | None, period: dt.date) -> Verdict:
    """Whether readings of the period can be typed, corrected and sent: window open, act not handed over.

    ``window`` is the period's own, as ``windows_of`` gives it.
    """
    verdict = window_is_open(window, period)
    if verdict and window.act_handed_over:  # type: ignore[union-attr]  # annotated by windows_of
        return refused("Ведомость передана на подпись ЭЦП: показания больше не меняются.")
    return verdict


def entry_verdicts(contracts: Iterable[Contract], period: dt.date) -> dict[int, Verdict]:
    """``can_enter_readings`` of many contracts at once, by contract id, in two statements."""
    department_of = {contract.pk: contract.department_id for contract in contracts}
    rows = ReceptionWindow.objects.filter(kind=ReceptionWindow.Kind.READINGS, period=period)
    windows = {window.department_id: window for window in rows}
    signed = HandedOverAct.objects.filter(contract__in=department_of, period=period)
    handed_over = set(signed.values_list("contract", flat=True))
    verdicts = {}
    for pk, department in department_of.items():
        window = copy(windows.get(department) or windows.get(None))
        if window is not None:
            window.act_handed_over = pk in handed_over
        verdicts[pk] = can_enter_readings(window, period)
    return verdicts


def can_print_act(contract: Contract, period: dt.date) -> Verdict:
    """Whether there is an act of the period: from the contract's first month to the month that is due."""
    window = current_window(windows_of(contract))
    latest = max(periods.this_period(), window.period if window else dt.date.min)
    if period > latest:
        return refused(f"Ведомость за {periods.label(period).lower()} ещё не печатается.")
    if period < periods.period_of(contract.date):
        return refused(f"Договор заключён {contract.date:%d.%m.%Y}: ведомостей за более ранние месяцы нет.")
    return ALLOWED


def can_take_print(user: Any, act_print: ActPrint) -> Verdict:
    """Whether the user may still have the file: his role allows it and he sees all facilities in it."""
    verdict = can_work_with_readings(user, act_print.contract)
    if verdict and not _sees_all(user, act_print.facility_ids):
        return refused("Ваш доступ к объектам договора изменился. Сформируйте ведомость заново.")
    return verdict


def can_take_export(user: Any, export: FormExport) -> Verdict:
    """Whether the user may still have the form: he works with all facilities in it."""
    if not _sees_all(user, export.facility_ids):
        return refused("Ваш доступ к объектам изменился. Выгрузите форму заново.")
    return ALLOWED


def can_take_upload(user: Any, upload: FormUpload) -> Verdict:
    """Whether the user may still see what was found: he works with all facilities in it."""
    if not _sees_all(user, upload.facility_ids):
        return refused("Ваш доступ к объектам изменился. Выгрузите форму заново и загрузите её.")
    return ALLOWED


def _sees_all(user: Any, facility_ids: list[int]) -> bool:
    """Whether these facilities are among those the user works with readings of."""
    mine = Facility.objects.for_user(user, Ability.READINGS)
    return set(facility_ids) <= set(mine.values_list("pk", flat=True)) if facility_ids else True
