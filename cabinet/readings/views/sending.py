"""«Передать показания в расчет» of one contract: what is asked before, and what was done."""

import datetime as dt

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django_htmx.http import trigger_client_event

from cabinet.common.access import signed_in
from cabinet.common.errors import NotAllowed
from cabinet.common.ids import parse_id
from cabinet.common.windows import closed, window
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.readings.actions import send_readings
from cabinet.readings.permissions import entry_verdict
from cabinet.readings.sending import Before, after_sending, before_sending, look_closer
from cabinet.readings.sheet import Line
from cabinet.readings.views.doorway import contract_of
from cabinet.readings.views.entry import conflict_words, save_form, version_in


@signed_in
def send(request: HttpRequest, contract_id: int, period: dt.date) -> HttpResponse:
    """A small contract with nothing left but what is ready is sent at once; else a window asks first."""
    contract = contract_of(request, contract_id)
    if request.method != "POST":
        verdict = entry_verdict(contract, period)
        return _window(request, contract, period, refusal=verdict.reason)
    try:
        saved = save_form(request, contract, period)
        before = before_sending(request.user, contract, period)
        if saved.conflicts or not ("asked" in request.POST or before.at_once):
            return _window(request, contract, period, before=before, conflicts=saved.conflicts)
        confirmed = _confirmed(request.POST)
        sent = send_readings(user=request.user, contract=contract, period=period, confirmed=confirmed, door=Door.PAGE)
    except NotAllowed as refusal:
        return _window(request, contract, period, refusal=str(refusal), status=422)
    if sent.doubtful and not sent.sent:
        return _window(request, contract, period, mistake="Отметьте показания, которые верны.", status=422)
    after = after_sending(request.user, contract, period, sent)
    if not request.htmx:
        return closed(request, after.sentence, to=reverse("readings-period", args=[contract.pk, period]))
    response = window(request, "readings/send/done.html", {"contract": contract, "period": period, "after": after})
    return trigger_client_event(response, "readingsSent")


def _confirmed(post: QueryDict) -> dict[int, int]:
    """The versions that were seen, by register (``12@3``): of those ticked, or with «Отметить все» of all shown."""
    pairs = [value.partition("@") for value in post.getlist("seen" if "all" in post else "confirm")]
    read = [(parse_id(register), version_in(version)) for register, _, version in pairs]
    return {register: version for register, version in read if register is not None and version is not None}


def _window(
    request: HttpRequest,
    contract: Contract,
    period: dt.date,
    *,
    before: Before | None = None,
    refusal: str = "",
    mistake: str = "",
    conflicts: list[Line] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The summary before sending; with a ``refusal`` nothing can be sent, a ``mistake`` can be mended here."""
    before = before or before_sending(request.user, contract, period)
    context = {
        "contract": contract,
        "period": period,
        "before": look_closer(before, request.user, contract, period),
        "conflicts": [(line, conflict_words(line.reading, line.shown)) for line in conflicts or ()],
        "refusal": refusal,
        "mistake": mistake,
    }
    return window(request, "readings/send/page.html", context, status)
