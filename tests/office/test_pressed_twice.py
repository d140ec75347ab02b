"""The same form sent twice, by one person or by two at once: one row, and a sentence instead of an error."""

import pytest
from django.db import IntegrityError

from cabinet.accounts import actions
from cabinet.accounts.models import User
from cabinet.contracts.back_office.views import RefusedByDatabase
from cabinet.contracts.models import ContractLogEntry, ReceptionWindow
from cabinet.contracts.reception import fill_year
from cabinet.metering.models import MeteringPoint, Register, TransformerRatio
from portal.demo import builders
from tests.at_once import at_once
from tests.office.test_forms import meter_data, person_data

pytestmark = pytest.mark.django_db
TWICE = "Такая строка уже есть."


def edited(register, **changes):
    """The form of the register's meter as its page shows it, with what the person changed."""
    meter = register.meter
    shown = {
        "serial": meter.serial,
        "registers-TOTAL_FORMS": 1,
        "registers-INITIAL_FORMS": 1,
        "registers-0-id": register.pk,
        "registers-0-energy": register.energy,
        "registers-0-zone": register.zone,
        "ratios-TOTAL_FORMS": 0,
    }
    return meter_data(meter.point, **(shown | changes))


def with_new_register(register):
    return edited(register, **{"registers-TOTAL_FORMS": 2, "registers-1-energy": "R-", "registers-1-zone": ""})


@pytest.fixture
def url(cast):
    return f"/admin/meter/edit/{cast.register.meter.pk}/"


def test_a_register_added_twice_is_told_at_its_row(cast, as_user, url):
    client = as_user(cast.curator)
    assert client.post(url, with_new_register(cast.register)).status_code == 302
    page = client.post(url, with_new_register(cast.register))
    assert page.status_code == 200 and TWICE in page.text
    assert Register.objects.filter(meter=cast.register.meter, energy="R-").count() == 1


def test_a_ratio_of_the_same_day_added_twice_is_told_at_its_row(cast, as_user, url):
    data = edited(cast.register, **{"ratios-TOTAL_FORMS": 1, "ratios-0-valid_from": "01.03.2021"})
    client = as_user(cast.curator)
    assert client.post(url, data).status_code == 302
    page = client.post(url, data)
    assert page.status_code == 200 and TWICE in page.text
    assert TransformerRatio.objects.filter(meter=cast.register.meter, valid_from="2021-03-01").count() == 1


def test_a_row_may_take_the_place_of_the_one_deleted_with_it(cast, as_user, url):
    register = builders.register(cast.register.meter, energy="R+")
    rows = {"registers-TOTAL_FORMS": 3, "registers-INITIAL_FORMS": 2}
    rows |= {"registers-1-id": register.pk, "registers-1-energy": "R+", "registers-1-DELETE": "on"}
    rows |= {"registers-2-energy": "R+", "registers-2-zone": ""}
    assert as_user(cast.curator).post(url, edited(cast.register, **rows)).status_code == 302
    assert Register.objects.get(meter=cast.register.meter, energy="R+").pk != register.pk


def test_two_points_of_a_facility_have_two_names(cast, as_user):
    data = {"facility": cast.facility.pk, "name": "Ввод 1", "voltage_level": "НН", "loss_percent": 0, "loss_kwh": 0}
    client = as_user(cast.curator)
    for _press in range(2):
        page = client.post("/admin/meteringpoint/new/", data)
    assert page.status_code == 200 and "уже существует" in page.text
    assert MeteringPoint.objects.filter(facility=cast.facility, name="Ввод 1").count() == 1
    client.post("/admin/meteringpoint/new/", data | {"facility": cast.second_facility.pk})
    assert MeteringPoint.objects.filter(name="Ввод 1").count() == 2


@pytest.mark.parametrize("door", ["/admin/meter/new/", "/admin/users/new/"])
def test_what_the_database_refuses_comes_back_as_the_form(cast, as_user, door, monkeypatch):
    def refuse(*args, **kwargs):
        raise IntegrityError

    monkeypatch.setattr("cabinet.contracts.back_office.forms.DepartmentForm.save", refuse)
    monkeypatch.setattr("cabinet.contracts.back_office.users.NewPersonForm.save", refuse)
    data = meter_data(cast.register.meter.point) | person_data()
    page = as_user(cast.admin).post(door, data)
    assert page.status_code == 200 and RefusedByDatabase.SENTENCE in page.text
    assert "12345678" in page.text or "Новикова" in page.text


@pytest.mark.race
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_form_sent_many_times_at_once_adds_one_row(cast, as_user, url):
    clients = [as_user(cast.curator) for _ in range(6)]
    data = with_new_register(cast.register)
    answers = at_once(*[lambda client=client: client.post(url, data).status_code for client in clients])
    assert sorted(answers) == [200] * 5 + [302]
    assert Register.objects.filter(meter=cast.register.meter, energy="R-").count() == 1


@pytest.mark.race
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_one_new_person_comes_of_many_presses(cast, as_user):
    clients = [as_user(cast.admin) for _ in range(6)]
    answers = at_once(
        *[lambda client=client: client.post("/admin/users/new/", person_data()).status_code for client in clients]
    )
    assert sorted(answers) == [200] * 5 + [302]
    assert User.objects.filter(email="new.person@example.com").count() == 1


@pytest.mark.race
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("common", [True, False])
def test_a_year_is_filled_once(cast, common):
    department = None if common else cast.department
    fields = {"department": department, "year": 2031, "first_day": 20, "last_day": 2, "actor": cast.admin}
    assert sorted(at_once(*[lambda: fill_year(**fields)] * 6)) == [0] * 5 + [12]
    assert ReceptionWindow.objects.filter(period__year=2031).count() == 12
    assert ContractLogEntry.objects.filter(action="contracts.windows_year").count() == 1


@pytest.mark.race
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_one_wish_for_a_new_address_is_left_of_many(cast):
    def wish(email):
        return actions.request_email_change(user=cast.client, email=email).email

    emails = ["next@example.com"] * 4 + ["third@example.com"] * 4
    assert sorted(at_once(*[lambda email=email: wish(email) for email in emails])) == emails
    assert actions.pending_emails(cast.client).count() == 1
