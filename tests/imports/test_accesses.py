"""Users' accesses from a file: people are told, trails say so, no contract loses its last administrator."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress

from cabinet.contracts.doors import Door
from cabinet.contracts.models import ContractAccess
from cabinet.contracts.roles import Role
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders
from tests.cast import Cast
from tests.imports.conftest import Loader, errors_of, workbook

pytestmark = pytest.mark.django_db
TITLES = ("Логин (e-mail)", "Номер договора", "Роль", "Действует по")


def accesses(*rows: tuple):
    return workbook(TITLES, [(*row, "")[:4] for row in rows])


def subjects(letters: Callable, email: str) -> list[str]:
    return [letter.subject for letter in letters() if letter.to == [email]]


def test_a_person_gets_accesses_to_many_contracts_and_one_letter(cast: Cast, curator: Loader, letters) -> None:
    contracts = (cast.contract, cast.signed_contract, cast.unbound_contract)
    email = cast.newcomer.email
    load = curator.applied("accesses", accesses(*((email.upper(), one.number, "бухгалтер") for one in contracts)))
    assert load.is_applied, load.failure
    assert {one.contract: one.role for one in cast.newcomer.accesses.all()} == dict.fromkeys(contracts, "accountant")
    assert subjects(letters, email) == ["Вам выдан доступ к договорам"]
    entries = ContractLogEntry.objects.filter(action="contracts.access_grant")
    assert {(one.contract, one.user, one.door) for one in entries} == {
        (contract, cast.curator, Door.SUPPLIER) for contract in contracts
    }


def test_another_role_is_told_with_what_was_and_what_is(cast: Cast, curator: Loader, letters) -> None:
    row = (cast.accountant.email, cast.contract.number, "Энергетик", "31.12.2099")
    load = curator.applied("accesses", accesses(row))
    assert load.rows.get().before == [None, None, "Бухгалтер", ""]
    access = cast.accountant.accesses.get(contract=cast.contract)
    assert access.role == Role.ENGINEER and f"{access.until:%d.%m.%Y}" == "31.12.2099"
    (letter,) = (one for one in letters() if one.to == [cast.accountant.email])
    assert "Было: Бухгалтер, ко всему договору." in letter.body and "Стало: Энергетик" in letter.body


def test_a_load_of_accesses_is_taken_back_and_people_are_told(cast: Cast, curator: Loader, letters) -> None:
    rows = [
        (cast.newcomer.email, cast.contract.number, "Бухгалтер"),
        (cast.accountant.email, cast.contract.number, "Администратор"),
    ]
    load = curator.taken_back(curator.applied("accesses", accesses(*rows)))
    assert load.taken_back_at and not cast.newcomer.accesses.exists()
    assert cast.accountant.accesses.get(contract=cast.contract).role == Role.ACCOUNTANT
    assert subjects(letters, cast.newcomer.email)[-1].startswith("Ваш доступ удалён")


def test_the_only_administrator_of_a_contract_stays(cast: Cast, curator: Loader) -> None:
    load = curator.judged("accesses", accesses((cast.client.email, cast.contract.number, "Бухгалтер")))
    ((title, said),) = errors_of(load)[2]
    assert title == "Роль" and said.startswith("Это последний администратор договора.")
    given = curator.applied("accesses", accesses((cast.newcomer.email, cast.unbound_contract.number, "Администратор")))
    back = curator.taken_back(given)
    assert f"Договор № {cast.unbound_contract.number}: Это последний администратор" in back.failure
    assert cast.newcomer.accesses.exists()


def test_of_two_administrators_who_go_in_one_file_the_load_is_refused(cast: Cast, curator: Loader) -> None:
    builders.access(cast.newcomer, cast.third_contract, role=Role.ADMINISTRATOR)
    number = cast.third_contract.number
    rows = [(cast.client.email, number, "Бухгалтер"), (cast.newcomer.email, number, "Бухгалтер")]
    load = curator.applied("accesses", accesses(*rows))
    administrators = ContractAccess.objects.administrators().filter(contract=cast.third_contract)
    assert not load.is_applied and administrators.count() == 2, load.failure


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("nobody@example.com", "Пользователя nobody@example.com нет"),
        ("unconfirmed@example.com", "Пользователя unconfirmed@example.com нет"),
        ("off@example.com", "Пользователя off@example.com нет"),
        ("curator@example.com", "Пользователя curator@example.com нет"),
        ("почта", "Введите адрес полностью"),
    ],
)
def test_only_a_client_who_confirmed_his_address_gets_access(cast: Cast, curator: Loader, who: str, said: str) -> None:
    EmailAddress.objects.filter(user=builders.user("unconfirmed@example.com")).update(verified=False)
    builders.user("off@example.com", is_active=False)
    load = curator.judged("accesses", accesses((who, cast.contract.number, "Бухгалтер")))
    ((title, sentence),) = errors_of(load)[2]
    assert title == "Логин (e-mail)" and said in sentence


def test_a_day_that_has_passed_a_strange_role_and_chosen_facilities_are_told(cast: Cast, curator: Loader) -> None:
    rows = [
        (cast.newcomer.email, cast.contract.number, "Бухгалтер", "01.01.2020"),
        (cast.newcomer.email, cast.signed_contract.number, "Директор"),
        (cast.energetik.email, cast.contract.number, "Энергетик"),
        (cast.newcomer.email, cast.other_contract.number, "Бухгалтер"),
    ]
    said = {row: sentence for row, ((_, sentence),) in errors_of(curator.judged("accesses", accesses(*rows))).items()}
    assert said[2].startswith("Этот день уже прошёл.") and "«Директор» нет в списке" in said[3]
    assert "доступ к выбранным объектам" in said[4]
    assert said[5] == f"Договора № {cast.other_contract.number} нет среди ваших."
