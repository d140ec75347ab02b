"""``make_demo`` makes what is missing, once, for the day it is told, and takes it away whole."""

import datetime as dt
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from cabinet.accounts.models import User
from cabinet.common import periods
from cabinet.contracts.models import Contract, Department, ReceptionWindow
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.metering.models import Meter, Register
from cabinet.readings.models import ActPrint, Reading, ReadingEvent
from cabinet.readings.sheet import lines_of
from portal.demo import builders

pytestmark = pytest.mark.django_db
TODAY = "2026-11-24"
PERIOD = dt.date(2026, 11, 1)


def make_demo(*arguments: str) -> str:
    """What the command says."""
    out = StringIO()
    call_command("make_demo", *arguments, stdout=out)
    return out.getvalue()


def rows() -> dict[str, list[tuple]]:
    """Every row of every table."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in models}


def test_a_second_run_changes_nothing_and_is_quick(django_assert_max_num_queries) -> None:
    make_demo("--today", TODAY)
    before = rows()
    with django_assert_max_num_queries(2):
        said = make_demo()
    assert "already" in said
    assert rows() == before


def test_removing_leaves_nothing_of_it_and_it_can_be_made_again() -> None:
    before = rows()
    make_demo("--today", TODAY, "--meters", "20")
    assert "10" in make_demo("--remove")
    after = rows()
    groups = {"auth.Group", "contenttypes.ContentType"}
    assert {label for label in after if after[label] != before[label]} <= groups
    make_demo()
    assert User.objects.filter(is_demo=True).count() == 9


def test_removing_takes_the_trail_and_the_printed_acts_along(
    settings, tmp_path, django_capture_on_commit_callbacks
) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_demo()
    contract = Contract.objects.get(number="99884021")
    client = User.objects.get(email="client@example.com")
    printed = ActPrint(user=client, contract=contract, period=PERIOD, filled=True)
    printed.file.save("act.pdf", ContentFile(b"%PDF"))
    kept = builders.contract()
    for each in (contract, kept):
        ContractLogEntry.objects.create(
            content_type=ContentType.objects.get_for_model(Contract),
            object_id=str(each.pk),
            label=str(each),
            action="wagtail.edit",
            timestamp=timezone.now(),
            user=client,
            contract=each,
            department=each.department,
        )
    with django_capture_on_commit_callbacks(execute=True):
        make_demo("--remove")
    assert [entry.contract for entry in ContractLogEntry.objects.all()] == [kept]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_removing_spares_what_is_not_the_demos() -> None:
    make_demo()
    stranger = builders.user("real@example.com")
    department = Department.objects.get(name="Центральное отделение")
    kept = builders.contract(None, department)
    window = builders.window(None, period=dt.date(2031, 1, 1))
    make_demo("--remove")
    assert list(User.objects.all()) == [stranger]
    assert list(Contract.objects.all()) == [kept]
    assert list(ReceptionWindow.objects.filter(department=None)) == [window]


@pytest.mark.parametrize("today", ["2024-02-29", "2025-01-01", "2026-12-31"])
def test_the_demo_fits_the_day_it_is_made_for(today: str) -> None:
    make_demo("--today", today)
    day = dt.date.fromisoformat(today)
    period = day.replace(day=1)
    typed = Reading.objects.get(draft__isnull=False)
    assert typed.period == period
    assert timezone.localdate(typed.draft_at) <= day
    assert Reading.objects.order_by("-period")[0].period == period
    assert Reading.objects.order_by("period")[0].period == periods.shift(period, -25)
    assert Meter.objects.filter(verification_due__lt=day).count() == 1
    assert not ReadingEvent.objects.filter(at__gt=builders.month_bounds(period)[1]).exists()


def test_a_department_that_has_common_windows_keeps_them() -> None:
    window = builders.window(None, period=PERIOD)
    make_demo("--today", TODAY)
    assert list(ReceptionWindow.objects.filter(department=None)) == [window]


@pytest.mark.parametrize("count", [1, 250])
def test_the_big_contract_has_the_meters_asked_for(count: int) -> None:
    make_demo("--today", TODAY, "--meters", str(count))
    big = User.objects.get(email="big@example.com")
    assert big.is_demo and big.check_password("Demo-2026")
    [contract] = Contract.objects.for_user(big)
    assert contract.facilities.count() == min(count, 100)
    lines = lines_of(Register.objects.for_user(big), PERIOD)
    assert len(lines) == count
    assert all(line.previous is not None and line.basis.limits.usual for line in lines)
    assert f"{count} meters already" in make_demo("--meters", "7")
    assert Meter.objects.for_user(big).count() == count


def test_the_big_contract_is_written_in_bulk(django_assert_max_num_queries) -> None:
    make_demo()
    with django_assert_max_num_queries(200):
        make_demo("--meters", "2000")


def test_an_account_that_is_not_the_demos_is_never_taken_over() -> None:
    builders.user("curator2@example.com")
    with pytest.raises(CommandError, match="nothing was changed"):
        make_demo()
    assert User.objects.count() == 1
    assert not Contract.objects.exists()


@pytest.mark.parametrize("arguments", [("--today", "24.11.2026"), ("--meters", "many"), ("--meters", "-5")])
def test_a_wrong_argument_is_refused(arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        make_demo(*arguments)
    assert not User.objects.exists()


def test_production_takes_no_demo_but_can_be_rid_of_it(settings) -> None:
    make_demo()
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="embedded"):
        make_demo()
    make_demo("--remove")
    assert not User.objects.exists()
