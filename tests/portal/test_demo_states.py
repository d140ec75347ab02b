"""Every state that the demo promises is there, on one day of its two years."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from itertools import pairwise

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from cabinet.accounts.models import User
from cabinet.billing.kinds import DocumentKind, ViolationKind
from cabinet.billing.models import Payment, SupplierDocument, ViolationAct
from cabinet.common import periods
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract, ContractAccess, Department, Facility, ReceptionWindow
from cabinet.contracts.roles import Ability, Role
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.contracts.validators import validate_inn, validate_ogrn
from cabinet.metering.models import Meter, MeteringPoint, Register, TransformerRatio
from cabinet.metering.statuses import VERIFICATION_EXPIRED, MeterState
from cabinet.readings.models import Reading, ReadingEvent
from cabinet.readings.sheet import lines_of
from cabinet.readings.statuses import Acceptance, Event, Status
from portal.demo import builders
from portal.demo.people import ORGANISATIONS

TODAY = dt.date(2026, 11, 24)
PERIOD = dt.date(2026, 11, 1)
FIRST, ALL_SENT, THIRD, OTHER, UNBOUND = "99884021", "99884050", "99884077", "99770311", "99551740"


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """The demo of one day, made once for the module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("make_demo", "--today", TODAY.isoformat(), stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def made(demo: None, db: None) -> None:
    """The demo, in a test that may touch the database."""


def registers(number: str) -> "Register.objects":
    return Register.objects.filter(meter__point__facility__contract__number=number)


def meter(serial: str) -> Meter:
    return Meter.objects.get(serial=serial)


# --- People and contracts -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "login",
    ["client", "energetik", "accountant", "other", "newcomer", "editor", "curator", "curator2", "admin"],
)
def test_everybody_of_the_cast_can_sign_in(made: None, login: str) -> None:
    user = User.objects.get(email=f"{login}@example.com")
    assert user.check_password("Demo-2026")
    assert user.is_demo and user.is_active
    address = user.emailaddress_set.get()
    assert (address.email, address.primary, address.verified) == (user.email, True, True)


@pytest.mark.parametrize(
    ("login", "group", "superuser"),
    [
        ("editor", "Редактор", False),
        ("curator", "Куратор", False),
        ("curator2", "Куратор", False),
        ("admin", "Администратор", True),
    ],
)
def test_the_staff_is_in_its_groups(made: None, login: str, group: str, superuser: bool) -> None:
    user = User.objects.get(email=f"{login}@example.com")
    assert user.is_staff and user.is_superuser is superuser
    assert [each.name for each in user.groups.all()] == [group]


def test_the_clients_are_no_staff(made: None) -> None:
    assert User.objects.filter(is_staff=True).count() == 4


def test_the_client_administers_three_contracts_of_one_organisation(made: None) -> None:
    mine = ContractAccess.objects.filter(user__email="client@example.com").order_by("contract__number")
    assert [access.role for access in mine] == [Role.ADMINISTRATOR] * 3
    assert [access.contract.price_category for access in mine] == [1, 3, 5]
    assert {access.contract.organisation.name for access in mine} == {"ООО «Вымпел-Снаб»"}
    assert [bool(access.contract.signature_agreement_date) for access in mine] == [False, True, True]


def test_the_engineer_works_with_chosen_facilities_of_the_first_contract(made: None) -> None:
    engineer = User.objects.get(email="energetik@example.com")
    chosen = Facility.objects.for_user(engineer, Ability.READINGS)
    assert {facility.contract.number for facility in chosen} == {FIRST}
    assert 0 < chosen.count() < Facility.objects.filter(contract__number=FIRST).count()


def test_the_accountant_sees_all_three_contracts(made: None) -> None:
    accountant = User.objects.get(email="accountant@example.com")
    assert {c.number for c in Contract.objects.for_user(accountant)} == {FIRST, ALL_SENT, THIRD}
    assert {access.role for access in accountant.accesses.all()} == {Role.ACCOUNTANT}


def test_the_other_client_is_of_another_organisation_and_department(made: None) -> None:
    [theirs] = Contract.objects.for_user(User.objects.get(email="other@example.com"))
    first = Contract.objects.get(number=FIRST)
    assert theirs.organisation != first.organisation
    assert theirs.department != first.department
    assert [user.email for user in theirs.department.curators.all()] == ["curator2@example.com"]
    assert [user.email for user in first.department.curators.all()] == ["curator@example.com"]


def test_the_newcomer_has_no_contract_and_one_that_can_be_bound(made: None) -> None:
    assert not User.objects.get(email="newcomer@example.com").accesses.exists()
    free = Contract.objects.get(number=UNBOUND)
    assert not free.accesses.exists()
    page = (settings.BASE_DIR / "docs" / "demo.md").read_text()
    assert all(needed in page for needed in (free.number, free.organisation.inn, free.organisation.email))


def test_the_organisations_numbers_have_right_check_digits(made: None) -> None:
    for organisation in ORGANISATIONS:
        validate_inn(organisation["inn"])
        validate_ogrn(organisation["ogrn"])


# --- Reception windows --------------------------------------------------------------------------


@pytest.mark.parametrize("department", ["Центральное отделение", "Северное отделение"])
def test_a_departments_windows_span_every_month(made: None, department: str) -> None:
    windows = ReceptionWindow.objects.filter(department__name=department).order_by("period")
    assert windows[0].period <= periods.shift(PERIOD, -24)
    assert windows.last().period == periods.shift(PERIOD, 12)
    for before, after in pairwise(windows):
        assert after.period == periods.shift(before.period, 1)
        assert after.opens_at - before.closes_at == dt.timedelta(minutes=1)
    assert timezone.localtime(windows[0].opens_at).strftime("%d %H:%M") == "01 00:00"
    assert timezone.localtime(windows[0].closes_at).strftime("%H:%M") == "23:59"


def test_there_are_common_windows_around_the_months_end(made: None) -> None:
    window = ReceptionWindow.objects.get(department=None, period=PERIOD)
    opens, closes = timezone.localtime(window.opens_at), timezone.localtime(window.closes_at)
    assert (opens.date(), closes.date()) == (dt.date(2026, 11, 23), dt.date(2026, 12, 3))


# --- Meters -------------------------------------------------------------------------------------


def test_a_meter_is_faulty_and_has_had_no_reading_since(made: None) -> None:
    faulty = Meter.objects.get(state=MeterState.FAULTY)
    assert faulty.refusal(TODAY) == "Не исправен"
    assert not Reading.objects.filter(register__meter=faulty, period=periods.shift(PERIOD, -1)).exists()


@pytest.mark.parametrize("today", [TODAY, dt.date(2026, 11, 30)])
def test_a_meters_verification_has_expired(made: None, today: dt.date) -> None:
    [expired] = Meter.objects.filter(verification_due__lt=today)
    assert expired.refusal(today) == VERIFICATION_EXPIRED
    last = Reading.objects.filter(register__meter=expired, sent__isnull=False).order_by("-period")[0]
    assert timezone.localdate(last.sent_at) <= expired.verification_due


def test_a_meter_is_due_for_verification_within_thirty_days(made: None) -> None:
    [due] = Meter.objects.filter(verification_due__range=(TODAY, TODAY + dt.timedelta(days=30)))
    assert due.refusal(TODAY) == ""


def test_a_meter_has_no_previous_reading(made: None) -> None:
    [new] = Register.objects.filter(readings=None)
    assert new.meter.refusal(TODAY) == ""
    assert new.meter.point.facility.contract.number == FIRST


def test_a_meter_is_just_before_roll_over(made: None) -> None:
    rolling = meter("32104477")
    [line] = lines_of(rolling.registers.all(), PERIOD)
    assert line.previous_shown == "99\u202f871,2"
    energy = line.basis.energy_of(Decimal("112.6"))
    assert round(energy) == 241
    assert line.basis.doubt(Decimal("112.6")).startswith("Переход через ноль?")


def test_a_point_is_transit_and_points_have_losses(made: None) -> None:
    first = MeteringPoint.objects.filter(facility__contract__number=FIRST)
    assert first.exclude(transit_consumer="").exists()
    assert first.filter(loss_percent__gt=0).exists()
    assert MeteringPoint.objects.filter(loss_kwh__gt=0).exists()


def test_the_first_contract_has_two_voltage_levels(made: None) -> None:
    levels = MeteringPoint.objects.filter(facility__contract__number=FIRST).values_list("voltage_level", flat=True)
    assert {"СН2", "НН"} <= set(levels)


@pytest.mark.parametrize("zones", [["T1", "T2"], ["T1", "T2", "T3"]])
def test_a_meter_has_zones(made: None, zones: list[str]) -> None:
    found = [[register.zone for register in each.registers.all()] for each in Meter.objects.all()]
    assert zones in found


def test_meters_count_reactive_energy(made: None) -> None:
    assert registers(FIRST).filter(energy="R+").exists()
    assert registers(ALL_SENT).filter(energy="R-").exists()


def test_a_meters_ratio_has_changed(made: None) -> None:
    ratios = TransformerRatio.objects.filter(meter=meter("31877102")).order_by("valid_from")
    assert [ratio.value for ratio in ratios] == [60, 80]
    assert ratios[1].valid_from == periods.shift(PERIOD, -14)


# --- Readings -----------------------------------------------------------------------------------


def test_a_reading_is_typed_but_not_sent(made: None) -> None:
    [typed] = Reading.objects.filter(draft__isnull=False)
    assert (typed.period, typed.status, typed.sent) == (PERIOD, Status.READY, None)
    assert [event.event for event in typed.events.all()] == [Event.TYPED]


def test_one_contracts_readings_are_all_sent_and_some_accepted(made: None) -> None:
    lines = lines_of(registers(ALL_SENT), PERIOD)
    assert {line.status for line in lines} == {Status.SENT, Status.ACCEPTED}


def test_each_department_has_readings_that_wait_for_acceptance(made: None) -> None:
    waiting = Reading.objects.filter(sent__isnull=False, acceptance=Acceptance.PENDING)
    departments = {reading.register.meter.point.facility.contract.department_id for reading in waiting}
    assert departments == set(Department.objects.values_list("pk", flat=True))


def test_a_reading_of_an_earlier_period_was_rejected_with_its_reason(made: None) -> None:
    rejected = Reading.objects.filter(acceptance=Acceptance.REJECTED)
    assert rejected.exists()
    for reading in rejected:
        assert reading.period < PERIOD and reading.acceptance_reason
        assert reading.events.get(event=Event.REJECTED).note == reading.acceptance_reason


@pytest.mark.parametrize("number", [FIRST, ALL_SENT, THIRD, OTHER, UNBOUND])
def test_two_closed_years_have_believable_readings(made: None, number: str) -> None:
    known = 0
    for months_ago in range(24, 0, -1):
        for line in lines_of(registers(number), periods.shift(PERIOD, -months_ago)):
            if line.reading.acceptance == Acceptance.ACCEPTED:
                assert line.energy is not None
                assert line.basis.doubt(line.value) == "", f"{line.meter} {line.period}"
                known += 1
    assert known >= 24 * 0.8 * registers(number).count()


def test_a_figure_never_has_more_digits_than_its_meter(made: None) -> None:
    for reading in Reading.objects.select_related("register__meter"):
        shown = reading.register.meter
        assert reading.value < 10**shown.digits_before
        assert reading.value == round(reading.value, shown.digits_after)


def test_the_season_shows_in_the_consumption(made: None) -> None:
    [winter] = lines_of(meter("30055418").registers.all(), dt.date(2026, 1, 1))
    [summer] = lines_of(meter("30055418").registers.all(), dt.date(2026, 6, 1))
    assert winter.energy > 2 * summer.energy


def test_every_reading_was_sent_in_its_months_window(made: None) -> None:
    windows = {(window.department_id, window.period): window for window in ReceptionWindow.objects.all()}
    for reading in Reading.objects.exclude(sent=None).select_related("register__meter__point__facility__contract"):
        contract = reading.register.meter.point.facility.contract
        window = windows[contract.department_id, reading.period]
        assert window.opens_at <= reading.sent_at <= window.closes_at
        assert reading.sent_at < builders.month_bounds(TODAY)[0] + dt.timedelta(days=1) or reading.period == PERIOD


def test_readings_came_through_both_doors_and_each_has_its_history(made: None) -> None:
    sent = Reading.objects.exclude(sent=None)
    assert set(sent.values_list("door", flat=True)) == {Door.PAGE, Door.SUPPLIER}
    assert not sent.filter(door=Door.PAGE, sent_by=None).exists()
    assert ReadingEvent.objects.filter(event=Event.SENT).count() == sent.count()
    judged = sent.exclude(acceptance=Acceptance.PENDING)
    assert ReadingEvent.objects.filter(event__in=[Event.ACCEPTED, Event.REJECTED]).count() == judged.count()


def test_two_years_of_money_fit_together(demo) -> None:
    for contract in Contract.objects.all():
        payments, documents = contract.payments, contract.documents
        assert payments.earliest("date").date < TODAY - dt.timedelta(days=720)
        for rows in (payments, documents, contract.violation_acts):
            assert not rows.filter(date__gt=TODAY).exists()
        closed = documents.filter(kind__in=[DocumentKind.TAX_INVOICE, DocumentKind.TRANSFER_DOCUMENT])
        month = closed.get(date=PERIOD - dt.timedelta(days=32))
        paid = payments.filter(date__range=(month.date.replace(day=1), month.date + dt.timedelta(days=18)))
        rest = documents.get(kind=DocumentKind.BILL, date=periods.shift(PERIOD, -1).replace(day=5))
        advance = documents.get(kind=DocumentKind.ADVANCE_BILL, date=periods.shift(PERIOD, -2).replace(day=3))
        assert rest.total + advance.total == month.total
        assert {rest.total} <= set(paid.values_list("amount", flat=True))
        assert set(documents.values_list("kind", flat=True)) >= {DocumentKind.RECONCILIATION, DocumentKind.BILL}


def test_the_contracts_have_acts_of_violation_of_every_kind_and_one_has_none(demo) -> None:
    assert set(ViolationAct.objects.values_list("kind", flat=True)) == set(ViolationKind.values)
    numbers = (FIRST, ALL_SENT, OTHER, THIRD)
    counts = [ViolationAct.objects.filter(contract__number=number).count() for number in numbers]
    assert counts == [4, 1, 1, 0]
    assert ViolationAct.objects.filter(meter_serial="").exists()


def test_documents_have_a_correction_with_a_minus_and_some_without_tax(demo) -> None:
    assert SupplierDocument.objects.filter(total__lt=0, vat__lt=0).exists()
    assert SupplierDocument.objects.filter(vat=None).exists()
    assert Payment.objects.count() > 300


# --- The trail ------------------------------------------------------------------------------------


def test_the_trail_tells_of_the_months_that_were_sent_and_judged_and_of_colleagues(made):
    trail = ContractLogEntry.objects.filter(contract__number=FIRST)
    sent = trail.filter(action="readings.send", user__email="client@example.com")
    assert sent.count() > 12
    assert trail.filter(action="readings.accept", door=Door.OFFICE).exists()
    assert ContractLogEntry.objects.filter(action="readings.reject").exclude(data__reason="").exists()
    given = trail.filter(action="contracts.access_grant").values_list("data__email", flat=True)
    assert set(given) == {"energetik@example.com", "accountant@example.com"}
    assert not trail.filter(timestamp__gt=timezone.make_aware(dt.datetime.combine(TODAY, dt.time(23)))).exclude(
        action="contracts.access_grant"
    )
