"""The window «Внести показания на начало периода», for registers without a previous reading."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import trigger_client_event

from cabinet.common.access import signed_in
from cabinet.common.errors import NotAllowed
from cabinet.contracts.models import Contract
from cabinet.contracts.roles import Ability
from cabinet.metering.models import Register
from cabinet.readings.actions import UnknownRegister, save_opening_readings
from cabinet.readings.permissions import can_enter_readings, windows_of
from cabinet.readings.querysets import without_previous
from cabinet.readings.sheet import Line, lines_of
from cabinet.readings.statuses import Door
from cabinet.readings.views.doorway import contract_of

SAVED = "Показания на начало периода сохранены."


@signed_in
def opening(request: HttpRequest, contract_id: int, period: dt.date) -> HttpResponse:
    """Type readings at the period's start: ``r<register>`` its text."""
    contract = contract_of(request, contract_id)
    lines = _lines(request, contract, period)
    if request.method != "POST":
        return _window(request, contract, period, lines, {}, {})
    texts = {int(name[1:]): text for name, text in request.POST.items() if name[0] == "r" and name[1:].isdecimal()}
    try:
        problems = save_opening_readings(
            user=request.user, contract=contract, period=period, texts=texts, door=Door.PAGE
        )
    except UnknownRegister:
        raise Http404 from None
    except NotAllowed as refusal:
        return _window(request, contract, period, lines, texts, {}, refusal=str(refusal))
    if problems:
        return _window(request, contract, period, lines, texts, problems)
    return _saved(request, contract, period)


def _lines(request: HttpRequest, contract: Contract, period: dt.date) -> list[Line]:
    """The registers that start without a previous reading."""
    mine = Register.objects.for_user(request.user, Ability.READINGS).filter(meter__point__facility__contract=contract)
    return lines_of(without_previous(mine, period), period)


def _window(
    request: HttpRequest,
    contract: Contract,
    period: dt.date,
    lines: list[Line],
    texts: dict[int, str],
    problems: dict[int, str],
    refusal: str = "",
) -> HttpResponse:
    rows = [
        {
            "line": line,
            "text": texts.get(line.register.pk, line.opening_shown),
            "problem": problems.get(line.register.pk, ""),
        }
        for line in lines
    ]
    window = windows_of(contract).filter(period=period).first()
    context = {
        "contract": contract,
        "period": period,
        "rows": rows,
        "entry": can_enter_readings(window, period),
        "refusal": refusal,
    }
    status = 422 if problems or refusal else 200
    response = render(request, "readings/opening/page.html", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _saved(request: HttpRequest, contract: Contract, period: dt.date) -> HttpResponse:
    if not request.htmx:
        messages.success(request, SAVED)
        return redirect("readings-period", contract.pk, period)
    response = HttpResponse(status=204)
    for event, params in {"closeDialog": {}, "readingsChanged": {}, "toast": {"message": SAVED}}.items():
        trigger_client_event(response, event, params)
    return response
