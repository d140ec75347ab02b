"""Nobody reaches another department's rows through any address of the back office."""

import re

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ImproperlyConfigured
from wagtail.admin.views.generic.models import RevisionsCompareView
from wagtail.log_actions import log

from cabinet.common import periods
from cabinet.contracts.back_office.views import through_the_door
from cabinet.readings.models import Reading
from portal.demo import builders
from tests.office.doors import QUERIES, TENANT, doors, foreign_rows, leaks, marks, reachable_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def foreign(cast):
    """The other department's rows, with a trail and a sent reading."""
    rows = foreign_rows(cast)
    for row in rows.values():
        if row._meta.model_name != "bindingattempt":
            log(instance=row, action="wagtail.edit", user=cast.curator2)
    builders.sent_reading(cast.other_register, periods.this_period(), 111)
    return rows


@pytest.mark.parametrize("who", ["curator", "editor"])
def test_no_address_tells_of_another_department(who, cast, as_user, foreign):
    client = as_user(getattr(cast, who))
    client.raise_request_exception = False
    secrets = marks(cast)
    reading = Reading.objects.get(register=cast.other_register)
    told = {}
    for door in doors():
        row = foreign.get(door.model)
        values = {row.pk} if row else {reading.pk, cast.other_contract.pk} if door.arguments else {None}
        for url in filter(None, (reachable_url(door, value) for value in values)):
            for query in [""] if door.arguments else QUERIES if row else ["", "?export=xlsx"]:
                if found := leaks(client, url + query, secrets):
                    told[url + query] = found
    assert told == {}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_id_is_404_through_every_door_of_a_tenants_model(method, cast, as_user, foreign):
    client = as_user(cast.curator)
    answers = {}
    for door in doors():
        if door.model and door.arguments:
            url = door.url(foreign[door.model].pk)
            answers[url] = getattr(client, method)(url).status_code
    assert len(answers) > 30
    allowed = {404} if method == "get" else {404, 405}
    # departments and attempts are closed to curators altogether: Wagtail sends them home with a message
    closed = {url for url in answers if url.startswith(("/admin/department/", "/admin/bindingattempt/"))}
    assert {url: code for url, code in answers.items() if code not in allowed and url not in closed} == {}
    assert {answers[url] for url in closed} <= {404, 302, 405}


@pytest.mark.parametrize("wrong", ["9" * 30, "0", "abc", "-1", "²"])
def test_what_is_no_id_is_404(wrong, cast, as_user):
    client = as_user(cast.admin)
    doors = ["contract/edit/{}/", "contract/delete/{}/", "contract/history/{}/", "bindingattempt/inspect/{}/"]
    doors += ["contract_chooser/chosen/{}/", "contract_chooser/chosen-multiple/?id={}"]
    assert {door: client.get(f"/admin/{door.format(wrong)}").status_code for door in doors} == dict.fromkeys(doors, 404)
    page = client.post("/admin/facility/new/", {"contract": wrong, "name": "Новый склад"})
    assert page.status_code == 200


def test_nothing_foreign_was_changed_by_posts(cast, as_user, foreign):
    client = as_user(cast.curator)
    for door in doors():
        if door.model and door.arguments:
            client.post(door.url(foreign[door.model].pk), {"name": "захвачено", "confirm": "1"})
    for row in foreign.values():
        assert type(row).objects.filter(pk=row.pk).exists()
    cast.other_facility.refresh_from_db()
    assert cast.other_facility.name != "захвачено"


def test_the_own_rows_open_through_the_same_doors(cast, as_user):
    client = as_user(cast.curator)
    own = {
        "organisation": cast.organisation,
        "contract": cast.contract,
        "facility": cast.facility,
        "contractaccess": cast.contract.accesses.first(),
        "receptionwindow": cast.department.windows.get(),
        "meteringpoint": cast.register.meter.point,
        "meter": cast.register.meter,
        "payment": builders.payment(cast.contract),
        "supplierdocument": builders.supplier_document(cast.contract),
        "violationact": builders.violation_act(cast.contract),
    }
    codes = {
        (name, door): client.get(f"/admin/{name}/{door}/{row.pk}/").status_code
        for name, row in own.items()
        for door in ("edit", "delete", "history")
    }
    assert set(codes.values()) == {200}


def test_an_administrator_sees_every_department(cast, as_user, foreign):
    client = as_user(cast.admin)
    for model, row in foreign.items():
        listed = client.get(f"/admin/{model._meta.model_name}/").content.decode()
        assert re.search(rf'href="/admin/{model._meta.model_name}/(edit|inspect|delete)/{row.pk}/', listed), model
    page = client.get("/admin/contract/").content.decode()
    assert cast.contract.number in page and cast.other_contract.number in page


def test_a_member_of_the_administrators_group_sees_every_department_without_being_superuser(cast, as_user):
    cast.admin.is_superuser = False
    cast.admin.save()
    page = as_user(cast.admin).get("/admin/contract/").content.decode()
    assert cast.contract.number in page and cast.other_contract.number in page
    assert as_user(cast.admin).get("/admin/users/").status_code == 200


def test_a_foreign_reference_is_refused_and_never_shown(cast, as_user):
    response = as_user(cast.curator).post(
        "/admin/facility/new/", {"contract": cast.other_contract.pk, "name": "Новый склад", "address": ""}
    )
    page = response.content.decode()
    assert response.status_code == 200 and "Новый склад" in page
    assert cast.other_contract.number not in page
    assert not cast.other_contract.facilities.filter(name="Новый склад").exists()


def test_a_contract_cannot_be_moved_to_a_foreign_department(cast, as_user):
    contract = cast.contract
    data = {
        "organisation": contract.organisation.pk,
        "number": contract.number,
        "date": "14.03.2019",
        "department": cast.other_department.pk,
        "price_category": 1,
    }
    as_user(cast.curator).post(f"/admin/contract/edit/{contract.pk}/", data)
    contract.refresh_from_db()
    assert contract.department == cast.department


def test_a_foreign_filter_value_is_not_a_choice(cast, as_user):
    page = as_user(cast.curator).get(f"/admin/contract/?department={cast.other_department.pk}").content.decode()
    assert cast.other_contract.number not in page


def test_wagtails_bulk_actions_do_not_exist_for_tenants_data(cast, as_user):
    client = as_user(cast.admin)
    for name, viewset in TENANT.items():
        app = viewset.model._meta.app_label
        assert client.get(f"/admin/bulk/{app}/{name}/delete/?id=all").status_code == 404
    assert client.get("/admin/bulk/readings/reading/delete/?id=all").status_code == 404


def test_a_curator_without_a_department_reaches_nothing(cast, as_user):
    cast.department.curators.clear()
    page = as_user(cast.curator).get("/admin/organisation/").content.decode()
    assert cast.organisation.name not in page


def test_an_anonymous_person_is_sent_to_sign_in(client, cast):
    response = client.get("/admin/contract/")
    assert response.status_code == 302 and "/admin/login/" in response["Location"]


def test_a_client_has_no_way_into_the_back_office(cast, as_user):
    client = as_user(cast.client)
    response = client.get("/admin/contract/")
    assert response.status_code == 302
    assert client.get(response["Location"]).status_code == 403
    assert [str(message) for message in get_messages(response.wsgi_request)]


def test_a_view_class_without_a_door_is_refused():
    with pytest.raises(ImproperlyConfigured, match="no scoped door"):
        through_the_door(RevisionsCompareView)
