"""Typing and confirming readings; by script in small answers, without it by the page's own form."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST

from cabinet.common.access import signed_in
from cabinet.common.digits import format_figure
from cabinet.common.errors import NotAllowed
from cabinet.common.ids import parse_id
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.readings.actions import Entry, Saved, UnknownRegister, save_readings
from cabinet.readings.filters import RegisterFilter, shows
from cabinet.readings.models import Reading
from cabinet.readings.querysets import registers_of
from cabinet.readings.sheet import Line
from cabinet.readings.unfolding import touched_by
from cabinet.readings.views.doorway import contract_of


@signed_in
@require_POST
def save(request: HttpRequest, contract_id: int, period: dt.date) -> HttpResponse:
    """Keep what was typed.

    Of a register: ``r<id>`` its text, ``v<id>`` the version the page showed, ``c<id>`` a confirmation.
    """
    contract = contract_of(request, contract_id)
    sheet = f"{reverse('readings-period', args=[contract.pk, period])}?{request.GET.urlencode()}"
    by_script = request.headers.get("X-Requested-With") == "fetch"
    try:
        saved = save_form(request, contract, period)
    except NotAllowed as refusal:
        if by_script:
            return JsonResponse({"reason": str(refusal)}, status=422)
        messages.error(request, str(refusal))
        return redirect(sheet)
    if by_script:
        return JsonResponse(_answer(request, contract, period, saved))
    for line in saved.conflicts:
        messages.warning(request, f"Счётчик № {line.meter.serial}: {conflict_words(line.reading, line.shown)}")
    return redirect(sheet)


def save_form(request: HttpRequest, contract: Contract, period: dt.date) -> Saved:
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
            version=version_in(post.get(f"v{register}", "")),
            confirmed=f"c{register}" in post,
        )
        for register in named.values()
        if register is not None
    }


def version_in(text: str) -> int | None:
    """The version of a reading: zero for one that is not there yet."""
    return 0 if text == "0" else parse_id(text)


def _answer(request: HttpRequest, contract: Contract, period: dt.date, saved: Saved) -> dict:
    """What the script puts into the page: the state of each line, what it touched, the total, the counts."""
    touched = touched_by(request.user, contract, period, saved.lines)
    facilities = {line.meter.point.facility_id for line in saved.lines}
    heads = [head for head in touched.heads if head.facility.pk in facilities]
    conflicts = {line.register.pk for line in saved.conflicts}
    chosen = RegisterFilter(request.GET, registers_of(request.user, contract), period)
    return {
        "lines": {line.register.pk: _line(request, line, line.register.pk in conflicts) for line in saved.lines},
        "heads": {
            head.facility.pk: render_to_string("readings/page/_head_state.html", {"head": head}) for head in heads
        },
        "points": {
            point.point.pk: render_to_string("readings/page/_point_energy.html", {"point": point})
            for head in heads
            for point in head.sheet.points
        },
        "total": render_to_string("readings/page/_total.html", {"entry": True, **touched.totals}),
        "shows": {show.name: format_figure(show.count) for show in shows(chosen, touched.registers, touched.counts)},
        "foot": render_to_string("readings/page/_progress.html", {"counts": touched.counts}),
        "unsent": touched.counts.unsent,
    }


def _line(request: HttpRequest, line: Line, conflict: bool) -> dict:
    return {
        "state": render_to_string("readings/page/_state.html", {"line": line}, request),
        "energy": render_to_string("readings/page/_energy.html", {"line": line}),
        "version": line.reading.version,
        "shown": line.shown,
        "wrong": bool(line.reading.problem),
        "conflict": conflict_words(line.reading, line.shown) if conflict else "",
    }


def conflict_words(reading: Reading, shown: str) -> str:
    """That a colleague changed the reading meanwhile."""
    who = reading.draft_by or reading.sent_by
    return f"{who.get_short_name() if who else 'Коллега'} уже ввёл(а) {shown or 'пустое значение'}"
