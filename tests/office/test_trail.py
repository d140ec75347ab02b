"""The trail: one entry an action, with its contract and door, shown to those who serve the contract."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cabinet.contracts.doors import Door
from cabinet.contracts.models import Facility
from cabinet.contracts.trail import recording
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders

pytestmark = pytest.mark.django_db


def test_an_action_writes_one_entry_by_one_statement(cast, django_assert_num_queries):
    def write():
        return recording.record(
            action="contracts.bind",
            actor=cast.client,
            contract=contract,
            door=Door.PAGE,
            data={"role": "administrator"},
        )

    contract = type(cast.contract).objects.get(pk=cast.contract.pk)
    write()  # content types are remembered from here on
    with django_assert_num_queries(1):
        entry = write()
    assert (entry.contract, entry.department, entry.door) == (contract, cast.department, "page")
    assert entry.message.startswith("Договор привязан") and str(contract) in entry.message


def test_an_unknown_action_is_refused(cast):
    with pytest.raises(ValidationError):
        recording.record(action="contracts.unknown", actor=cast.client, contract=cast.contract, door=Door.PAGE)


def test_forms_of_the_back_office_write_the_trail_by_themselves(cast, as_user):
    data = {"contract": cast.contract.pk, "name": "Новый цех", "address": "Москва"}
    as_user(cast.curator).post("/admin/facility/new/", data)
    facility = Facility.objects.get(name="Новый цех")
    entry = ContractLogEntry.objects.get(action="wagtail.create")
    assert (entry.object_id, entry.contract, entry.user) == (str(facility.pk), cast.contract, cast.curator)
    assert entry.door == Door.OFFICE


def test_the_trail_outlives_what_was_deleted(cast, as_user):
    facility = builders.facility(cast.contract, name="Лишний")
    as_user(cast.curator).post(f"/admin/facility/delete/{facility.pk}/")
    entry = ContractLogEntry.objects.get(action="wagtail.delete")
    assert (entry.label, entry.contract, entry.deleted) == ("Лишний", cast.contract, True)


def test_a_contracts_history_has_what_was_done_within_it(cast, as_user):
    as_user(cast.curator).post(
        f"/admin/facility/edit/{cast.facility.pk}/", {"contract": cast.contract.pk, "name": "Переименован"}
    )
    page = as_user(cast.curator).get(f"/admin/contract/history/{cast.contract.pk}/").content.decode()
    assert "объект: Переименован" in page


def test_the_report_shows_each_curator_his_departments_alone(cast, as_user):
    for contract in (cast.contract, cast.other_contract):
        recording.record(action="contracts.bind", actor=cast.client, contract=contract, door=Door.PAGE)
    url = reverse("wagtailadmin_reports:site_history")
    mine = as_user(cast.curator).get(url).content.decode()
    assert cast.contract.number in mine and cast.other_contract.number not in mine
    everything = as_user(cast.admin).get(url).content.decode()
    assert cast.contract.number in everything and cast.other_contract.number in everything
    assert cast.contract.number not in as_user(cast.editor).get(url).content.decode()


def test_entries_of_one_request_about_two_contracts_stay_two(cast):
    for contract in (cast.contract, cast.signed_contract):
        recording.record(action="contracts.bind", actor=cast.client, contract=contract, door=Door.PAGE)
    trail = ContractLogEntry.objects.for_instance(cast.contract).latest_by_uuid_and_action()
    assert trail.count() == 1


def words(entries):
    return [entry.words for entry in entries.order_by("pk")]


def test_an_edit_says_what_changed_from_what_to_what(cast, as_user):
    data = {
        "organisation": cast.organisation.pk,
        "number": cast.contract.number,
        "date": f"{cast.contract.date:%d.%m.%Y}",
        "department": cast.department.pk,
        "curator": "",
        "price_category": 4,
    }
    answer = as_user(cast.curator).post(f"/admin/contract/edit/{cast.contract.pk}/", data)
    assert answer.status_code == 302
    said = words(ContractLogEntry.objects.filter(contract=cast.contract))
    assert said == [
        f"Изменён договор № {cast.contract.number} от {cast.contract.date:%d.%m.%Y} (куратор; ценовая категория: 1 → 4)"
    ]


def test_saving_without_a_change_is_no_entry(cast, as_user):
    data = {"contract": cast.contract.pk, "name": cast.facility.name, "address": cast.facility.address}
    assert as_user(cast.curator).post(f"/admin/facility/edit/{cast.facility.pk}/", data).status_code == 302
    assert not ContractLogEntry.objects.filter(action="wagtail.edit").exists()


def test_rows_edited_in_place_are_named(cast, as_user):
    meter = cast.second_register.meter
    data = {
        "point": meter.point_id,
        "serial": meter.serial,
        "type_name": meter.type_name,
        "digits_before": meter.digits_before,
        "digits_after": meter.digits_after,
        "state": meter.state,
        "registers-TOTAL_FORMS": 1,
        "registers-INITIAL_FORMS": 1,
        "registers-0-id": cast.second_register.pk,
        "registers-0-energy": cast.second_register.energy,
        "registers-0-zone": "",
        "ratios-TOTAL_FORMS": 1,
        "ratios-INITIAL_FORMS": 0,
        "ratios-0-valid_from": "01.01.2026",
        "ratios-0-current_ratio": "20",
        "ratios-0-voltage_ratio": "1",
    }
    assert as_user(cast.curator).post(f"/admin/meter/edit/{meter.pk}/", data).status_code == 302
    entry = ContractLogEntry.objects.get(action="wagtail.edit")
    assert entry.contract == cast.contract
    assert entry.words == f"Изменён прибор учёта: {meter} (коэффициенты трансформации)"


def test_what_went_to_another_contract_stands_in_both_trails_without_values(cast, as_user):
    data = {"contract": cast.signed_contract.pk, "name": "Тайный цех", "address": cast.facility.address}
    before = cast.facility.name
    assert as_user(cast.curator).post(f"/admin/facility/edit/{cast.facility.pk}/", data).status_code == 302
    assert words(ContractLogEntry.objects.filter(contract=cast.contract)) == [
        f"Изменён объект: {before} (договор; наименование)"
    ]
    assert words(ContractLogEntry.objects.filter(contract=cast.signed_contract)) == [
        "Изменён объект: Тайный цех (договор; наименование)"
    ]


def test_an_edit_of_an_organisation_stands_in_the_trail_of_each_of_its_contracts_without_its_address(cast, as_user):
    organisation = cast.organisation
    data = {"name": organisation.name, "inn": organisation.inn, "kpp": "770101009", "email": "new@example.com"}
    assert as_user(cast.curator).post(f"/admin/organisation/edit/{organisation.pk}/", data).status_code == 302
    copies = ContractLogEntry.objects.exclude(contract=None)
    assert {entry.contract for entry in copies} == {cast.contract, cast.signed_contract, cast.third_contract}
    said = copies[0].words
    assert said.startswith(f"Изменена организация: {organisation.name} (КПП: 770101001 → 770101009")
    assert "адрес электронной почты организации" in said and "@" not in said
    assert ContractLogEntry.objects.for_instance(organisation).count() == 1
    for address in (
        f"/admin/organisation/history/{organisation.pk}/",
        f"/admin/contract/history/{cast.contract.pk}/",
        reverse("wagtailadmin_reports:site_history"),
    ):
        assert as_user(cast.curator).get(address).text.count("КПП: 770101001 → 770101009") == 1, address
    assert "770101009" not in as_user(cast.curator2).get(reverse("wagtailadmin_reports:site_history")).text
