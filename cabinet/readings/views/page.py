"""«Передача показаний»: the page of a contract and period, and the body of one of its facilities."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from cabinet.common import periods
from cabinet.common.access import signed_in
from cabinet.common.ids import parse_id
from cabinet.contracts.models import Contract, Facility
from cabinet.contracts.roles import Ability
from cabinet.metering.models import Meter, Register
from cabinet.readings.overview import contract_counts, facility_heads, read_sheets, totals
from cabinet.readings.permissions import can_enter_readings, current_window, windows_of
from cabinet.readings.sheet import FacilitySheet, facilities_of, lines_of
from cabinet.readings.views.doorway import contract_of

PERIODS_SHOWN = 36
CONTRACTS_SHOWN = 200


@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """From the menu and the page's own choice of contract and period to the sheet it means."""
    mine = Contract.objects.for_user(request.user, Ability.READINGS)
    if not (chosen := request.GET.get("contract", "")):
        first = mine.order_by("number").first()
        return redirect("readings", first.pk) if first else render(request, "readings/page/none.html")
    contract = get_object_or_404(mine, pk=parse_id(chosen))
    period = periods.parse(request.GET.get("period", ""))
    return redirect("readings-period", contract.pk, period) if period else redirect("readings", contract.pk)


@signed_in
def page(request: HttpRequest, contract_id: int, period: dt.date | None = None) -> HttpResponse:
    """The sheet: facilities that unfold to meters and registers, of the current period or an earlier one."""
    contract = contract_of(request, contract_id)
    current = current_window(windows_of(contract).filter(opens_at__lte=timezone.now()).order_by("-opens_at")[:24])
    due = current.period if current else periods.this_period()
    period = period or due
    window = current if current and current.period == period else windows_of(contract).filter(period=period).first()
    heads = facility_heads(request.user, contract, period)
    calculate = "calculate" in request.GET
    read_sheets(request.user, contract, period, heads, everything=calculate, asked=_asked(request))
    context = {
        "contract": contract,
        "contracts": _contracts(request.user, contract),
        "period": period,
        "periods": _periods(due, period, contract.date),
        "window": window,
        "entry": can_enter_readings(window, period),
        "heads": heads,
        "counts": contract_counts(heads),
        "calculate": calculate,
        "verification": _verification_due(request.user, contract),
        **totals(heads),
    }
    response = render(request, "readings/page/page.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@signed_in
def facility(request: HttpRequest, contract_id: int, period: dt.date, facility_id: int) -> HttpResponse:
    """The meters of one facility: a fragment when its line is unfolded, the page with it unfolded otherwise."""
    contract = contract_of(request, contract_id)
    mine = Facility.objects.for_user(request.user, Ability.READINGS).filter(contract=contract)
    found = get_object_or_404(mine, pk=facility_id)
    if not request.htmx:
        sheet = reverse("readings-period", args=[contract.pk, period])
        return redirect(f"{sheet}?open={found.pk}#facility-{found.pk}")
    registers = Register.objects.for_user(request.user, Ability.READINGS).filter(meter__point__facility=found)
    sheet = next(iter(facilities_of(lines_of(registers, period))), FacilitySheet(found))
    window = windows_of(contract).filter(period=period).first()
    context = {"contract": contract, "period": period, "sheet": sheet, "entry": can_enter_readings(window, period)}
    return render(request, "readings/page/_lines.html", context)


def _asked(request: HttpRequest) -> int | None:
    """The facility that the address asks to unfold."""
    return parse_id(request.GET.get("open", ""))


def _contracts(user: Any, shown: Contract) -> list[Contract]:
    """The contracts to choose from, the one that is shown among them."""
    listed = list(Contract.objects.for_user(user, Ability.READINGS)[:CONTRACTS_SHOWN])
    return listed if shown in listed else [shown, *listed]


def _periods(due: dt.date, shown: dt.date, since: dt.date) -> list[dt.date]:
    """The periods to choose from: the one that is due and those before it, back to the contract's date."""
    listed = [periods.shift(due, -n) for n in range(PERIODS_SHOWN)]
    listed = [period for period in listed if period >= periods.period_of(since)] or [due]
    return listed if shown in listed else [shown, *listed]


def _verification_due(user: Any, contract: Contract) -> list[Meter]:
    """Working meters of the user's facilities whose verification ends soon."""
    today = timezone.localdate()
    soon = today + dt.timedelta(days=settings.VERIFICATION_WARNING_DAYS)
    meters = Meter.objects.for_user(user, Ability.READINGS).filter(
        point__facility__contract=contract, verification_due__range=(today, soon)
    )
    return list(meters.order_by("verification_due", "serial"))
