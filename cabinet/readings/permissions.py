"""May readings of a contract and period be typed and sent, and if not, why."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cabinet.common import periods
from cabinet.common.verdict import ALLOWED, Verdict, refused
from cabinet.contracts.models import Contract, Facility, ReceptionWindow
from cabinet.contracts.permissions import can
from cabinet.contracts.roles import Ability
from cabinet.readings.models import ActPrint, FormExport, FormUpload, HandedOverAct

RECENT = 24  # months in which the period that is due is looked for

Pair = tuple[int, dt.date]  # a contract by its id, and a period

ACCESS_ENDED = "Доступ к договору прекращён или изменён."


def can_work_with_readings(user: Any, contract: Contract) -> Verdict:
    """Whether the user's role in the contract includes readings (role table, manual 5.2)."""
    return can(user, contract, Ability.READINGS)


def windows_of(contract: Contract) -> QuerySet[ReceptionWindow]:
    """The reception windows of a contract's readings: its department's own, else the common ones."""
    return ReceptionWindow.objects.of_contract(contract, ReceptionWindow.Kind.READINGS)


def act_of_window(contract: Contract) -> Exists:
    """Whether the act of a window's period has gone for signature: for the contract's windows, as an annotation."""
    return Exists(HandedOverAct.objects.filter(contract=contract, period=OuterRef("period")))


def recent(windows: QuerySet[ReceptionWindow]) -> QuerySet[ReceptionWindow]:
    """Those among which the period that is due is looked for, and coming ones."""
    return windows.filter(period__gte=periods.shift(periods.this_period(), -RECENT))


def current_window(windows: Iterable[ReceptionWindow]) -> ReceptionWindow | None:
    """The window whose readings are due, of ``recent`` ones: the first of the open to close, else the last closed."""
    now = timezone.now()
    opened = [window for window in windows if window.opens_at <= now]
    open_now = [window for window in opened if now <= window.closes_at]
    if open_now:
        return min(open_now, key=lambda window: (window.closes_at, window.period))
    return max(opened, key=lambda window: (window.closes_at, window.period), default=None)


def windows_of_each(contracts: Iterable[Contract]) -> dict[int, list[ReceptionWindow]]:
    """The ``recent`` windows of many contracts at once, by contract id, in one statement."""
    held = _by_period(contracts, recent(ReceptionWindow.objects.all()))
    return {pk: list(windows.values()) for pk, windows in held.items()}


def windows_at(chosen: Mapping[Pair, Contract]) -> dict[Pair, ReceptionWindow | None]:
    """The windows of many contracts and periods at once, in one statement."""
    held = _by_period(chosen.values(), ReceptionWindow.objects.filter(period__in={period for _, period in chosen}))
    return {(pk, period): held[pk].get(period) for pk, period in chosen}


def _by_period(
    contracts: Iterable[Contract], windows: QuerySet[ReceptionWindow]
) -> dict[int, dict[dt.date, ReceptionWindow]]:
    """Of these windows those that ``windows_of`` gives each contract, by its id and by period."""
    department_of = {contract.pk: contract.department_id for contract in contracts}
    departments = set(department_of.values())
    needed = windows.filter(Q(department=None) | Q(department__in=departments), kind=ReceptionWindow.Kind.READINGS)
    of_department: dict[int | None, dict[dt.date, ReceptionWindow]] = defaultdict(dict)
    for window in needed.order_by():
        of_department[window.department_id][window.period] = window
    holding = {department: of_department[None] | of_department[department] for department in departments}
    return {pk: holding[department] for pk, department in department_of.items()}


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


def can_enter_readings(window: ReceptionWindow | None, period: dt.date, *, handed_over: bool) -> Verdict:
    """Whether readings of the period can be typed, corrected and sent: window open, act not handed over.

    ``window`` is the period's own, as ``windows_of`` gives it.
    """
    verdict = window_is_open(window, period)
    if verdict and handed_over:
        return refused("Ведомость передана на подпись ЭЦП: показания больше не меняются.")
    return verdict


def verdicts_of(windows: Mapping[Pair, ReceptionWindow | None]) -> dict[Pair, Verdict]:
    """``can_enter_readings`` of many contracts and periods with their windows, in one statement."""
    acts = HandedOverAct.objects.filter(
        contract__in={pk for pk, _ in windows}, period__in={period for _, period in windows}
    )
    handed_over = set(acts.values_list("contract", "period"))
    return {
        pair: can_enter_readings(window, pair[1], handed_over=pair in handed_over) for pair, window in windows.items()
    }


def entry_verdicts(contracts: Iterable[Contract], period: dt.date) -> dict[int, Verdict]:
    """``can_enter_readings`` of many contracts in one period, by contract id, in two statements."""
    windows = windows_at({(contract.pk, period): contract for contract in contracts})
    return {pk: verdict for (pk, _), verdict in verdicts_of(windows).items()}


def entry_verdict(contract: Contract, period: dt.date) -> Verdict:
    """``can_enter_readings`` of one contract and period, in one statement."""
    window = windows_of(contract).filter(period=period).annotate(handed_over=act_of_window(contract)).first()
    return can_enter_readings(window, period, handed_over=window is not None and window.handed_over)


def can_print_act(contract: Contract, period: dt.date) -> Verdict:
    """Whether there is an act of the period: from the contract's first month to the month that is due."""
    window = current_window(recent(windows_of(contract)))
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
