"""The trail: one entry an action, with its contract and door, shown to those who serve the contract."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cabinet.contracts import audit
from cabinet.contracts.audit import ContractLogEntry
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Facility
from portal.demo import builders

pytestmark = pytest.mark.django_db


def test_an_action_writes_one_entry_by_one_statement(cast, django_assert_num_queries):
    def write():
        return audit.record(
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
        audit.record(action="contracts.unknown", actor=cast.client, contract=cast.contract, door=Door.PAGE)


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
        audit.record(action="contracts.bind", actor=cast.client, contract=contract, door=Door.PAGE)
    url = reverse("wagtailadmin_reports:site_history")
    mine = as_user(cast.curator).get(url).content.decode()
    assert cast.contract.number in mine and cast.other_contract.number not in mine
    everything = as_user(cast.admin).get(url).content.decode()
    assert cast.contract.number in everything and cast.other_contract.number in everything
    assert cast.contract.number not in as_user(cast.editor).get(url).content.decode()


def test_entries_of_one_request_about_two_contracts_stay_two(cast):
    for contract in (cast.contract, cast.signed_contract):
        audit.record(action="contracts.bind", actor=cast.client, contract=contract, door=Door.PAGE)
    trail = ContractLogEntry.objects.for_instance(cast.contract).latest_by_uuid_and_action()
    assert trail.count() == 1
