"""The page «Передача показаний» and what its script asks for."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cabinet.common import periods
from cabinet.contracts.models import ReceptionWindow
from cabinet.readings.models import Reading
from cabinet.readings.statuses import Acceptance
from cabinet.readings.unfolding import UNFOLD_ALL
from portal.demo import builders

BY_SCRIPT = {"X-Requested-With": "fetch"}


def sheet(contract, period):
    return reverse("readings-period", args=[contract.pk, period])


def save_url(contract, period):
    return reverse("readings-save", args=[contract.pk, period])


def send_url(contract, period):
    return reverse("readings-send", args=[contract.pk, period])


def text(answer):
    return answer.content.decode()


def test_the_menu_leads_to_the_first_contract(cast, previous, as_user):
    answer = as_user(cast.client).get(reverse("readings-start"))
    assert answer.status_code == 302
    assert answer.url == reverse("readings", args=[cast.contract.pk])


def test_the_choice_of_contract_and_period_leads_to_its_sheet(cast, period, as_user):
    answer = as_user(cast.client).get(
        reverse("readings-start"), {"contract": cast.signed_contract.pk, "period": periods.code(period)}
    )
    assert answer.url == sheet(cast.signed_contract, period)


@pytest.mark.parametrize("contract", ["abc", "99999999999999999999", "-1", "0"])
def test_rubbish_for_a_contract_is_not_found(cast, contract, as_user):
    assert as_user(cast.client).get(reverse("readings-start"), {"contract": contract}).status_code == 404


def test_without_a_contract_the_page_says_what_to_do(cast, as_user):
    answer = as_user(cast.newcomer).get(reverse("readings-start"))
    assert "Нет договоров, по которым вы передаёте показания" in text(answer)
    assert "Привяжите договор" in text(answer)


def test_whose_role_sends_no_readings_is_not_told_to_bind_a_contract(cast, as_user):
    for name in ("readings-start", "readings-contracts"):
        page = text(as_user(cast.accountant).get(reverse(name)))
        assert "попросите администратора договора изменить её" in page and "Привяжите договор" not in page


def test_the_sheet_shows_meters_with_their_previous_readings(cast, period, previous, as_user):
    page = text(as_user(cast.client).get(sheet(cast.contract, period)))
    assert f"№ {cast.register.meter.serial}" in page
    assert "предыдущее 001\u202f000,00" in page
    assert "приём открыт до" in page
    assert "Не заполнено" in page


def test_an_engineer_sees_and_totals_only_his_facilities(cast, period, previous, as_user):
    builders.sent_reading(cast.register, period, 1010)
    builders.sent_reading(cast.second_register, period, 1010)
    page = text(as_user(cast.energetik).get(sheet(cast.contract, period)))
    assert cast.facility.name in page
    assert cast.second_facility.name not in page
    assert "<b>800,00 кВт·ч</b>" in page


def test_strangers_accountants_and_the_anonymous_stay_outside(cast, period, as_user, client):
    assert as_user(cast.other).get(sheet(cast.contract, period)).status_code == 404
    refused = as_user(cast.accountant).get(sheet(cast.contract, period))
    assert refused.status_code == 403
    assert "Роль «Бухгалтер» не позволяет работать с показаниями" in text(refused)
    assert client.get(sheet(cast.contract, period)).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("period", ["2026-13", "2026-00", "20260-1", "0000-01"])
def test_a_month_that_does_not_exist_is_not_found(cast, period, as_user):
    address = f"/cabinet/readings/{cast.contract.pk}/{period}/"
    assert as_user(cast.client).get(address).status_code == 404


def test_an_earlier_period_shows_what_was_sent_and_whether_it_was_accepted(cast, period, previous, as_user):
    last = periods.shift(period, -1)
    Reading.objects.filter(register=cast.register, period=last).update(acceptance=Acceptance.ACCEPTED)
    Reading.objects.filter(register=cast.second_register, period=last).update(
        acceptance=Acceptance.REJECTED, acceptance_reason="Показание меньше контрольного снятия"
    )
    page = text(as_user(cast.client).get(sheet(cast.contract, last)))
    assert "Принято в расчет" in page
    assert "Не принято в расчет" in page
    assert "Показание меньше контрольного снятия" in page
    assert f'name="r{cast.register.pk}"' not in page


def test_faulty_and_expired_meters_have_no_field(cast, period, previous, as_user):
    cast.register.meter.state = "faulty"
    cast.register.meter.save()
    cast.second_register.meter.verification_due = timezone.localdate() - dt.timedelta(days=1)
    cast.second_register.meter.save()
    page = text(as_user(cast.client).get(sheet(cast.contract, period)))
    assert "Не исправен" in page and "Истек срок МПИ" in page
    assert f'name="r{cast.register.pk}"' not in page
    assert f'name="r{cast.second_register.pk}"' not in page


def test_a_verification_that_is_due_soon_is_warned_of(cast, period, previous, as_user):
    cast.register.meter.verification_due = timezone.localdate() + dt.timedelta(days=20)
    cast.register.meter.save()
    page = text(as_user(cast.client).get(sheet(cast.contract, period)))
    assert "поверка заканчивается" in page


def test_the_reckoning_says_what_is_missing(cast, period, previous, as_user):
    builders.sent_reading(cast.register, period, 1010)
    page = text(as_user(cast.client).get(sheet(cast.contract, period), {"calculate": "1"}))
    assert "Нет текущего показания" in page
    assert "без 1 показания" in page


def test_the_script_saves_a_field_and_gets_its_state(cast, period, previous, as_user):
    answer = as_user(cast.client).post(
        save_url(cast.contract, period),
        {f"r{cast.register.pk}": "1010", f"v{cast.register.pk}": "0"},
        headers=BY_SCRIPT,
    )
    line = answer.json()["lines"][str(cast.register.pk)]
    assert "Готово к передаче" in line["state"]
    assert line["shown"] == "001\u202f010,00"
    assert "800" in line["energy"]
    assert "Готово к передаче 1" in answer.json()["foot"]
    assert answer.json()["unsent"] == 1


def test_the_script_is_told_of_a_colleagues_value(cast, period, previous, as_user):
    data = {f"r{cast.register.pk}": "1010", f"v{cast.register.pk}": "0"}
    as_user(cast.energetik).post(save_url(cast.contract, period), data, headers=BY_SCRIPT)
    data[f"r{cast.register.pk}"] = "1020"
    answer = as_user(cast.client).post(save_url(cast.contract, period), data, headers=BY_SCRIPT)
    line = answer.json()["lines"][str(cast.register.pk)]
    assert "Белов С. А. уже ввёл(а) 001\u202f010,00" in line["conflict"]


def test_a_session_that_ended_while_typing_is_told_to_the_script(cast, period, client):
    answer = client.post(save_url(cast.contract, period), {f"r{cast.register.pk}": "1"}, headers=BY_SCRIPT)
    assert answer.status_code == 401
    assert "Сеанс завершён" in text(answer)


def test_after_the_window_the_script_gets_the_reason(cast, period, previous, as_user):
    past = timezone.now() - dt.timedelta(minutes=1)
    ReceptionWindow.objects.update(opens_at=past - dt.timedelta(days=1), closes_at=past)
    answer = as_user(cast.client).post(
        save_url(cast.contract, period), {f"r{cast.register.pk}": "1"}, headers=BY_SCRIPT
    )
    assert answer.status_code == 422
    assert "закончился" in answer.json()["reason"]


def test_a_forged_register_is_not_found_and_nothing_is_kept(cast, period, previous, as_user):
    data = {f"r{cast.register.pk}": "1010", f"r{cast.other_register.pk}": "1010"}
    answer = as_user(cast.client).post(save_url(cast.contract, period), data, headers=BY_SCRIPT)
    assert answer.status_code == 404
    assert not Reading.objects.of_period(period).exists()


@pytest.mark.parametrize("name", ["r", "rabc", "r-1", "r99999999999999999999", "r١"])
def test_rubbish_for_a_register_changes_nothing(cast, period, previous, name, as_user):
    answer = as_user(cast.client).post(save_url(cast.contract, period), {name: "1"}, headers=BY_SCRIPT)
    assert answer.status_code in (200, 404)
    assert not Reading.objects.of_period(period).exists()


def test_without_a_script_the_form_saves_and_keeps_what_is_wrong(cast, period, previous, as_user):
    client = as_user(cast.client)
    data = {f"r{cast.register.pk}": "1010", f"r{cast.second_register.pk}": "abc<b>"}
    answer = client.post(save_url(cast.contract, period), data, follow=True)
    page = text(answer)
    assert "Готово к передаче" in page
    assert 'value="abc&lt;b&gt;"' in page
    assert "Показание — число" in page


def test_without_a_script_the_press_saves_and_sends_what_is_complete(cast, period, previous, as_user):
    data = {f"r{cast.register.pk}": "1010", f"r{cast.second_register.pk}": "1011"}
    answer = as_user(cast.client).post(send_url(cast.contract, period), data, follow=True)
    assert "Передано в расчет: 2 показания. Расход по ним: 811,00 кВт·ч." in text(answer)
    assert Reading.objects.of_period(period).get(register=cast.register).sent == 1010


def test_doubts_are_asked_about_before_anything_is_sent(cast, period, previous, as_user):
    client = as_user(cast.client)
    data = {f"r{cast.register.pk}": "1010", f"r{cast.second_register.pk}": "900000"}
    answer = client.post(send_url(cast.contract, period), data)
    assert "Отметьте показания, которые верны" in text(answer)
    assert not Reading.objects.of_period(period).filter(sent__isnull=False).exists()
    answer = client.post(
        send_url(cast.contract, period), {"asked": "1", "confirm": f"{cast.second_register.pk}@1"}, follow=True
    )
    assert "Передано в расчет: 2 показания." in text(answer)


def test_nothing_ready_is_said(cast, period, previous, as_user):
    answer = as_user(cast.client).post(send_url(cast.contract, period), follow=True)
    assert "Нет показаний, готовых к передаче." in text(answer)


@pytest.mark.parametrize("address", [save_url, send_url])
def test_strangers_and_accountants_write_nothing(cast, period, previous, address, as_user):
    data = {f"r{cast.register.pk}": "1010"}
    assert as_user(cast.other).post(address(cast.contract, period), data).status_code == 404
    assert as_user(cast.accountant).post(address(cast.contract, period), data).status_code == 403
    assert not Reading.objects.of_period(period).exists()


def test_a_post_without_a_token_is_refused(cast, period):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.client, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(save_url(cast.contract, period), {f"r{cast.register.pk}": "1"}).status_code == 403


@pytest.mark.parametrize("name", ["", "r", "r" + "9" * 30, "rabc"])
def test_rubbish_in_the_opening_window_changes_nothing(cast, period, name, as_user):
    url = reverse("readings-opening", args=[cast.contract.pk, period])
    assert as_user(cast.client).post(url, {name: "1"}).status_code in (302, 404)
    assert not Reading.objects.exists()


def test_a_zero_byte_is_dropped(cast, period, previous, as_user):
    answer = as_user(cast.client).post(
        save_url(cast.contract, period), {f"r{cast.register.pk}": "1010\x00"}, headers=BY_SCRIPT
    )
    assert answer.status_code == 200
    assert Reading.objects.of_period(period).get().draft == 1010


def test_a_few_contracts_are_chosen_in_the_page_itself(cast, period, as_user):
    page = text(as_user(cast.client).get(sheet(cast.signed_contract, period)))
    assert f'<option value="{cast.signed_contract.pk}" selected>' in page
    assert reverse("readings-choose") not in page


def test_many_contracts_are_chosen_in_a_window(cast, period, as_user, monkeypatch):
    monkeypatch.setattr("cabinet.readings.views.page.CONTRACTS_SHOWN", 1)
    page = text(as_user(cast.client).get(sheet(cast.signed_contract, period)))
    code = periods.code(period)
    assert f"{reverse('readings-choose')}?contract={cast.signed_contract.pk}&amp;period={code}" in page
    assert f'<option value="{cast.signed_contract.pk}"' not in page


def test_names_are_text_and_never_markup(cast, period, previous, as_user):
    cast.facility.name = "<script>alert(1)</script>"
    cast.facility.save()
    assert "<script>alert(1)" not in text(as_user(cast.client).get(sheet(cast.contract, period)))


def test_a_facility_of_a_big_contract_comes_when_it_is_unfolded(cast, period, previous, as_user):
    point = builders.point(cast.second_facility)
    for _ in range(UNFOLD_ALL):
        builders.register(builders.meter(point))
    client = as_user(cast.client)
    page = text(client.get(sheet(cast.contract, period)))
    assert f'name="r{cast.register.pk}"' not in page
    address = reverse("readings-facility", args=[cast.contract.pk, period, cast.facility.pk])
    assert f'name="r{cast.register.pk}"' in text(client.get(address, headers={"HX-Request": "true"}))
    assert f'name="r{cast.register.pk}"' in text(client.get(address, follow=True))
    foreign = reverse("readings-facility", args=[cast.contract.pk, period, cast.other_facility.pk])
    assert client.get(foreign, headers={"HX-Request": "true"}).status_code == 404


def test_a_chosen_facility_is_all_an_engineer_can_unfold(cast, period, as_user):
    address = reverse("readings-facility", args=[cast.contract.pk, period, cast.second_facility.pk])
    assert as_user(cast.energetik).get(address, headers={"HX-Request": "true"}).status_code == 404
