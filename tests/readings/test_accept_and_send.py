"""A curator decides while the client sends corrections: both write the same readings of one contract."""

import threading
from decimal import Decimal

import pytest
from django.db import connections, transaction

from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.readings.acceptance import Decided, Seen, accept_readings
from cabinet.readings.actions import Entry, save_readings, send_readings
from cabinet.readings.models import Reading
from cabinet.readings.statuses import Acceptance
from portal.demo import builders

pytestmark = [pytest.mark.race, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

PATIENCE = 10


@pytest.fixture
def registers(cast):
    return [builders.register(builders.meter(builders.point(cast.facility))) for _ in range(30)]


def send(cast, period, registers, value):
    entries = {register.pk: Entry(text=str(value)) for register in registers}
    save_readings(user=cast.client, contract=cast.contract, period=period, entries=entries, door=Door.PAGE)
    send_readings(user=cast.client, contract=cast.contract, period=period, confirmed={}, door=Door.PAGE)


def in_thread(errors, call):
    def run():
        try:
            call()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_decision_waits_for_the_client_who_sends_and_then_leaves_his_new_values(cast, period, registers):
    send(cast, period, registers, 100)
    seen = [Seen(one.pk, one.sent_at) for one in Reading.objects.of_period(period).filter(register__in=registers)]
    decided, errors = [], []
    with transaction.atomic():
        Contract.objects.select_for_update().get(pk=cast.contract.pk)
        curator = in_thread(errors, lambda: decided.append(accept_readings(readings=seen, actor=cast.curator)))
        curator.join(0.5)
        assert curator.is_alive()
        send(cast, period, registers, 200)
    curator.join(PATIENCE)
    assert (errors, decided) == ([], [Decided(0, len(seen))])
    assert set(Reading.objects.filter(register__in=registers).values_list("sent", "acceptance")) == {
        (Decimal(200), Acceptance.PENDING)
    }


@pytest.mark.parametrize("attempt", range(5))
def test_deciding_and_sending_at_once_never_lock_each_other_out(cast, period, registers, attempt):
    send(cast, period, registers, 100)
    rows = Reading.objects.filter(register__in=registers).order_by("-pk")
    seen = [Seen(one.pk, one.sent_at) for one in rows]
    errors, start = [], threading.Barrier(2)

    def accepts():
        start.wait(PATIENCE)
        accept_readings(readings=seen, actor=cast.curator)

    def sends():
        start.wait(PATIENCE)
        send(cast, period, registers, 105)

    for thread in [in_thread(errors, accepts), in_thread(errors, sends)]:
        thread.join(PATIENCE)
    assert errors == []
    assert set(rows.values_list("sent", "acceptance")) == {(Decimal(105), Acceptance.PENDING)}
