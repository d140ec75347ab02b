"""A curator accepts readings or rejects them with a reason the client reads."""

import re
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cabinet.common import periods
from cabinet.common.errors import DomainError, NotAllowed
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.readings.acceptance import Decided, Seen, UnknownReading, accept_readings, reject_readings
from cabinet.readings.models import Reading, ReadingEvent
from cabinet.readings.statuses import Acceptance, Event
from portal.demo import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(cast):
    """A reading of each of the client's two facilities, and one of the other department."""
    period = periods.this_period()
    return [
        builders.sent_reading(register, period, value, sent_by=cast.client)
        for register, value in ((cast.register, "1500.25"), (cast.second_register, 20), (cast.other_register, 30))
    ]


def seen(*readings):
    return [Seen(reading.pk, reading.sent_at) for reading in readings]


def token(reading):
    return f"{reading.pk}@{reading.sent_at.isoformat()}"


def states(*readings):
    return [Reading.objects.get(pk=reading.pk).acceptance for reading in readings]


def test_accepting_leaves_history_and_one_entry_in_the_trail(cast, sent):
    assert accept_readings(readings=seen(*sent[:2]), actor=cast.curator) == Decided(2, 0)
    assert states(*sent) == [Acceptance.ACCEPTED, Acceptance.ACCEPTED, Acceptance.PENDING]
    events = ReadingEvent.objects.filter(event=Event.ACCEPTED)
    assert {(event.reading_id, event.actor, event.value) for event in events} == {
        (sent[0].pk, cast.curator, Decimal("1500.25")),
        (sent[1].pk, cast.curator, Decimal(20)),
    }
    entry = ContractLogEntry.objects.get(action="readings.accept")
    assert (entry.contract, entry.user, entry.data["count"]) == (cast.contract, cast.curator, 2)


def test_rejecting_keeps_the_reason_for_the_client(cast, sent):
    reject_readings(readings=seen(sent[0]), actor=cast.curator, reason="  Нет  фото счётчика ")
    reading = Reading.objects.get(pk=sent[0].pk)
    assert (reading.acceptance, reading.acceptance_reason) == (Acceptance.REJECTED, "Нет фото счётчика")
    assert ReadingEvent.objects.get(event=Event.REJECTED).note == "Нет фото счётчика"
    entry = ContractLogEntry.objects.get(action="readings.reject")
    assert entry.words == f"Показания не приняты в расчет: {periods.label(reading.period).lower()}, 1 показание"
    assert entry.formatter.format_comment(entry) == "Нет фото счётчика"


@pytest.mark.parametrize("reason", ["", "   ", "я" * 301])
def test_a_rejection_without_a_readable_reason_is_refused(cast, sent, reason):
    with pytest.raises(DomainError, match="ричин"):
        reject_readings(readings=seen(sent[0]), actor=cast.curator, reason=reason)
    assert states(sent[0]) == [Acceptance.PENDING]


def test_a_reading_resent_meanwhile_is_left_for_another_look(cast, sent):
    as_shown = seen(*sent[:2])
    Reading.objects.filter(pk=sent[0].pk).update(sent=1600, sent_at=timezone.now())
    assert accept_readings(readings=as_shown, actor=cast.curator) == Decided(1, 1)
    assert states(*sent[:2]) == [Acceptance.PENDING, Acceptance.ACCEPTED]


def test_a_decided_reading_is_not_decided_again(cast, sent):
    accept_readings(readings=seen(sent[0]), actor=cast.curator)
    assert reject_readings(readings=seen(sent[0]), actor=cast.curator, reason="Поздно") == Decided(0, 1)
    assert ReadingEvent.objects.count() == 1


def test_another_departments_reading_does_not_exist_and_nothing_is_done(cast, sent):
    with pytest.raises(UnknownReading):
        accept_readings(readings=seen(*sent), actor=cast.curator)
    assert set(states(*sent)) == {Acceptance.PENDING}


@pytest.mark.parametrize("who", ["editor", "client", "energetik"])
def test_nobody_but_curators_and_administrators_accepts(cast, sent, who):
    with pytest.raises(NotAllowed):
        accept_readings(readings=seen(sent[0]), actor=getattr(cast, who))


def test_an_administrator_accepts_for_every_department(cast, sent):
    assert accept_readings(readings=seen(*sent), actor=cast.admin) == Decided(3, 0)
    assert ContractLogEntry.objects.filter(action="readings.accept").count() == 2


def test_statements_do_not_grow_with_the_readings(cast, django_assert_max_num_queries):
    facility = cast.facility
    readings = [
        builders.sent_reading(
            builders.register(builders.meter(builders.point(facility))), periods.this_period(), number
        )
        for number in range(60)
    ]
    curator = type(cast.curator).objects.get(pk=cast.curator.pk)
    with django_assert_max_num_queries(16):
        assert accept_readings(readings=seen(*readings), actor=curator).done == 60


def test_the_list_shows_what_waits_and_nothing_of_others(cast, sent, as_user):
    page = as_user(cast.curator).get(reverse("acceptance")).content.decode()
    assert sent[0].register.meter.serial in page and "1\u202f500,25" in page
    assert sent[2].register.meter.serial not in page


def test_the_doubt_shown_is_that_of_the_value_sent(cast, sent, as_user):
    doubts = {"sent_warning": "Расход больше обычного в 4 раза", "warning": "О черновике исправления"}
    Reading.objects.filter(pk=sent[0].pk).update(draft=9, **doubts)
    client = as_user(cast.curator)
    for address in (reverse("acceptance"), reverse("acceptance_reading", args=[sent[0].pk])):
        page = client.get(address).content.decode()
        assert doubts["sent_warning"] in page and doubts["warning"] not in page


def test_filters_narrow_the_list(cast, sent, as_user):
    client = as_user(cast.curator)
    first, second = (one.register.meter.serial for one in sent[:2])

    def listed(**query):
        page = client.get(reverse("acceptance"), query).content.decode()
        return [serial in page for serial in (first, second)]

    assert listed(status="", serial=first) == [True, False]
    assert listed(status="accepted") == [False, False]
    assert listed(status="pending", period=periods.code(periods.this_period())) == [True, True]
    assert listed(status="", period=periods.code(periods.shift(periods.this_period(), -1))) == [False, False]
    assert listed(status="", contract="нет такого") == [False, False]
    Reading.objects.filter(pk=sent[0].pk).update(sent_warning="Расход больше обычного")
    assert listed(status="", warning="yes") == [True, False]
    assert listed(status="", warning="no") == [False, True]


def test_the_list_costs_the_same_for_one_and_for_many(cast, as_user, django_assert_max_num_queries):
    for number in range(40):
        register = builders.register(builders.meter(builders.point(cast.facility)))
        builders.sent_reading(register, periods.this_period(), number, sent_by=cast.client)
    client = as_user(cast.curator)
    client.get(reverse("acceptance"))
    with django_assert_max_num_queries(25):
        client.get(reverse("acceptance"))


def decide(client, address=None, **data):
    return client.post(address or reverse("acceptance"), data)


def test_a_ticked_reading_is_accepted_from_the_page(cast, sent, as_user):
    here = reverse("acceptance") + "?status=pending&p=2"
    response = decide(as_user(cast.curator), here, reading=[token(sent[0])], verdict="accept")
    assert (response.status_code, response["Location"]) == (302, here)
    assert states(*sent[:2]) == [Acceptance.ACCEPTED, Acceptance.PENDING]


@pytest.mark.parametrize("verdict", [None, "", "Accept", "pending"])
def test_a_post_that_says_no_decision_decides_nothing(cast, sent, as_user, verdict):
    said = {} if verdict is None else {"verdict": verdict}
    client = as_user(cast.curator)
    one = reverse("acceptance_reading", args=[sent[0].pk])
    assert decide(client, reading=[token(sent[0])], reason="Нет фото", **said).status_code == 404
    assert decide(client, one, sent_at=sent[0].sent_at.isoformat(), **said).status_code == 404
    assert states(sent[0]) == [Acceptance.PENDING]


def test_the_button_that_enter_presses_asks_which_decision_is_meant(cast, sent, as_user):
    client = as_user(cast.curator)
    for address in (reverse("acceptance"), reverse("acceptance_reading", args=[sent[0].pk])):
        page = client.get(address).content.decode()
        form = page[page.index('<form method="post"') :]
        assert re.findall('<button type="submit"[^>]* value="([a-z]+)"', form) == ["none", "accept", "reject"]
    response = decide(client, reading=[token(sent[0])], verdict="none", reason="Нет фото")
    page = response.content.decode()
    assert response.status_code == 422 and "Выберите решение" in page
    assert 'value="Нет фото"' in page and f'value="{token(sent[0])}" checked' in page
    assert states(sent[0]) == [Acceptance.PENDING]


def test_all_found_are_rejected_at_once_but_not_what_came_later(cast, sent, as_user):
    seen_until = timezone.now()
    Reading.objects.filter(pk=sent[1].pk).update(sent_at=seen_until + timedelta(seconds=1))
    data = {"everything": "1", "seen_until": seen_until.isoformat(), "verdict": "reject", "reason": "Проверьте номер"}
    assert decide(as_user(cast.curator), reverse("acceptance") + "?status=pending", **data).status_code == 302
    assert states(*sent) == [Acceptance.REJECTED, Acceptance.PENDING, Acceptance.PENDING]


def test_all_found_are_those_of_the_filters(cast, sent, as_user):
    here = f"{reverse('acceptance')}?serial={sent[1].register.meter.serial}"
    data = {"everything": "1", "seen_until": timezone.now().isoformat(), "verdict": "accept"}
    decide(as_user(cast.curator), here, **data)
    assert states(*sent[:2]) == [Acceptance.PENDING, Acceptance.ACCEPTED]


@pytest.mark.parametrize(
    "query", ["period=2001-01", "warning=x", "status=none", "department=999999", "serial=" + "1" * 41]
)
def test_a_filter_that_is_not_understood_finds_and_decides_nothing(cast, sent, as_user, query):
    client = as_user(cast.curator)
    here = f"{reverse('acceptance')}?{query}"
    page = client.get(here).content.decode()
    assert sent[0].register.meter.serial not in page
    assert "исправьте отмеченные фильтры" in page and 'aria-invalid="true"' in page
    data = {"everything": "1", "seen_until": timezone.now().isoformat(), "verdict": "accept"}
    assert decide(client, here, **data).status_code == 404
    assert set(states(*sent)) == {Acceptance.PENDING}


@pytest.mark.parametrize(("reason", "said"), [("", "Укажите причину"), ("я" * 301, "Причина длиннее 300")])
def test_a_refused_decision_keeps_the_ticks_and_the_reason(cast, sent, as_user, reason, said):
    response = decide(as_user(cast.curator), reading=[token(sent[0])], verdict="reject", reason=reason)
    page = response.content.decode()
    assert response.status_code == 422
    assert f'value="{token(sent[0])}" checked' in page
    assert f'value="{token(sent[1])}" checked' not in page and token(sent[1]) in page
    assert said in page[page.index('id="id_reason_error"') : page.index('id="id_reason"')]
    field = re.search('<input[^>]*id="id_reason"[^>]*>', page)[0]
    assert all(part in field for part in (reason, "autofocus", 'aria-describedby="id_reason_error"'))
    assert states(sent[0]) == [Acceptance.PENDING]


def test_a_refused_decision_on_all_found_keeps_its_tick(cast, as_user, sent, monkeypatch):
    monkeypatch.setattr("cabinet.readings.back_office.PAGE_SIZE", 1)
    data = {"everything": "1", "seen_until": timezone.now().isoformat(), "verdict": "reject", "reason": " "}
    response = decide(as_user(cast.curator), **data)
    assert response.status_code == 422
    assert 'name="everything" value="1" checked' in response.content.decode()


def test_nothing_ticked_is_said_and_the_reason_stays(cast, sent, as_user):
    response = decide(as_user(cast.curator), verdict="reject", reason="Нет фото")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Отметьте показания." in page and 'value="Нет фото"' in page


def test_a_tick_on_a_reading_sent_again_meanwhile_is_not_kept(cast, sent, as_user):
    as_shown = token(sent[0])
    Reading.objects.filter(pk=sent[0].pk).update(sent=1600, sent_at=timezone.now())
    page = decide(as_user(cast.curator), reading=[as_shown], verdict="reject").content.decode()
    assert " checked" not in page and "1\u202f600" in page


@pytest.mark.parametrize("forged", ["x@y", "1", "1@2026-13-45T00:00:00+00:00", "9" * 30 + "@2026-01-01T00:00:00+00:00"])
def test_a_forged_post_is_404(cast, sent, as_user, forged):
    assert decide(as_user(cast.curator), reading=[forged], verdict="accept").status_code == 404


def test_a_foreign_reading_in_a_post_is_404(cast, sent, as_user):
    client, theirs = as_user(cast.curator), reverse("acceptance_reading", args=[sent[2].pk])
    assert decide(client, reading=[token(sent[2])], verdict="accept").status_code == 404
    assert client.get(theirs).status_code == 404
    assert decide(client, theirs, sent_at=sent[2].sent_at.isoformat(), verdict="accept").status_code == 404
    assert states(sent[2]) == [Acceptance.PENDING]


def test_one_reading_is_decided_on_its_page(cast, sent, as_user):
    client, here = as_user(cast.curator), reverse("acceptance_reading", args=[sent[0].pk])
    seen_at = sent[0].sent_at.isoformat()
    refused = decide(client, here, sent_at=seen_at, verdict="reject", reason=" ")
    assert refused.status_code == 422 and "Укажите причину" in refused.content.decode()
    assert decide(client, here, sent_at=seen_at, verdict="reject", reason="Нет фото")["Location"] == here
    assert states(*sent[:2]) == [Acceptance.REJECTED, Acceptance.PENDING]
    assert decide(client, here, sent_at="вчера", verdict="accept").status_code == 404


def test_one_reading_opens_with_its_history(cast, sent, as_user):
    reject_readings(readings=seen(sent[0]), actor=cast.curator, reason="Нет фото")
    page = as_user(cast.curator).get(reverse("acceptance_reading", args=[sent[0].pk])).content.decode()
    assert "Не принято в расчет" in page and "Нет фото" in page and str(cast.curator) in page


@pytest.mark.parametrize("who", ["editor"])
def test_an_editor_sees_no_readings(cast, sent, as_user, who):
    response = as_user(getattr(cast, who)).get(reverse("acceptance"))
    assert response.status_code == 302


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_curators_at_once_one_decides(cast, sent):
    colleague = builders.user("third@example.com", is_staff=True)
    colleague.groups.set(cast.curator.groups.all())
    cast.department.curators.add(colleague)
    results, barrier = [], threading.Barrier(2)

    def decide(actor):
        try:
            barrier.wait()
            results.append(accept_readings(readings=seen(*sent[:2]), actor=actor))
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[actor]) for actor in (cast.curator, colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [Decided(0, 2), Decided(2, 0)]
    assert ReadingEvent.objects.count() == 2
