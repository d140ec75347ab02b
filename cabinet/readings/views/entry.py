"""Typing, confirming and sending readings; by script in small answers, without it by the page's own form."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from cabinet.common.access import signed_in
from cabinet.common.digits import plural
from cabinet.common.errors import NotAllowed
from cabinet.contracts.models import Contract
from cabinet.readings.actions import Entry, Saved, Sent, UnknownRegister, save_readings, send_readings
from cabinet.readings.models import Reading
from cabinet.readings.overview import contract_counts, facility_heads, read_sheets, totals
from cabinet.readings.sheet import Line
from cabinet.readings.statuses import Door
from cabinet.readings.views.doorway import contract_of


@signed_in
@require_POST
def save(request: HttpRequest, contract_id: int, period: dt.date) -> HttpResponse:
    """Keep what was typed.

    Of a register: ``r<id>`` its text, ``v<id>`` the version the page showed, ``c<id>`` a confirmation.
    """
    contract = contract_of(request, contract_id)
    by_script = request.headers.get("X-Requested-With") == "fetch"
    try:
        saved = _save(request, contract, period)
    except NotAllowed as refusal:
        if by_script:
            return JsonResponse({"reason": str(refusal)}, status=422)
        messages.error(request, str(refusal))
        return redirect("readings-period", contract.pk, period)
    if by_script:
        return JsonResponse(_answer(request, contract, period, saved))
    for line in saved.conflicts:
        messages.warning(request, f"Счётчик № {line.meter.serial}: {_conflict(line.reading, line.shown)}")
    return redirect("readings-period", contract.pk, period)


@signed_in
def send(request: HttpRequest, contract_id: int, period: dt.date) -> HttpResponse:
    """«Передать показания в расчет»; doubts that nobody confirmed are asked about first, in a window."""
    contract = contract_of(request, contract_id)
    if request.method == "POST":
        try:
            _save(request, contract, period)
            confirmed = _ids(request.POST.getlist("confirm"))
            asked = "asked" in request.POST
            if asked or not _doubtful(request.user, contract, period).exists():
                sent = send_readings(
                    user=request.user, contract=contract, period=period, confirmed=confirmed, door=Door.PAGE
                )
                return _sent(request, contract, period, sent)
        except NotAllowed as refusal:
            return _window(request, contract, period, refusal=str(refusal), status=422)
    return _window(request, contract, period)


def _save(request: HttpRequest, contract: Contract, period: dt.date) -> Saved:
    """Save what the form brought; a register that is not the person's does not exist."""
    entries = _entries(request.POST)
    if not entries:
        return Saved()
    try:
        return save_readings(user=request.user, contract=contract, period=period, entries=entries, door=Door.PAGE)
    except UnknownRegister:
        raise Http404 from None


def _entries(post: Any) -> dict[int, Entry]:
    entries = {}
    for name, text in post.items():
        register = name[1:]
        if not (register.isascii() and register.isdecimal() and len(register) < 19):
            continue
        if name[0] == "r":
            version = post.get(f"v{register}", "")
            entries[int(register)] = Entry(text, int(version) if version.isdecimal() and len(version) < 10 else None)
        elif name[0] == "c":
            entries[int(register)] = Entry(confirmed=True)
    return entries


def _ids(values: list[str]) -> set[int]:
    return {int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 19}


def _answer(request: HttpRequest, contract: Contract, period: dt.date, saved: Saved) -> dict:
    """What the script puts into the page: the state of each line, the heads of facilities, the total, the foot."""
    touched = {line.meter.point.facility_id for line in saved.lines}
    heads = facility_heads(request.user, contract, period)
    read_sheets(request.user, contract, period, heads, asked=touched.pop() if len(touched) == 1 else None)
    counts = contract_counts(heads)
    conflicts = {line.register.pk for line in saved.conflicts}
    return {
        "lines": {line.register.pk: _line(request, line, line.register.pk in conflicts) for line in saved.lines},
        "heads": {
            head.facility.pk: render_to_string("readings/page/_head_state.html", {"head": head}) for head in heads
        },
        "total": render_to_string("readings/page/_total.html", totals(heads)),
        "foot": render_to_string("readings/page/_progress.html", {"counts": counts}),
        "unsent": counts.unsent,
    }


def _line(request: HttpRequest, line: Line, conflict: bool) -> dict:
    return {
        "state": render_to_string("readings/page/_state.html", {"line": line}, request),
        "energy": render_to_string("readings/page/_energy.html", {"line": line}),
        "version": line.reading.version,
        "shown": line.shown,
        "wrong": bool(line.reading.problem),
        "conflict": _conflict(line.reading, line.shown) if conflict else "",
    }


def _conflict(reading: Reading, shown: str) -> str:
    who = reading.draft_by or reading.sent_by
    return f"{who.get_short_name() if who else 'Коллега'} уже ввёл(а) {shown or 'пустое значение'}"


def _doubtful(user: Any, contract: Contract, period: dt.date) -> Any:
    mine = Reading.objects.for_user(user).of_period(period).doubtful()
    return mine.filter(register__meter__point__facility__contract=contract)


def _window(
    request: HttpRequest, contract: Contract, period: dt.date, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The window before sending: what is ready, what must be confirmed, what is missing."""
    doubtful = _doubtful(request.user, contract, period).select_related("register__meter__point__facility")
    context = {
        "contract": contract,
        "period": period,
        "counts": contract_counts(facility_heads(request.user, contract, period)),
        "doubtful": doubtful.order_by("register__meter__point__facility__name", "register__meter__serial"),
        "refusal": refusal,
    }
    response = render(request, "readings/send/page.html", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _sent(request: HttpRequest, contract: Contract, period: dt.date, sent: Sent) -> HttpResponse:
    text = sent_sentence(sent)
    url = reverse("readings-period", args=[contract.pk, period])
    if request.htmx:
        response = HttpResponse(status=204)
        for event, params in {"closeDialog": {}, "readingsSent": {}, "toast": {"message": text}}.items():
            trigger_client_event(response, event, params)
        return response
    messages.success(request, text) if sent.sent else messages.info(request, text)
    return redirect(url)


def sent_sentence(sent: Sent) -> str:
    """What a press of «Передать показания в расчет» did, in words."""
    if not sent.sent:
        text = "Нет показаний, готовых к передаче."
    else:
        text = f"Передано в расчет: {plural(sent.sent, 'показание', 'показания', 'показаний')}."
    if sent.doubtful:
        text += f" Ждут подтверждения: {sent.doubtful}."
    if sent.wrong:
        text += f" С ошибкой: {sent.wrong}."
    return text
