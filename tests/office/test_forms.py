"""Forms of the back office: what they take, what they refuse, and what they keep."""

import pytest
from django.utils import timezone

from cabinet.accounts.models import User
from cabinet.contracts.models import ContractAccess, ReceptionWindow, Scope
from cabinet.contracts.roles import Role
from cabinet.metering.models import Meter
from portal.demo import builders

pytestmark = pytest.mark.django_db


def meter_data(point, **changes):
    data = {
        "point": point.pk,
        "serial": "12345678",
        "type_name": "СЭТ-4ТМ",
        "digits_before": 6,
        "digits_after": 2,
        "state": "working",
        "verification_due": "31.12.2030",
        "registers-TOTAL_FORMS": 2,
        "registers-INITIAL_FORMS": 0,
        "registers-0-energy": "A+",
        "registers-0-zone": "",
        "registers-1-energy": "R+",
        "registers-1-zone": "",
        "ratios-TOTAL_FORMS": 1,
        "ratios-INITIAL_FORMS": 0,
        "ratios-0-valid_from": "01.01.2020",
        "ratios-0-current_ratio": "80",
        "ratios-0-voltage_ratio": "1",
    }
    return data | changes


def test_a_meter_is_saved_with_its_registers_and_ratios(cast, as_user):
    point = cast.register.meter.point
    as_user(cast.curator).post("/admin/meter/new/", meter_data(point))
    meter = Meter.objects.get(serial="12345678")
    assert [register.energy for register in meter.registers.all()] == ["A+", "R+"]
    assert [ratio.value for ratio in meter.ratios.all()] == [80]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"registers-TOTAL_FORMS": 0}, "Добавьте хотя бы одну строку"),
        ({"registers-1-energy": "A+"}, "Такая строка уже есть"),
        ({"ratios-0-current_ratio": "-1"}, "больше либо равно"),
        ({"ratios-0-valid_from": "вчера"}, "правильную дату"),
        ({"digits_before": 11}, "меньше либо равно 10"),
    ],
)
def test_bad_rows_of_a_meter_are_told_and_nothing_is_saved(cast, as_user, changes, sentence):
    data = meter_data(cast.register.meter.point, **changes)
    page = as_user(cast.curator).post("/admin/meter/new/", data).content.decode()
    assert sentence in page and "12345678" in page
    assert not Meter.objects.filter(serial="12345678").exists()


def test_a_meter_with_readings_is_not_deleted_and_the_page_says_why(cast, as_user):
    meter = cast.register.meter
    builders.sent_reading(cast.register, builders.periods.this_period(), 10)
    client = as_user(cast.curator)
    page = client.get(f"/admin/meter/delete/{meter.pk}/").content.decode()
    assert "показания: 1" in page and "Да, удалить" not in page
    assert client.post(f"/admin/meter/delete/{meter.pk}/").status_code == 422
    assert Meter.objects.filter(pk=meter.pk).exists()


def test_a_meter_entered_by_mistake_is_deleted_with_its_registers(cast, as_user):
    meter = builders.meter(cast.register.meter.point)
    builders.register(meter)
    as_user(cast.curator).post(f"/admin/meter/delete/{meter.pk}/")
    assert not Meter.objects.filter(pk=meter.pk).exists()


def test_an_organisations_numbers_are_checked(cast, as_user):
    data = {"name": "ООО «Новая»", "inn": "7700000001", "kpp": "1", "ogrn": "1", "email": "не почта"}
    page = as_user(cast.curator).post("/admin/organisation/new/", data).content.decode()
    for sentence in ("Проверьте ИНН", "КПП: девять знаков", "ОГРН: 13 цифр", "адрес электронной почты"):
        assert sentence in page
    assert "ООО «Новая»" in page


def test_a_new_organisation_is_seen_until_it_has_a_contract_elsewhere(cast, as_user):
    organisation = builders.organisation(name="ООО «Ничья»")
    client = as_user(cast.curator)
    assert client.get(f"/admin/organisation/edit/{organisation.pk}/").status_code == 200
    builders.contract(organisation, cast.other_department)
    assert client.get(f"/admin/organisation/edit/{organisation.pk}/").status_code == 404


def access_data(contract, **changes):
    return {
        "contract": contract.pk,
        "email": "newcomer@example.com",
        "role": Role.ACCOUNTANT,
        "scope": Scope.WHOLE,
        "until": "",
    } | changes


def test_an_access_is_given_by_login(cast, as_user):
    as_user(cast.curator).post("/admin/contractaccess/new/", access_data(cast.contract, email="Newcomer@Example.com"))
    access = ContractAccess.objects.get(user=cast.newcomer)
    assert (access.contract, access.role) == (cast.contract, Role.ACCOUNTANT)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "nobody@example.com"}, "Пользователя с таким логином нет"),
        ({"email": "client@example.com"}, "уже есть доступ"),
        ({"scope": Scope.CHOSEN}, "только у роли «Энергетик»"),
    ],
)
def test_a_wrong_access_is_refused(cast, as_user, changes, sentence):
    page = as_user(cast.curator).post("/admin/contractaccess/new/", access_data(cast.contract, **changes))
    assert sentence in page.content.decode()


def test_an_engineers_facilities_are_of_his_contract(cast, as_user):
    access = cast.contract.accesses.get(user=cast.energetik)
    url = f"/admin/contractaccess/edit/{access.pk}/"
    data = {"role": Role.ENGINEER, "scope": Scope.CHOSEN, "facilities": [cast.second_facility.pk]}
    client = as_user(cast.curator)
    client.post(url, data)
    assert list(access.facilities.all()) == [cast.second_facility]
    foreign = cast.signed_register.meter.point.facility
    client.post(url, data | {"facilities": [foreign.pk]})
    client.post(url, data | {"facilities": []})
    assert list(access.facilities.all()) == [cast.second_facility]


def window_data(office, **changes):
    return {
        "department": office.pk if office else "",
        "period": f"{builders.periods.shift(builders.periods.this_period(), 1):%Y-%m}",
        "opens_at": "20.12.2030 00:00",
        "closes_at": "02.01.2031 23:59",
    } | changes


def test_a_curator_makes_a_window_of_his_department(cast, as_user):
    as_user(cast.curator).post("/admin/receptionwindow/new/", window_data(cast.department))
    assert ReceptionWindow.objects.filter(department=cast.department).count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"department": ""}, "Это поле обязательно"),
        ({"closes_at": "19.12.2030 00:00"}, "заканчивается позже"),
        ({"period": "2030-13"}, "корректный вариант"),
        ({"opens_at": "завтра"}, "правильную дату и время"),
    ],
)
def test_a_wrong_window_is_refused(cast, as_user, changes, sentence):
    page = as_user(cast.curator).post("/admin/receptionwindow/new/", window_data(cast.department, **changes))
    assert sentence in page.content.decode()
    assert ReceptionWindow.objects.filter(department=cast.department).count() == 1


def test_an_administrator_makes_a_common_window_once(cast, as_user):
    client = as_user(cast.admin)
    client.post("/admin/receptionwindow/new/", window_data(None))
    page = client.post("/admin/receptionwindow/new/", window_data(None)).content.decode()
    assert ReceptionWindow.objects.filter(department=None).count() == 1
    assert "Окно за этот период уже есть" in page


def test_a_year_is_filled_around_the_windows_that_exist(cast, as_user):
    year = builders.periods.this_period().year
    data = {"department": cast.department.pk, "year": year, "first_day": 20, "last_day": 2}
    client = as_user(cast.curator)
    client.post("/admin/windows/year/", data)
    windows = ReceptionWindow.objects.filter(department=cast.department, period__year=year)
    assert windows.count() == 12
    february = windows.get(period__month=2)
    assert f"{timezone.localtime(february.opens_at):%d.%m %H:%M}" == "20.02 00:00"
    assert f"{timezone.localtime(february.closes_at):%d.%m %H:%M}" == "02.03 23:59"
    client.post("/admin/windows/year/", data)
    assert windows.count() == 12


@pytest.mark.parametrize("department", ["", "foreign"])
def test_a_curator_fills_no_common_and_no_foreign_year(cast, as_user, department):
    pk = cast.other_department.pk if department else ""
    data = {"department": pk, "year": 2031, "first_day": 20, "last_day": 2}
    assert as_user(cast.curator).post("/admin/windows/year/", data).status_code == 422
    assert not ReceptionWindow.objects.filter(period__year=2031).exists()


def person_data(**changes):
    return {
        "email": "New.Person@example.com",
        "last_name": "Новикова",
        "first_name": "Ольга",
        "patronymic": "",
        "phone": "",
    } | changes


def test_an_administrator_makes_a_curator(cast, as_user):
    group = cast.curator.groups.get()
    data = person_data(groups=[group.pk], departments=[cast.department.pk])
    as_user(cast.admin).post("/admin/users/new/", data)
    person = User.objects.get(email="new.person@example.com")
    assert person.is_staff and not person.is_superuser and not person.has_usable_password()
    assert list(person.departments.all()) == [cast.department]
    assert person.emailaddress_set.get().primary


def test_a_taken_login_is_refused_whatever_its_case(cast, as_user):
    page = as_user(cast.admin).post("/admin/users/new/", person_data(email="CLIENT@example.com"))
    assert page.status_code == 200 and "уже существует" in page.content.decode()


def test_a_person_taken_out_of_his_groups_is_no_staff(cast, as_user):
    data = person_data(is_active="on")
    as_user(cast.admin).post(f"/admin/users/edit/{cast.curator2.pk}/", data)
    cast.curator2.refresh_from_db()
    assert not cast.curator2.is_staff and cast.curator2.email == "curator2@example.com"


def test_nobody_locks_himself_out(cast, as_user):
    as_user(cast.admin).post(f"/admin/users/edit/{cast.admin.pk}/", person_data())
    cast.admin.refresh_from_db()
    assert cast.admin.is_active and cast.admin.groups.exists()


def test_users_are_not_deleted_and_curators_do_not_open_them(cast, as_user):
    assert as_user(cast.admin).get(f"/admin/users/delete/{cast.client.pk}/").status_code == 404
    assert as_user(cast.curator).get("/admin/users/").status_code == 302


def test_lists_find_cyrillic_whatever_its_case_and_give_excel(cast, as_user):
    client = as_user(cast.curator)
    page = client.get("/admin/organisation/?q=вымпел").content.decode()
    assert "Вымпел-Снаб" in page and "Всего: 1" in page
    excel = client.get("/admin/organisation/?q=вымпел&export=xlsx")
    assert excel["Content-Disposition"].endswith('.xlsx"')
    assert client.get("/admin/organisation/?export=csv")["Content-Type"].startswith("text/html")
