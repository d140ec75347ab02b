"""An account switched off in the back office: a last administrator only when it is meant; who stays is told."""

from collections.abc import Callable
from typing import Any

import pytest

from cabinet.accounts.models import User
from cabinet.contracts.doors import Door
from cabinet.contracts.roles import Role
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders

pytestmark = pytest.mark.django_db


def address(person: User) -> str:
    return f"/admin/users/edit/{person.pk}/"


def fields(person: User, **changes: Any) -> dict[str, Any]:
    names = {name: getattr(person, name) for name in ("email", "last_name", "first_name", "patronymic", "phone")}
    return names | changes


def entries(action: str) -> list[ContractLogEntry]:
    return list(ContractLogEntry.objects.filter(action=action).order_by("contract__number"))


def is_active(person: User) -> bool:
    return User.objects.values_list("is_active", flat=True).get(pk=person.pk)


def test_the_last_administrator_is_switched_off_only_when_it_is_meant(cast, as_user, letters: Callable) -> None:
    client = as_user(cast.admin)
    assert f"Последний администратор: № {cast.contract.number}" in client.get(address(cast.client)).text
    refused = client.post(address(cast.client), fields(cast.client))
    assert "Если это нужно, поставьте отметку." in refused.text
    assert is_active(cast.client) and not entries("contracts.account_off") and not letters()
    client.post(address(cast.client), fields(cast.client, without_administrator="on"))
    assert not is_active(cast.client)


def test_every_trail_says_so_and_who_stays_is_told(cast, as_user, letters: Callable) -> None:
    builders.access(cast.newcomer, cast.third_contract, role=Role.ADMINISTRATOR)
    as_user(cast.admin).post(address(cast.client), fields(cast.client, without_administrator="on"))
    reasons = {one.contract: one.comment for one in entries("contracts.account_off")}
    left = "Договор остался без администратора."
    assert reasons == {cast.contract: left, cast.signed_contract: left, cast.third_contract: ""}
    assert {(one.user, one.door) for one in entries("contracts.account_off")} == {(cast.admin, Door.OFFICE)}
    told = {(one.to[0], str(contract)) for one in letters() for contract in reasons if str(contract) in one.body}
    assert (cast.accountant.email, str(cast.contract)) in told
    assert cast.client.email not in {who for who, _ in told}
    assert str(cast.third_contract) not in {contract for _, contract in told}


def test_whoever_is_not_the_last_is_not_asked(cast, as_user, letters: Callable) -> None:
    client = as_user(cast.admin)
    assert "Оставить договоры без администратора" not in client.get(address(cast.energetik)).text
    client.post(address(cast.energetik), fields(cast.energetik))
    assert not is_active(cast.energetik)
    (entry,) = entries("contracts.account_off")
    assert (entry.contract, entry.comment) == (cast.contract, "") and not letters()


def test_an_administrator_for_a_time_does_not_follow_one_for_good(cast, as_user) -> None:
    builders.access(cast.newcomer, cast.third_contract, role=Role.ADMINISTRATOR, until="2099-01-01")
    page = as_user(cast.admin).get(address(cast.client)).text
    assert cast.third_contract.number in page.partition("Последний администратор:")[2].partition("Если")[0]


def test_switching_on_again_stands_in_the_trail(cast, as_user) -> None:
    User.objects.filter(pk=cast.energetik.pk).update(is_active=False)
    as_user(cast.admin).post(address(cast.energetik), fields(cast.energetik, is_active="on"))
    (entry,) = entries("contracts.account_on")
    assert entry.words == f"Учётная запись включена: {cast.energetik.get_short_name()} ({cast.energetik.email})"


def test_saving_other_data_says_nothing_of_a_switch(cast, as_user, letters: Callable) -> None:
    as_user(cast.admin).post(address(cast.client), fields(cast.client, is_active="on", first_name="Надежда"))
    cast.client.refresh_from_db()
    assert cast.client.first_name == "Надежда" and not ContractLogEntry.objects.exists() and not letters()


def test_a_curator_switches_nobody_off(cast, as_user) -> None:
    response = as_user(cast.curator).post(address(cast.client), fields(cast.client, without_administrator="on"))
    assert response.status_code == 302 and is_active(cast.client)
