"""May readings of a contract and period be typed and sent, and if not, why."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cabinet.common import periods
from cabinet.common.verdict import ALLOWED, Verdict, refused
from cabinet.contracts.models import Contract, ContractAccess, ReceptionWindow
from cabinet.contracts.roles import Ability
from cabinet.readings.models import HandedOverAct


def can_work_with_readings(user: Any, contract: Contract) -> Verdict:
    """Whether the user's role in the contract includes readings (role table, manual 5.2)."""
    if ContractAccess.objects.of(user, Ability.READINGS).filter(contract=contract).exists():
        return ALLOWED
    return refused("Показания передают Администратор и Энергетик договора. Ваша роль этого не позволяет.")


def window_of(contract: Contract, period: dt.date) -> ReceptionWindow | None:
    """The reception window of a contract's period: its department's own, else the common one."""
    return ReceptionWindow.objects.of_contract(contract, ReceptionWindow.Kind.READINGS).filter(period=period).first()


def current_period(contract: Contract) -> dt.date:
    """The period whose readings are due: of the open window, else of the window opened last."""
    windows = ReceptionWindow.objects.of_contract(contract, ReceptionWindow.Kind.READINGS)
    opened = windows.filter(opens_at__lte=timezone.now()).order_by("-opens_at", "-period").first()
    return opened.period if opened else periods.this_period()


def window_is_open(window: ReceptionWindow | None, period: dt.date) -> Verdict:
    """Whether readings of the period are taken at this moment."""
    name = periods.label(period).lower()
    if window is None:
        return refused(f"Приём показаний за {name} не назначен.")
    now = timezone.now()
    if now < window.opens_at:
        return refused(f"Приём показаний за {name} начнётся {moment(window.opens_at)}.")
    if now > window.closes_at:
        return refused(f"Приём показаний за {name} закончился {moment(window.closes_at)}.")
    return ALLOWED


def can_enter_readings(contract: Contract, period: dt.date) -> Verdict:
    """Whether readings of the period can be typed, corrected and sent: window open, act not handed over."""
    verdict = window_is_open(window_of(contract, period), period)
    if verdict and HandedOverAct.objects.filter(contract=contract, period=period).exists():
        return refused("Ведомость передана на подпись ЭЦП: показания больше не меняются.")
    return verdict


def moment(value: dt.datetime) -> str:
    """«25.11.2026 в 23:59», in Moscow's time."""
    return timezone.localtime(value).strftime("%d.%m.%Y в %H:%M")
