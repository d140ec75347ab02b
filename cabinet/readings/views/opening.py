"""The window «Внести показания на начало периода», for registers without a previous reading."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from cabinet.common.access import signed_in
from cabinet.common.errors import NotAllowed
from cabinet.common.ids import parse_id
from cabinet.common.windows import closed, window
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.readings.actions import UnknownRegister
from cabinet.readings.models import Reading
from cabinet.readings.openings import save_opening_readings
from cabinet.readings.permissions import entry_verdict
from cabinet.readings.querysets import registers_of, without_previous
from cabinet.readings.sheet import Line, lines_of
from cabinet.readings.statuses import Kind
from cabinet.readings.views.doorway import contract_of

SAVED = "Показания на начало периода сохранены."


@signed_in
def opening(request: HttpRequest, contract_id: int, period: dt.date) -> HttpResponse:
    """Type readings at the period's start: ``r<register>`` its text."""
    contract = contract_of(request, contract_id)
    if request.method != "POST":
        return _window(request, contract, period, {}, {})
    named = {parse_id(name[1:]): text for name, text in request.POST.items() if name[:1] == "r"}
    texts = {register: text for register, text in named.items() if register is not None}
    try:
        problems = save_opening_readings(
            user=request.user, contract=contract, period=period, texts=texts, door=Door.PAGE
        )
    except UnknownRegister:
        raise Http404 from None
    except NotAllowed as refusal:
        return _window(request, contract, period, texts, {}, refusal=str(refusal))
    if problems:
        return _window(request, contract, period, texts, problems)
    to = reverse("readings-period", args=[contract.pk, period])
    return closed(request, SAVED, "readingsChanged", to=to)


def _window(
    request: HttpRequest,
    contract: Contract,
    period: dt.date,
    texts: dict[int, str],
    problems: dict[int, str],
    refusal: str = "",
) -> HttpResponse:
    lines = lines_of(without_previous(registers_of(request.user, contract), period), period)
    openings = Reading.objects.for_user(request.user).of_contract(contract).of_period(period, Kind.OPENING)
    given = {one.register_id: one for one in openings}
    context = {
        "contract": contract,
        "period": period,
        "rows": [_row(line, given.get(line.register.pk), texts, problems) for line in lines],
        "entry": entry_verdict(contract, period),
        "refusal": refusal,
    }
    return window(request, "readings/opening/page.html", context, 422 if problems or refusal else 200)


def _row(line: Line, given: Reading | None, texts: dict[int, str], problems: dict[int, str]) -> dict:
    """A register's field: what was typed last, else what was given before and what the supplier made of it."""
    shown = line.in_digits(given.sent) if given else ""
    register = line.register.pk
    return {"line": line, "given": given, "text": texts.get(register, shown), "problem": problems.get(register, "")}
