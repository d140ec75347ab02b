"""«Передача показаний»: the page of a contract and period, and the body of one of its facilities."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from cabinet.common import periods
from cabinet.common.access import signed_in
from cabinet.common.ids import parse_id
from cabinet.common.windows import page_or_fragment
from cabinet.contracts.models import Contract, Facility
from cabinet.contracts.roles import Ability
from cabinet.metering.models import Meter, Register
from cabinet.readings.filters import RegisterFilter, shows
from cabinet.readings.overview import FacilityHead, contract_counts, facility_heads
from cabinet.readings.permissions import (
    act_of_window,
    can_enter_readings,
    current_window,
    entry_verdict,
    recent,
    windows_of,
)
from cabinet.readings.querysets import registers_of
from cabinet.readings.unfolding import (
    Found,
    found_by,
    is_small,
    reckon_heads,
    totals,
    unfold_found,
    unfold_one,
    unfold_small,
)
from cabinet.readings.views.doorway import contract_of

PERIODS_SHOWN = 36
CONTRACTS_SHOWN = 20
"""More contracts than this are chosen in a window with a search."""
FACILITIES_SHOWN = 100


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
    """The sheet: facilities that unfold to meters and registers, of the current period or an earlier one.

    Search, filter and paging change the sheet alone: htmx gets nothing else.
    """
    contract = contract_of(request, contract_id)
    windows = windows_of(contract).annotate(handed_over=act_of_window(contract))
    latest = list(recent(windows))
    current = current_window(latest)
    due = current.period if current else periods.this_period()
    period = period or due
    window = next((each for each in latest if each.period == period), None) or windows.filter(period=period).first()
    entry = can_enter_readings(window, period, handed_over=window is not None and window.handed_over)
    context = {"contract": contract, "period": period, "window": window, "entry": entry}
    context |= _sheet(request, contract, period)
    if not request.htmx:
        contracts = _contracts(request.user)
        context |= {
            "contracts": contracts,
            "chosen_in_window": len(contracts) > CONTRACTS_SHOWN,
            "periods": _periods(due, period, contract.date),
            "verification": _verification_due(request.user, contract) if entry and not context["filtered"] else (),
        }
    return page_or_fragment(request, "readings/page/page.html", "readings/page/_sheet.html", context)


@signed_in
def facility(request: HttpRequest, contract_id: int, period: dt.date, facility_id: int) -> HttpResponse:
    """The meters of one facility: a fragment when its line is unfolded, the page with it unfolded otherwise."""
    contract = contract_of(request, contract_id)
    mine = Facility.objects.for_user(request.user, Ability.READINGS).filter(contract=contract)
    found = get_object_or_404(mine, pk=facility_id)
    if not request.htmx:
        query = request.GET.copy()
        query["open"] = found.pk
        sheet = reverse("readings-period", args=[contract.pk, period])
        return redirect(f"{sheet}?{query.urlencode()}#facility-{found.pk}")
    registers = registers_of(request.user, contract).filter(meter__point__facility=found)
    chosen = RegisterFilter(request.GET, registers, period)
    head = FacilityHead(found, registers=registers.count())
    unfold_one(registers, period, head, found_by(chosen) if chosen.is_active else None, start=_after(request))
    context = {"contract": contract, "period": period, "head": head, "entry": entry_verdict(contract, period)}
    return render(request, "readings/page/_lines.html", context)


def _sheet(request: HttpRequest, contract: Contract, period: dt.date) -> dict:
    """What the sheet shows: a page of the facilities, and the counts of all of them."""
    heads = facility_heads(request.user, contract, period)
    registers = registers_of(request.user, contract)
    chosen = RegisterFilter(request.GET, registers, period)
    found = found_by(chosen) if chosen.is_active else None
    calculate = "calculate" in request.GET
    if calculate and not is_small(heads):
        reckon_heads(request.user, contract, period, heads)
    listed = heads if found is None else [head for head in heads if head.facility.pk in found]
    shown = _page(request, listed)
    _unfold(request, registers, period, heads, shown, found)
    counts = contract_counts(heads)
    return {
        "heads": heads,
        "page": shown,
        "counts": counts,
        "calculate": calculate,
        "chosen": chosen,
        "filtered": chosen.is_active,
        "shows": shows(chosen, sum(head.registers for head in heads), counts),
        **totals(heads),
    }


def _unfold(
    request: HttpRequest,
    registers: QuerySet[Register],
    period: dt.date,
    heads: list[FacilityHead],
    shown: Page,
    found: Found | None,
) -> None:
    """Read what this page shows unfolded."""
    if is_small(heads):
        return unfold_small(registers, period, heads, found)
    if found is not None:
        unfold_found(registers, period, list(shown), found)
    asked = _asked(request)
    for head in shown:
        if head.facility.pk == asked and not head.open:
            unfold_one(registers, period, head, found, start=_after(request))
    return None


def _page(request: HttpRequest, heads: list[FacilityHead]) -> Page:
    """The page of facilities: with the one that the address asks to unfold, else the one it names."""
    asked = _asked(request)
    place = next((n for n, head in enumerate(heads) if head.facility.pk == asked), None)
    number = request.GET.get("page") if place is None else place // FACILITIES_SHOWN + 1
    return Paginator(heads, FACILITIES_SHOWN).get_page(number)


def _after(request: HttpRequest) -> int:
    """How many lines of a big facility come before those asked for."""
    return parse_id(request.GET.get("after", "")) or 0


def _asked(request: HttpRequest) -> int | None:
    """The facility that the address asks to unfold."""
    return parse_id(request.GET.get("open", ""))


def _contracts(user: Any) -> list[Contract]:
    """The contracts to choose from; one more than the list takes where they are chosen in a window."""
    return list(Contract.objects.for_user(user, Ability.READINGS)[: CONTRACTS_SHOWN + 1])


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
