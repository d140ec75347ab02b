"""Two loads, two runs or two presses at once, and a worker that dies: nothing twice, nothing half-done."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from cabinet.billing.models import Payment
from cabinet.common.errors import DomainError
from cabinet.contracts.trail.recording import ContractLogEntry
from imports.actions import applying
from imports.actions.applying import confirm
from imports.actions.receiving import revive
from imports.models import Load, LoadedObject
from imports.tasks import work_on_load
from tests.at_once import at_once, errors
from tests.cast import Cast
from tests.imports.conftest import PAYMENTS, Loader, workbook
from tests.queue import work

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def payments(cast: Cast, amount: int = 100):
    return workbook(PAYMENTS, [(cast.contract.number, str(n), "18.11.2026", amount) for n in range(20)])


def confirmed(curator: Loader, load: Load) -> None:
    confirm(user=curator.user, load=load, judged_at=load.judged_at)


def test_of_two_presses_one_confirms(cast: Cast, curator: Loader) -> None:
    load = curator.judged("payments", payments(cast))
    answers = at_once(*[lambda: confirmed(curator, load)] * 2)
    assert [type(one) for one in errors(answers)] == [DomainError]
    work()
    assert Payment.objects.count() == 20 and LoadedObject.objects.count() == 20


def test_of_two_runs_of_one_task_one_loads(cast: Cast, curator: Loader) -> None:
    load = curator.judged("payments", payments(cast))
    confirmed(curator, load)
    assert not errors(at_once(*[lambda: work_on_load(load.pk)] * 2))
    load.refresh_from_db()
    assert load.is_applied and Payment.objects.count() == 20
    assert ContractLogEntry.objects.filter(action="imports.applied").count() == 1


def test_of_two_loads_of_the_same_rows_one_is_refused(cast: Cast, curator: Loader) -> None:
    loads = [curator.judged("payments", payments(cast, amount)) for amount in (100, 200)]
    for load in loads:
        confirmed(curator, load)

    def run(load: Load) -> Callable[[], None]:
        return lambda: work_on_load(load.pk)

    assert not errors(at_once(*map(run, loads)))
    states = sorted(Load.objects.values_list("state", flat=True))
    assert states == ["done", "failed"]
    assert "Ничего не загружено: проверьте файл ещё раз." in Load.objects.get(state="failed").failure
    assert Payment.objects.count() == 20 and len(set(Payment.objects.values_list("amount", flat=True))) == 1


def test_a_worker_that_dies_in_the_middle_leaves_nothing_and_the_next_run_loads_all(
    cast: Cast, curator: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = curator.judged("payments", payments(cast))
    confirmed(curator, load)
    with monkeypatch.context() as dying:

        def die(*args: object) -> None:
            raise SystemExit

        dying.setattr(applying, "note", die)
        with pytest.raises(SystemExit):
            work_on_load(load.pk)
    assert not Payment.objects.exists() and not LoadedObject.objects.exists()
    load.refresh_from_db()
    assert load.state == "working"
    Load.objects.update(claimed_at=timezone.now() - dt.timedelta(hours=1))
    revive(Load.objects.get(pk=load.pk))
    work()
    load.refresh_from_db()
    assert load.is_applied and Payment.objects.count() == 20
