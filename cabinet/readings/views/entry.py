"""Typing, confirming and sending readings; by script in small answers, without it by the page's own form."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST

from cabinet.common.access import signed_in
from cabinet.common.digits import plural
from cabinet.common.errors import NotAllowed
from cabinet.common.ids import parse_id
from cabinet.common.windows import closed, window
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.readings.actions import (
    Entry,
    Saved,
    Sent,
    UnknownRegister,
    save_readings,
    send_readings,
    sendable,
)
from cabinet.readings.models import Reading
from cabinet.readings.overview import contract_counts, facility_heads, read_sheets, totals
from cabinet.readings.sheet import Line
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
    if request.method != "POST":
        return _window(request, contract, period)
    try:
        saved = _save(request, contract, period)
        asked = "asked" in request.POST
        if saved.conflicts or (not asked and sendable(request.user, contract, period).doubtful().exists()):
            return _window(request, contract, period, conflicts=saved.conflicts)
        confirmed = _versions(request.POST.getlist("confirm"))
        sent = send_readings(user=request.user, contract=contract, period=period, confirmed=confirmed, door=Door.PAGE)
    except NotAllowed as refusal:
        return _window(request, contract, period, refusal=str(refusal), status=422)
    if sent.doubtful and not sent.sent:
        return _window(request, contract, period, refusal="Отметьте показания, которые верны.", status=422)
    to = reverse("readings-period", args=[contract.pk, period])
    return closed(request, sent_sentence(sent), "readingsSent", to=to)


def _save(request: HttpRequest, contract: Contract, period: dt.date) -> Saved:
    """Save what the form brought; a register that is not the person's does not exist."""
    entries = _entries(request.POST)
    if not entries:
        return Saved()
    try:
        return save_readings(user=request.user, contract=contract, period=period, entries=entries, door=Door.PAGE)
    except UnknownRegister:
        raise Http404 from None


def _entries(post: QueryDict) -> dict[int, Entry]:
    """What the form says of each register; names that are no register's are not ours."""
    named = {name: parse_id(name[1:]) for name in post if name[:1] in ("r", "c")}
    return {
        register: Entry(
            text=post.get(f"r{register}"),
            version=_version(post.get(f"v{register}", "")),
            confirmed=f"c{register}" in post,
        )
        for register in named.values()
        if register is not None
    }


def _version(text: str) -> int | None:
    """The version of a reading: zero for one that is not there yet."""
    return 0 if text == "0" else parse_id(text)


def _versions(values: list[str]) -> dict[int, int]:
    """What ``confirm`` says: the versions that were seen, by register (``12@3``)."""
    pairs = [value.partition("@") for value in values]
    read = [(parse_id(register), _version(version)) for register, _, version in pairs]
    return {register: version for register, version in read if register is not None and version is not None}


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
        "points": {
            point.point.pk: render_to_string("readings/page/_point_energy.html", {"point": point})
            for head in heads
            if head.sheet is not None
            for point in head.sheet.points
        },
        "total": render_to_string("readings/page/_total.html", {"entry": True, **totals(heads)}),
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


def _window(
    request: HttpRequest,
    contract: Contract,
    period: dt.date,
    *,
    refusal: str = "",
    conflicts: list[Line] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The window before sending: what is ready, what must be confirmed, what a colleague changed, what is missing."""
    doubtful = sendable(request.user, contract, period).doubtful().select_related("register__meter__point__facility")
    context = {
        "contract": contract,
        "period": period,
        "counts": contract_counts(facility_heads(request.user, contract, period)),
        "doubtful": doubtful.order_by("register__meter__point__facility__name", "register__meter__serial"),
        "conflicts": [(line, _conflict(line.reading, line.shown)) for line in conflicts or ()],
        "refusal": refusal,
    }
    return window(request, "readings/send/page.html", context, status)


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
