"""Binding a contract by the three data of the supplier's record."""

import datetime as dt
import logging
import threading
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from cabinet.accounts.models import User
from cabinet.common.errors import DomainError, NotAllowed, TooManyAttempts
from cabinet.contracts.actions.binding import NOT_FOUND, Asked, bind_contract
from cabinet.contracts.doors import Door
from cabinet.contracts.models import AccessRequest, BindingAttempt, Contract, ContractAccess, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders
from tests.cast import Cast

Outcome = BindingAttempt.Outcome
ADDRESS = "192.0.2.7"


def data_of(contract: Contract) -> dict[str, str]:
    organisation = contract.organisation
    return {"email": organisation.email, "inn": organisation.inn, "number": contract.number}


def bind(user: User, contract: Contract, address: str = ADDRESS, **changed: Any) -> Contract | Asked:
    return bind_contract(user=user, address=address, **(data_of(contract) | changed))


def fail(user: User, contract: Contract, address: str = ADDRESS) -> None:
    with pytest.raises(DomainError, match="не найден"):
        bind(user, contract, address, number="нет такого")


def test_the_first_to_bind_becomes_the_administrator_of_the_whole_contract(cast: Cast) -> None:
    assert bind(cast.newcomer, cast.unbound_contract) == cast.unbound_contract
    access = cast.unbound_contract.accesses.get()
    assert (access.user, access.role, access.scope, access.until) == (
        cast.newcomer,
        Role.ADMINISTRATOR,
        Scope.WHOLE,
        None,
    )
    assert BindingAttempt.objects.get().outcome == Outcome.BOUND


@pytest.mark.parametrize("who", ["curator", "editor", "admin"])
def test_the_suppliers_staff_bind_nothing_and_ask_for_nothing(cast: Cast, who: str) -> None:
    for contract in (cast.unbound_contract, cast.contract):
        with pytest.raises(NotAllowed, match="сотрудника поставщика"):
            bind(getattr(cast, who), contract)
    assert not getattr(cast, who).accesses.exists()
    assert not AccessRequest.objects.exists()


def test_a_binding_leaves_one_entry_in_the_trail_of_the_contract_and_a_refusal_none(cast: Cast) -> None:
    bind(cast.newcomer, cast.unbound_contract)
    with pytest.raises(NotAllowed):
        bind(cast.newcomer, cast.unbound_contract)
    entry = ContractLogEntry.objects.get()
    assert (entry.action, entry.user, entry.contract, entry.door) == (
        "contracts.bind",
        cast.newcomer,
        cast.unbound_contract,
        Door.PAGE,
    )


def test_spaces_case_and_the_number_sign_do_not_matter(cast: Cast) -> None:
    contract = builders.contract(cast.organisation, number="АБ-12/7")
    spelled = {
        "email": f" {cast.organisation.email.upper()}",
        "inn": f"{cast.organisation.inn[:4]} {cast.organisation.inn[4:]}",
    }
    assert bind(cast.newcomer, contract, number="№ аб – 12/7", **spelled) == contract


@pytest.mark.parametrize(
    "wrong", [{"email": "stranger@example.com"}, {"inn": builders.valid_inn(1)}, {"number": "1"}, {"number": ""}]
)
def test_any_mismatch_is_one_and_the_same_message(cast: Cast, wrong: dict[str, str]) -> None:
    with pytest.raises(DomainError) as refusal:
        bind(cast.newcomer, cast.unbound_contract, **wrong)
    assert str(refusal.value) == NOT_FOUND
    assert not cast.unbound_contract.accesses.exists()


def test_data_of_two_different_contracts_do_not_match(cast: Cast) -> None:
    with pytest.raises(DomainError, match="не найден"):
        bind(cast.newcomer, cast.unbound_contract, number=cast.other_contract.number)


def test_a_contract_of_ones_own_is_said_to_be_bound_already(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="уже привязан") as refusal:
        bind(cast.client, cast.contract)
    assert refusal.value.field == "number"
    assert BindingAttempt.objects.get().outcome == Outcome.ALREADY


def test_a_contract_with_an_administrator_is_asked_for_and_says_who_decides(cast: Cast) -> None:
    asked = bind(cast.newcomer, cast.contract)
    assert isinstance(asked, Asked)
    assert (asked.contract, asked.administrators) == (cast.contract, [cast.client.get_short_name()])
    assert (asked.request.user, asked.request.state) == (cast.newcomer, AccessRequest.State.WAITING)
    assert not cast.contract.accesses.filter(user=cast.newcomer).exists()
    assert BindingAttempt.objects.get().outcome == Outcome.REQUESTED


def test_who_binds_a_contract_that_lost_its_administrator_asks_no_longer(cast: Cast) -> None:
    bind(cast.newcomer, cast.contract)
    cast.contract.accesses.filter(user=cast.client).delete()
    assert bind(cast.newcomer, cast.contract) == cast.contract
    assert AccessRequest.objects.get().state == AccessRequest.State.GRANTED


def test_an_administrator_whose_access_has_ended_or_who_is_switched_off_holds_nobody_up(cast: Cast) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    builders.access(cast.other, cast.unbound_contract, until=yesterday)
    builders.access(builders.user("gone@example.com", is_active=False), cast.unbound_contract)
    assert bind(cast.newcomer, cast.unbound_contract)


def test_ones_own_ended_access_becomes_the_administrators(cast: Cast) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    facility = builders.facility(cast.unbound_contract)
    builders.access(cast.newcomer, cast.unbound_contract, role=Role.ENGINEER, facilities=[facility], until=yesterday)
    bind(cast.newcomer, cast.unbound_contract)
    access = ContractAccess.objects.get(user=cast.newcomer)
    assert (access.role, access.scope, access.until) == (Role.ADMINISTRATOR, Scope.WHOLE, None)
    assert not access.facilities.exists()


def test_failures_of_a_person_are_limited_whatever_his_address(cast: Cast, settings) -> None:
    settings.BINDING_TRIES, settings.BINDING_TRIES_MINUTES = 3, 60
    for number in range(3):
        fail(cast.newcomer, cast.unbound_contract, address=f"192.0.2.{number}")
    with pytest.raises(TooManyAttempts) as refusal:
        bind(cast.newcomer, cast.unbound_contract, address="192.0.2.99")
    free_at = timezone.localtime(BindingAttempt.objects.earliest("pk").at + dt.timedelta(minutes=60))
    assert f"Повторите после {free_at:%H:%M %d.%m.%Y}" in str(refusal.value)
    assert not cast.unbound_contract.accesses.exists()


def test_failures_from_an_address_are_limited_whoever_comes(cast: Cast, settings) -> None:
    settings.BINDING_TRIES = 2
    fail(cast.newcomer, cast.unbound_contract)
    fail(cast.other, cast.unbound_contract)
    with pytest.raises(TooManyAttempts):
        bind(cast.client, cast.unbound_contract)
    assert bind(cast.client, cast.unbound_contract, address="192.0.2.99")


def test_the_limit_ends_with_its_time(cast: Cast, settings) -> None:
    settings.BINDING_TRIES = 2
    for _ in range(2):
        fail(cast.newcomer, cast.unbound_contract)
    BindingAttempt.objects.update(at=timezone.now() - dt.timedelta(minutes=settings.BINDING_TRIES_MINUTES, seconds=1))
    assert bind(cast.newcomer, cast.unbound_contract)


def test_successes_and_refused_tries_do_not_count(cast: Cast, settings) -> None:
    settings.BINDING_TRIES = 2
    for _ in range(3):
        assert bind(cast.newcomer, builders.contract(cast.unbound_contract.organisation))
    for _ in range(2):
        fail(cast.newcomer, cast.unbound_contract)
    for _ in range(3):
        with pytest.raises(TooManyAttempts):
            bind(cast.newcomer, cast.unbound_contract)
    assert BindingAttempt.objects.filter(outcome=Outcome.NOT_FOUND).count() == 2
    assert BindingAttempt.objects.filter(outcome=Outcome.LIMITED).count() == 3


def test_the_log_has_ids_and_nothing_of_what_was_typed(cast: Cast, caplog) -> None:
    with caplog.at_level(logging.INFO, logger="cabinet.contracts.actions.binding"):
        fail(cast.newcomer, cast.unbound_contract)
        bind(cast.newcomer, cast.unbound_contract)
    failure, success = caplog.records
    assert failure.levelno == logging.WARNING
    assert failure.data["outcome"] == "not_found" and failure.data["user"] == cast.newcomer.pk
    assert success.data["contract"] == cast.unbound_contract.pk
    assert cast.unbound_contract.organisation.inn not in str([failure.data, success.data])


def test_a_longer_number_that_begins_alike_does_not_match(cast: Cast) -> None:
    contract = builders.contract(cast.unbound_contract.organisation, number="7" * 40)
    with pytest.raises(DomainError, match="не найден"):
        bind(cast.newcomer, contract, number=f"{contract.number}7")


def test_overlong_data_are_a_mismatch_like_any_other(cast: Cast) -> None:
    with pytest.raises(DomainError, match="не найден"):
        bind(cast.newcomer, cast.unbound_contract, email="а" * 300, inn="7" * 100, number="1" * 200)


def together(*calls: Any) -> list[Any]:
    """Runs the calls at once, each with a connection of its own; their results or DomainErrors."""
    start, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Any) -> None:
        start.wait()
        try:
            results[place] = call()
        except DomainError as refusal:
            results[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_bind_at_once_exactly_one_becomes_the_administrator() -> None:
    contract = builders.contract()
    first, second = builders.user("first@example.com"), builders.user("second@example.com")
    results = together(lambda: bind(first, contract, "192.0.2.1"), lambda: bind(second, contract, "192.0.2.2"))
    assert contract.accesses.get().role == Role.ADMINISTRATOR
    assert sorted(type(result).__name__ for result in results) == ["Asked", "Contract"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_post_many_times_at_once_binds_once() -> None:
    contract, user = builders.contract(), builders.user("first@example.com")
    results = together(*[lambda: bind(user, contract) for _ in range(4)])
    assert contract.accesses.get().user == user
    assert sum(result == contract for result in results) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_do_not_slip_past_the_limit(settings) -> None:
    settings.BINDING_TRIES = 3
    contract, user = builders.contract(), builders.user("first@example.com")
    results = together(*[lambda: bind(user, contract, number="1") for _ in range(10)])
    assert sum(not isinstance(result, TooManyAttempts) for result in results) <= 3
