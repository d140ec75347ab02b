"""Access to many contracts at once, in one window."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cabinet.accounts.models import User
from cabinet.contracts.models import Contract, ContractAccess, Invitation, InvitedAccess
from cabinet.contracts.roles import Role
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders
from tests.cast import Cast
from tests.walls.statements import statements

NOT_MANAGED = "Некоторыми из этих договоров вы не управляете: проверьте выбор."


@pytest.fixture
def admin(cast: Cast, as_user: Callable[[User], Client]) -> Client:
    return as_user(cast.client)


@pytest.fixture
def url() -> str:
    return reverse("access-add-many")


def asked(cast: Cast, *contracts: Contract, **changed: Any) -> dict[str, Any]:
    keys = [contract.pk for contract in contracts]
    return {"step": "find", "role": "accountant", "email": cast.newcomer.email, "contract": keys} | changed


def confirmed(cast: Cast, *contracts: Contract, **changed: Any) -> dict[str, Any]:
    return asked(cast, *contracts, step="confirm", person=cast.newcomer.pk) | changed


def given_to(user: User) -> set[int]:
    return set(ContractAccess.objects.filter(user=user).values_list("contract", flat=True))


def shown(response: HttpResponse) -> list[tuple[str, list[str]]]:
    groups = response.context["form"].contracts.groups
    return [(title, [contract.number for contract in rows]) for title, rows in groups]


def test_the_contracts_whose_access_one_manages_stand_by_their_organisations(
    cast: Cast, admin: Client, url: str
) -> None:
    first = builders.contract(builders.organisation(name="АО «Альфа»"), number="5")
    builders.access(cast.client, first)
    builders.access(cast.client, builders.contract(), role=Role.ACCOUNTANT)
    numbers = sorted(one.number for one in (cast.contract, cast.signed_contract, cast.third_contract))
    assert shown(admin.get(url)) == [("АО «Альфа»", ["5"]), ("ООО «Вымпел-Снаб»", numbers)]


def test_contracts_are_found_by_number_organisation_and_inn(cast: Cast, admin: Client, url: str) -> None:
    alpha = builders.organisation(name="АО «Альфа»")
    builders.access(cast.client, builders.contract(alpha, number="5"))
    for text in ("альфа", alpha.inn):
        assert shown(admin.post(url, {"step": "contract:search", "contract_q": text})) == [("АО «Альфа»", ["5"])]


def test_access_is_given_to_all_of_them_with_one_letter_and_an_entry_in_each_trail(
    cast: Cast, admin: Client, url: str, letters: Callable
) -> None:
    contracts = [cast.contract, cast.signed_contract]
    assert "Фомина А. Л." in admin.post(url, asked(cast, *contracts)).text
    response = admin.post(url, confirmed(cast, *contracts))
    assert response.status_code == 302 and response.url == reverse("contracts")
    assert given_to(cast.newcomer) == {each.pk for each in contracts}
    entries = ContractLogEntry.objects.filter(action="contracts.access_grant")
    assert {entry.contract for entry in entries} == set(contracts)
    assert len({entry.uuid for entry in entries}) == 1
    (letter,) = letters()
    assert all(str(contract) in letter.body for contract in contracts)


def test_contracts_that_he_has_already_are_left_as_they_are_and_named(
    cast: Cast, admin: Client, url: str, letters: Callable
) -> None:
    before = builders.access(cast.newcomer, cast.contract, role=Role.ENGINEER, facilities=[cast.facility])
    contracts = [cast.contract, cast.signed_contract]
    found = admin.post(url, asked(cast, *contracts)).text
    assert "Не изменится: 1 договор" in found and "роль «Энергетик»" in found
    assert reverse("access-edit", args=[cast.contract.pk, before.pk]) in found
    told = admin.post(url, confirmed(cast, *contracts), follow=True).text
    assert "По 1 договору доступ был раньше и не изменился." in told
    assert given_to(cast.newcomer) == {each.pk for each in contracts}
    before.refresh_from_db()
    assert before.role == Role.ENGINEER
    assert str(cast.contract) not in letters()[0].body
    refused = admin.post(url, asked(cast, *contracts))
    assert refused.status_code == 422
    assert "По 2 договорам у пользователя уже есть доступ или приглашение." in refused.text


def test_the_facilities_of_the_chosen_contracts_stand_by_contract(cast: Cast, admin: Client, url: str) -> None:
    response = admin.post(url, asked(cast, cast.contract, cast.signed_contract, step="facility:search"))
    groups = {title: len(rows) for title, rows in response.context["form"].facilities.groups}
    assert groups == {f"Договор № {cast.contract.number}": 2, f"Договор № {cast.signed_contract.number}": 1}
    assert "Отметьте договоры и нажмите" in admin.get(url).text


def test_each_contract_gets_its_own_facilities(cast: Cast, admin: Client, url: str) -> None:
    signed = cast.signed_register.meter.point.facility
    chosen = {"role": "engineer", "scope": "chosen", "facility": [cast.facility.pk, signed.pk]}
    response = admin.post(url, asked(cast, cast.contract, cast.signed_contract, **chosen))
    assert f"Энергетик, к выбранным объектам: {signed.name}; {cast.facility.name}, бессрочно" in response.text
    admin.post(url, confirmed(cast, cast.contract, cast.signed_contract, **chosen))
    accesses = {access.contract: list(access.facilities.all()) for access in cast.newcomer.accesses.all()}
    assert accesses == {cast.contract: [cast.facility], cast.signed_contract: [signed]}


@pytest.mark.parametrize("step", ["find", "confirm", "invite"])
def test_a_contract_without_a_chosen_facility_is_named(cast: Cast, admin: Client, url: str, step: str) -> None:
    email = "fresh@example.com" if step == "invite" else cast.newcomer.email
    chosen = {"role": "engineer", "scope": "chosen", "facility": [cast.facility.pk], "email": email}
    response = admin.post(url, confirmed(cast, cast.contract, cast.signed_contract, step=step, **chosen))
    assert response.status_code == 422
    sentence = f"Выберите объекты и по договору № {cast.signed_contract.number}."
    assert response.context["form"].facilities.error == sentence and sentence in response.text
    assert not given_to(cast.newcomer) and not Invitation.objects.exists()


def test_facilities_of_a_contract_that_is_no_longer_ticked_just_go(cast: Cast, admin: Client, url: str) -> None:
    signed = cast.signed_register.meter.point.facility
    chosen = {"role": "engineer", "scope": "chosen", "facility": [cast.facility.pk, signed.pk]}
    admin.post(url, confirmed(cast, cast.contract, **chosen))
    assert list(cast.newcomer.accesses.get().facilities.all()) == [cast.facility]


@pytest.mark.parametrize("step", ["find", "confirm", "invite"])
@pytest.mark.parametrize("foreign", ["other", "unbound", "as_accountant", "none", "text", "huge"])
def test_a_contract_whose_access_one_does_not_manage_is_refused_and_nothing_leaks(
    cast: Cast, admin: Client, url: str, foreign: str, step: str
) -> None:
    as_accountant = builders.contract(builders.organisation(name="АО «Чужая»"))
    builders.access(cast.client, as_accountant, role=Role.ACCOUNTANT)
    keys = {
        "other": cast.other_contract.pk,
        "unbound": cast.unbound_contract.pk,
        "as_accountant": as_accountant.pk,
        "none": 10**9,
        "text": "договор",
        "huge": "9" * 40,
    }
    ids = [cast.contract.pk, keys[foreign]]
    for sent in ({"contract": ids}, {"contract": [], "contract_kept": ",".join(map(str, ids))}):
        response = admin.post(url, confirmed(cast, step=step, **sent))
        assert response.status_code == 422
        assert response.context["form"].contracts.error == NOT_MANAGED and NOT_MANAGED in response.text
        for secret in (cast.other_contract.number, cast.unbound_contract.number, "АО «Чужая»"):
            assert secret not in response.text
    assert not given_to(cast.newcomer) and not Invitation.objects.exists()


def test_a_facility_of_a_strangers_contract_is_refused(cast: Cast, admin: Client, url: str) -> None:
    chosen = {"role": "engineer", "scope": "chosen", "facility": [cast.facility.pk, cast.other_facility.pk]}
    response = admin.post(url, confirmed(cast, cast.contract, **chosen))
    assert response.status_code == 422
    sentence = "Некоторых из этих объектов в договоре нет: проверьте выбор."
    assert response.context["form"].facilities.error == sentence
    assert not given_to(cast.newcomer)


def test_no_contract_is_asked_for(cast: Cast, admin: Client, url: str) -> None:
    response = admin.post(url, asked(cast))
    assert response.status_code == 422
    assert response.context["form"].contracts.error == "Выберите хотя бы один договор."


def test_who_manages_nothing_finds_no_contract_and_gives_nothing(cast: Cast, as_user: Callable, url: str) -> None:
    for person in (cast.accountant, cast.energetik, cast.newcomer):
        client = as_user(person)
        page = client.get(url)
        assert shown(page) == [] and "Вы не управляете доступом ни к одному договору." in page.text
        response = client.post(url, confirmed(cast, cast.contract))
        assert response.status_code == 422 and cast.contract.number not in response.text
    assert not given_to(cast.newcomer)


def test_an_unknown_address_is_invited_to_all_of_them(cast: Cast, admin: Client, url: str, letters: Callable) -> None:
    contracts = [cast.contract, cast.signed_contract]
    assert "Пригласить?" in admin.post(url, asked(cast, *contracts, email="fresh@example.com")).text
    assert admin.post(url, asked(cast, *contracts, step="invite", email="fresh@example.com")).status_code == 200
    assert set(Invitation.objects.get().accesses.values_list("contract", flat=True)) == {one.pk for one in contracts}
    assert all(str(contract) in letters()[0].body for contract in contracts)


@pytest.fixture
def thousand(cast: Cast, bind_many: Callable) -> list[Contract]:
    """Contracts of a thousand organisations beside the client's three."""
    return bind_many(cast.client, 1000)


def test_a_thousand_contracts_are_a_short_page_of_as_few_statements(
    cast: Cast, admin: Client, url: str, bind_many: Callable
) -> None:
    few = statements(admin, url)
    bind_many(cast.client, 1000)
    assert len(statements(admin, url)) <= len(few) + 1  # counting what is not shown
    assert len(admin.get(url).content) < 60_000


@pytest.mark.parametrize("email", ["newcomer@example.com", "fresh@example.com"])
def test_a_thousand_contracts_are_given_in_few_statements(
    cast: Cast, admin: Client, url: str, thousand: list[Contract], email: str
) -> None:
    step = "confirm" if email == cast.newcomer.email else "invite"
    chosen = admin.post(url, asked(cast, step="contract:all", email=email))
    kept = chosen.context["form"].contracts.all_chosen
    assert len(kept) == 1003
    sent = confirmed(cast, step=step, email=email, contract_kept=",".join(map(str, kept)))
    with CaptureQueriesContext(connection) as found:
        assert admin.post(url, sent | {"step": "find"}).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        assert admin.post(url, sent).status_code in (200, 302)
    assert given_to(cast.newcomer) == set(kept) or InvitedAccess.objects.count() == 1003
    assert ContractLogEntry.objects.count() == 1003
    writes = [query["sql"] for query in queries if query["sql"].startswith("INSERT")]
    bulk = 3 if connection.vendor == "postgresql" else 30  # SQLite splits by its limit of parameters
    assert len(writes) <= bulk + 1, len(writes)
    assert len(queries) - len(writes) <= 30 and len(found) <= 20
