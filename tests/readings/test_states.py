"""What a reading can be: the same in Python and in SQL, on the page and in the counts."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from cabinet.common import periods
from cabinet.contracts.doors import Door
from cabinet.contracts.models import ReceptionWindow
from cabinet.metering.models import Meter, MeteringPoint, Register
from cabinet.readings import conditions
from cabinet.readings.acceptance import Seen, accept_readings, reject_readings
from cabinet.readings.actions import Entry, save_readings, send_readings
from cabinet.readings.models import Reading
from cabinet.readings.openings import save_opening_readings
from cabinet.readings.overview import contract_counts, facility_heads
from cabinet.readings.permissions import current_window
from cabinet.readings.sheet import lines_of
from cabinet.readings.statuses import Acceptance, Kind, Status
from cabinet.readings.todo import readings_todo
from portal.demo import builders

pytestmark = pytest.mark.django_db

NOW = timezone.now()
STATES = {
    Status.EMPTY: {},
    Status.WRONG: {"draft_text": "abc", "problem": "Показание — число"},
    Status.QUESTION: {"draft": 5, "warning": "Меньше предыдущего"},
    Status.READY: {"draft": 5},
    Status.SENT: {"sent": 5, "sent_at": NOW},
    Status.ACCEPTED: {"sent": 5, "sent_at": NOW, "acceptance": Acceptance.ACCEPTED},
    Status.REJECTED: {"sent": 5, "sent_at": NOW, "acceptance": Acceptance.REJECTED},
}
IN_SQL = {
    Status.WRONG: conditions.wrong(),
    Status.QUESTION: conditions.doubtful(),
    Status.READY: conditions.ready(),
    Status.REJECTED: conditions.rejected(),
}


def save(cast, period, text=None, *, version=None, confirmed=False, user=None, register=None):
    register = register or cast.register
    entries = {register.pk: Entry(text=text, version=version, confirmed=confirmed)}
    return save_readings(
        user=user or cast.client, contract=cast.contract, period=period, entries=entries, door=Door.PAGE
    )


def send(cast, period, confirmed=None):
    return send_readings(
        user=cast.client, contract=cast.contract, period=period, confirmed=confirmed or {}, door=Door.PAGE
    )


def reading_of(register, period, kind=Kind.CURRENT):
    return Reading.objects.get(register=register, period=period, kind=kind)


def reject(cast, reading, reason="Подтвердите фотографией"):
    reject_readings(readings=[Seen(reading.pk, reading.sent_at)], actor=cast.curator, reason=reason)


def line_of(register, period):
    return lines_of(Register.objects.filter(pk=register.pk), period)[0]


@pytest.mark.parametrize("status", STATES)
def test_each_state_is_the_same_in_python_and_in_sql(cast, period, status):
    reading = Reading.objects.create(register=cast.register, period=period, **STATES[status])
    assert reading.status == status
    for each, condition in IN_SQL.items():
        assert Reading.objects.filter(condition).exists() == (each == status), each
    settled = status in (Status.SENT, Status.ACCEPTED)
    assert Reading.objects.filter(conditions.settled()).exists() == settled


def test_the_counts_hold_every_register_once(cast, period):
    point = cast.register.meter.point
    for values in STATES.values():
        Reading.objects.create(register=builders.register(builders.meter(point)), period=period, **values)
    counts = contract_counts(facility_heads(cast.client, cast.contract, period))
    assert (counts.ready, counts.doubtful, counts.wrong, counts.sent, counts.rejected) == (1, 1, 1, 2, 1)
    assert counts.missing == 3  # the empty one and the two registers of the cast
    assert counts.total == 9


def test_a_confirmation_of_what_a_colleague_changed_meanwhile_is_a_conflict(cast, period, previous):
    save(cast, period, "1200")
    seen = reading_of(cast.register, period).version
    save(cast, period, "900000", user=cast.energetik)
    assert save(cast, period, confirmed=True, version=seen).conflicts
    assert reading_of(cast.register, period).status == Status.QUESTION


def test_a_confirmation_in_the_send_window_counts_for_the_version_it_showed(cast, period, previous):
    save(cast, period, "1200")
    seen = reading_of(cast.register, period).version
    save(cast, period, "900000", user=cast.energetik)
    assert send(cast, period, {cast.register.pk: seen}).sent == 0
    assert send(cast, period, {cast.register.pk: seen + 1}).sent == 1


def test_a_corrected_text_goes_before_the_confirmation_pressed_with_it(cast, period, previous):
    save(cast, period, "1200")
    save(cast, period, "1010", confirmed=True)
    reading = reading_of(cast.register, period)
    assert (reading.draft, reading.status) == (1010, Status.READY)


def test_the_confirmed_doubt_stays_with_the_value_that_was_sent(cast, period, previous):
    save(cast, period, "900000")
    send(cast, period, {cast.register.pk: 1})
    sent = reading_of(cast.register, period)
    assert sent.sent_warning and not sent.warning
    save(cast, period, "1010")
    assert reading_of(cast.register, period).sent_warning == sent.sent_warning
    send(cast, period)
    assert reading_of(cast.register, period).sent_warning == ""


def test_a_rejected_reading_is_still_to_be_done(cast, period, previous):
    for register in (cast.register, cast.second_register):
        save(cast, period, "1010", register=register)
    send(cast, period)
    for register in (cast.register, cast.second_register):
        reject(cast, reading_of(register, period))
    assert any(cast.contract.number in item.detail for item in readings_todo(cast.client))


def test_a_rejected_value_can_be_sent_again_as_it_is(cast, period, previous):
    save(cast, period, "1010")
    send(cast, period)
    reject(cast, reading_of(cast.register, period))
    save(cast, period, confirmed=True)
    assert reading_of(cast.register, period).status == Status.READY
    assert send(cast, period).sent == 1
    assert reading_of(cast.register, period).acceptance == Acceptance.PENDING


def test_a_rejected_reading_has_no_energy(cast, period, previous):
    save(cast, period, "1010")
    send(cast, period)
    reject(cast, reading_of(cast.register, period))
    line = line_of(cast.register, period)
    assert (line.energy, line.gap) == (None, "Не принято в расчет")


def test_a_draft_on_a_meter_that_broke_is_not_called_ready(cast, period, previous):
    save(cast, period, "1010")
    Meter.objects.filter(pk=cast.register.meter_id).update(state="faulty")
    line = line_of(cast.register, period)
    assert line.badge[2] == "Не исправен"
    assert line.explanation == "Введённое показание не передаётся"
    assert send(cast, period).doubtful == 0


def test_skipped_months_are_judged_together(cast, period, previous):
    Reading.objects.filter(register=cast.register, period__gte=periods.shift(period, -3)).delete()
    save(cast, period, "1010")  # 40 since four months, 10 a month as ever
    assert reading_of(cast.register, period).warning == ""


def opening(cast, period, text, register=None):
    texts = {(register or cast.register).pk: text}
    return save_opening_readings(user=cast.client, contract=cast.contract, period=period, texts=texts, door=Door.PAGE)


def test_an_opening_reading_makes_the_draft_on_it_be_judged_anew(cast, period):
    MeteringPoint.objects.filter(pk=cast.register.meter.point_id).update(max_power_kw=1)
    save(cast, period, "500000")
    assert reading_of(cast.register, period).status == Status.READY
    opening(cast, period, "1")
    reading = reading_of(cast.register, period)
    assert reading.status == Status.QUESTION and "больше возможного" in reading.warning
    assert send(cast, period).sent == 0


def test_an_accepted_opening_reading_that_is_changed_waits_for_acceptance_again(cast, period):
    opening(cast, period, "100")
    given = reading_of(cast.register, period, Kind.OPENING)
    accept_readings(readings=[Seen(given.pk, given.sent_at)], actor=cast.curator)
    opening(cast, period, "777")
    given.refresh_from_db()
    assert (given.sent, given.acceptance) == (777, Acceptance.PENDING)


def test_the_same_opening_reading_again_changes_nothing(cast, period):
    opening(cast, period, "100")
    given = reading_of(cast.register, period, Kind.OPENING)
    accept_readings(readings=[Seen(given.pk, given.sent_at)], actor=cast.curator)
    opening(cast, period, "100,00")
    given.refresh_from_db()
    assert given.acceptance == Acceptance.ACCEPTED


def test_a_rejected_opening_reading_does_not_count(cast, period):
    opening(cast, period, "100")
    reject(cast, reading_of(cast.register, period, Kind.OPENING))
    assert line_of(cast.register, period).previous is None
    opening(cast, period, "200")
    assert line_of(cast.register, period).previous == Decimal(200)


def test_a_faulty_meter_takes_no_opening_reading(cast, period):
    Meter.objects.filter(pk=cast.register.meter_id).update(state="faulty")
    assert "не исправен" in opening(cast, period, "100")[cast.register.pk]
    assert not Reading.objects.filter(kind=Kind.OPENING).exists()


def two_open_windows(cast, period):
    """The window of the last month still open, to close first, and this month's."""
    ReceptionWindow.objects.filter(department=cast.department).delete()
    now, day = timezone.now(), dt.timedelta(days=1)
    last = periods.shift(period, -1)
    builders.window(cast.department, period=last, opens_at=now - 20 * day, closes_at=now + 5 * day)
    builders.window(cast.department, period=period, opens_at=now - 10 * day, closes_at=now + 10 * day)
    return last


def test_of_two_open_windows_the_first_to_close_is_due(cast, period, as_user):
    last = two_open_windows(cast, period)
    assert as_user(cast.client).get(f"/cabinet/readings/{cast.contract.pk}/").context["period"] == last


def test_each_open_window_is_a_thing_to_do(cast, period, previous):
    two_open_windows(cast, period)
    urls = [item.url for item in readings_todo(cast.client)]
    assert f"/cabinet/readings/{cast.contract.pk}/{periods.code(period)}/" in urls


def test_an_open_window_goes_before_one_opened_later_and_closed():
    now, day = timezone.now(), dt.timedelta(days=1)
    open_now = ReceptionWindow(period=dt.date(2026, 10, 1), opens_at=now - 20 * day, closes_at=now + 5 * day)
    closed = ReceptionWindow(period=dt.date(2026, 11, 1), opens_at=now - 10 * day, closes_at=now - day)
    assert current_window([open_now, closed]) is open_now
    assert current_window([closed]) is closed
    assert current_window([]) is None
