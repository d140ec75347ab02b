"""«Настроить доступ» and «Удалить доступ»: what they do, whom they leave alone, what is said of it."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cabinet.common.errors import DomainError, NotAllowed
from cabinet.contracts.actions.changing import GONE, OWN, ChangedMeanwhile, change_access, remove_access, seen_of
from cabinet.contracts.administrators import LAST
from cabinet.contracts.doors import Door
from cabinet.contracts.models import ContractAccess, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.terms import Terms
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders
from tests.at_once import at_once, errors
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def access(cast: Cast) -> ContractAccess:
    """The accountant's access to the client's first contract."""
    return cast.accountant.accesses.get(contract=cast.contract)


@pytest.fixture
def client(cast: Cast, as_user: Callable) -> Client:
    return as_user(cast.client)


def change(cast: Cast, access: ContractAccess, terms: Terms, **changed: Any) -> bool:
    asked = {"actor": cast.client, "contract": cast.contract, "access_id": access.pk, "seen": seen_of(access)}
    return change_access(terms=terms, **(asked | changed))


def address(access: ContractAccess, what: str = "edit") -> str:
    return reverse(f"access-{what}", args=[access.contract_id, access.pk])


def sent(access: ContractAccess, **data: Any) -> dict[str, Any]:
    return {"seen": seen_of(access), "step": "save"} | data


def test_letters_are_not_sent_without_end_by_changing_to_and_fro(
    cast: Cast, client: Client, access: ContractAccess, settings: Any, letters: Callable
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"change_access": "2/h/user"}
    statuses = []
    for role in ("engineer", "accountant", "engineer"):
        access.refresh_from_db()
        statuses.append(client.post(address(access), sent(access, role=role)).status_code)
    assert statuses == [302, 302, 429] and len(letters()) == 2
    refused = client.post(address(access, "remove"))
    assert refused.status_code == 429 and "Слишком много изменений доступа" in refused.text
    over = reverse("contract-hand-over", args=[cast.contract.pk])
    assert client.post(over, {"colleague": access.pk, "stay": "leave"}).status_code == 429
    assert cast.accountant.accesses.filter(pk=access.pk, role="accountant").exists()


def test_facilities_beyond_those_named_that_came_and_went_are_named(cast: Cast, letters: Callable) -> None:
    *kept, went, came = [builders.facility(cast.contract, name=f"Объект {n}") for n in range(5)]
    access = builders.access(cast.newcomer, cast.contract, role=Role.ENGINEER, facilities=[*kept, went])
    chosen = frozenset(one.pk for one in (*kept, came))
    assert change(cast, access, Terms(Role.ENGINEER, Scope.CHOSEN, chosen))
    entry = ContractLogEntry.objects.get(action="contracts.access_changed")
    assert entry.data["terms"].endswith("и ещё 1 (добавлены: Объект 4 · убраны: Объект 3)")
    assert "добавлены: Объект 4 · убраны: Объект 3" in letters()[0].body


def test_the_terms_are_changed_and_the_person_is_told(cast: Cast, access: ContractAccess, letters: Callable) -> None:
    until = timezone.localdate() + dt.timedelta(days=9)
    assert change(cast, access, Terms(Role.ENGINEER, Scope.CHOSEN, frozenset({cast.facility.pk}), until))
    access.refresh_from_db()
    assert (access.role, access.scope, access.until) == (Role.ENGINEER, Scope.CHOSEN, until)
    assert list(access.facilities.all()) == [cast.facility]
    (letter,) = letters()
    assert letter.to == [cast.accountant.email]
    assert "Было: Бухгалтер, ко всему договору." in letter.body
    assert f"Энергетик, к выбранным объектам: {cast.facility.name}, действует по {until:%d.%m.%Y}" in letter.body
    assert cast.client.get_short_name() in letter.body


def test_the_trail_says_who_changed_whose_access_from_what_to_what(cast: Cast, access: ContractAccess) -> None:
    change(cast, access, Terms(Role.ENGINEER))
    entry = ContractLogEntry.objects.get()
    assert (entry.action, entry.user, entry.contract, entry.door) == (
        "contracts.access_changed",
        cast.client,
        cast.contract,
        Door.PAGE,
    )
    whom = f"{cast.accountant.get_short_name()} ({cast.accountant.email})"
    assert f"Доступ изменён: {whom}: Бухгалтер, ко всему договору → Энергетик, ко всему договору" in entry.message


def test_the_same_terms_change_and_tell_nothing(cast: Cast, access: ContractAccess, letters: Callable) -> None:
    assert not change(cast, access, Terms(Role.ACCOUNTANT))
    assert not ContractLogEntry.objects.exists() and not letters()


def test_an_access_is_removed_and_the_person_told(cast: Cast, access: ContractAccess, letters: Callable) -> None:
    remove_access(actor=cast.client, contract=cast.contract, access_id=access.pk)
    assert not cast.contract.accesses.filter(user=cast.accountant).exists()
    (letter,) = letters()
    assert letter.to == [cast.accountant.email] and "удалён" in letter.subject
    assert ContractLogEntry.objects.get().action == "contracts.access_removed"


@pytest.mark.parametrize(
    "terms", [Terms(Role.ACCOUNTANT), Terms(Role.ADMINISTRATOR, until=dt.date(2099, 1, 1))], ids=["demoted", "dated"]
)
def test_the_last_administrator_for_good_stays_what_he_is(cast: Cast, terms: Terms) -> None:
    helper = builders.user("helper@example.com")
    builders.access(helper, cast.contract, until=timezone.localdate())
    own = cast.client.accesses.get(contract=cast.contract)
    with pytest.raises(NotAllowed) as refusal:
        change(cast, own, terms, actor=helper)
    assert str(refusal.value) == LAST
    with pytest.raises(NotAllowed) as refusal:
        remove_access(actor=helper, contract=cast.contract, access_id=own.pk)
    assert str(refusal.value) == LAST
    own.refresh_from_db()
    assert (own.role, own.until) == (Role.ADMINISTRATOR, None)


def test_an_administrator_beside_another_may_be_demoted(cast: Cast) -> None:
    helper = builders.user("helper@example.com")
    builders.access(helper, cast.contract)
    own = cast.client.accesses.get(contract=cast.contract)
    assert change(cast, own, Terms(Role.ACCOUNTANT), actor=helper)


def test_a_switched_off_administrator_counts_for_nobody_and_may_go(cast: Cast) -> None:
    gone = builders.access(builders.user("gone@example.com", is_active=False), cast.contract)
    remove_access(actor=cast.client, contract=cast.contract, access_id=gone.pk)
    assert not ContractAccess.objects.filter(pk=gone.pk).exists()


def test_ones_own_access_is_refused_with_the_ways_to_leave_and_to_hand_over(cast: Cast, client: Client) -> None:
    own = cast.client.accesses.get(contract=cast.contract)
    with pytest.raises(NotAllowed) as refusal:
        change(cast, own, Terms(Role.ACCOUNTANT))
    assert str(refusal.value) == OWN
    for what in ("edit", "remove"):
        for response in (client.get(address(own, what)), client.post(address(own, what), sent(own, role="engineer"))):
            assert OWN in response.text
            assert reverse("contract-unbind", args=[cast.contract.pk]) in response.text
            assert reverse("contract-hand-over", args=[cast.contract.pk]) in response.text
    own.refresh_from_db()
    assert own.role == Role.ADMINISTRATOR


def test_what_a_colleague_changed_meanwhile_is_shown_and_not_overwritten(
    cast: Cast, client: Client, access: ContractAccess
) -> None:
    shown = sent(access, role="engineer", scope="whole", until="")
    ContractAccess.objects.filter(pk=access.pk).update(until=dt.date(2099, 1, 1))
    response = client.post(address(access), shown, headers=HTMX)
    assert response.status_code == 422
    assert "Пока окно было открыто, доступ изменил другой администратор." in response.text
    assert "Бухгалтер, ко всему договору, действует по 01.01.2099" in response.text
    assert response.context["form"]["role"].value() == "engineer"
    access.refresh_from_db()
    assert access.role == Role.ACCOUNTANT
    again = client.post(address(access), shown | {"seen": response.context["seen"]}, headers=HTMX)
    access.refresh_from_db()
    assert (again.status_code, access.role, access.until) == (204, Role.ENGINEER, None)


def test_chosen_facilities_count_as_a_change_too(cast: Cast, access: ContractAccess) -> None:
    mine = cast.energetik.accesses.get()
    seen = seen_of(mine)
    mine.facilities.add(cast.second_facility)
    with pytest.raises(ChangedMeanwhile, match="Магазин"):
        change(cast, mine, Terms(Role.ENGINEER), seen=seen)


def test_an_access_that_a_colleague_removed_is_said_to_be_gone(cast: Cast, access: ContractAccess) -> None:
    seen = seen_of(access)
    access.delete()
    with pytest.raises(DomainError, match=GONE):
        change_access(actor=cast.client, contract=cast.contract, access_id=9999, terms=Terms(Role.ENGINEER), seen=seen)


def test_the_window_saves_closes_and_makes_the_list_fetch_itself(
    cast: Cast, client: Client, access: ContractAccess
) -> None:
    page = client.get(address(access))
    assert page.status_code == 200 and "Удалить доступ" in page.text
    response = client.post(address(access), sent(access, role="engineer"), headers=HTMX)
    assert response.status_code == 204
    assert set(json.loads(response["HX-Trigger"])) == {"closeDialog", "accessChanged", "toast"}
    access.refresh_from_db()
    assert access.role == Role.ENGINEER


def test_without_a_script_it_leads_back_to_the_list(cast: Cast, client: Client, access: ContractAccess) -> None:
    response = client.post(address(access), sent(access, role="engineer"), follow=True)
    assert response.redirect_chain == [(reverse("contract-access", args=[cast.contract.pk]), 302)]
    assert f"Доступ изменён: {cast.accountant.get_short_name()}" in response.text


def test_an_ended_access_is_prolonged_by_the_same_window(cast: Cast, client: Client, access: ContractAccess) -> None:
    ContractAccess.objects.filter(pk=access.pk).update(until=timezone.localdate() - dt.timedelta(days=1))
    access.refresh_from_db()
    assert client.post(address(access), sent(access, role="accountant", until="")).status_code == 302
    access.refresh_from_db()
    assert access.until is None


def test_removing_asks_first_and_names_what_it_does(cast: Cast, client: Client, access: ContractAccess) -> None:
    asked = client.get(address(access, "remove"))
    assert f"{cast.accountant.get_short_name()} больше не увидит договор" in asked.text
    assert ContractAccess.objects.filter(pk=access.pk).exists()
    assert client.post(address(access, "remove"), headers=HTMX).status_code == 204
    assert client.post(address(access, "remove"), headers=HTMX).status_code == 404


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"role": ""}, "Выберите роль."),
        ({"role": "owner"}, "Такой роли нет."),
        ({"role": "engineer", "scope": "chosen"}, "Выберите хотя бы один объект."),
        ({"role": "engineer", "scope": "chosen", "facility": "99999999999999999999"}, "объектов в договоре нет"),
        ({"role": "accountant", "until": "31.02.2099"}, "Такого дня нет в календаре."),
        ({"role": "accountant", "until": "01.01.2020"}, "Этот день уже прошёл."),
    ],
)
def test_wrong_terms_are_named_and_nothing_is_changed(
    cast: Cast, client: Client, access: ContractAccess, data: dict, said: str
) -> None:
    response = client.post(address(access), sent(access, **data), headers=HTMX)
    assert response.status_code == 422 and said in response.text
    access.refresh_from_db()
    assert (access.role, access.until) == (Role.ACCOUNTANT, None)


def test_a_facility_of_another_contract_cannot_be_slipped_in(
    cast: Cast, client: Client, access: ContractAccess
) -> None:
    data = sent(access, role="engineer", scope="chosen", facility=[cast.facility.pk, cast.other_facility.pk])
    response = client.post(address(access), data)
    assert response.status_code == 422 and cast.other_facility.name not in response.text
    with pytest.raises(DomainError, match="нет таких объектов"):
        change(cast, access, Terms(Role.ENGINEER, Scope.CHOSEN, frozenset({cast.other_facility.pk})))


@pytest.mark.parametrize("what", ["edit", "remove"])
def test_an_access_of_another_contract_under_ones_own_address_does_not_exist(
    cast: Cast, client: Client, what: str
) -> None:
    foreign = cast.other.accesses.get()
    for contract in (cast.contract.pk, cast.other_contract.pk):
        url = reverse(f"access-{what}", args=[contract, foreign.pk])
        assert client.get(url).status_code == 404
        assert client.post(url, sent(foreign, role="engineer")).status_code == 404
    sibling = cast.accountant.accesses.get(contract=cast.signed_contract)
    assert client.get(reverse(f"access-{what}", args=[cast.contract.pk, sibling.pk])).status_code == 404
    assert ContractAccess.objects.filter(pk__in=[foreign.pk, sibling.pk]).count() == 2


@pytest.mark.parametrize("who", ["accountant", "energetik"])
def test_nobody_raises_himself(cast: Cast, as_user: Callable, who: str) -> None:
    person = getattr(cast, who)
    own = person.accesses.get(contract=cast.contract)
    response = as_user(person).post(address(own), sent(own, role="administrator"))
    assert response.status_code == 403
    assert "не позволяет управлять доступом" in response.text and cast.client.get_short_name() in response.text
    with pytest.raises(NotAllowed, match="не позволяет управлять доступом"):
        change(cast, own, Terms(Role.ADMINISTRATOR), actor=person)
    with pytest.raises(NotAllowed, match="больше нет доступа"):
        change(cast, own, Terms(Role.ADMINISTRATOR), actor=cast.other)
    own.refresh_from_db()
    assert own.role != Role.ADMINISTRATOR


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_remove_one_another_at_once_one_stays() -> None:
    contract = builders.contract()
    first, second = (builders.user(f"{name}@example.com") for name in ("first", "second"))
    accesses = [builders.access(person, contract) for person in (first, second)]
    answers = at_once(
        lambda: remove_access(actor=first, contract=contract, access_id=accesses[1].pk),
        lambda: remove_access(actor=second, contract=contract, access_id=accesses[0].pk),
    )
    (refused,) = errors(answers)
    assert isinstance(refused, NotAllowed) and "больше нет доступа" in str(refused)
    assert contract.accesses.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_demote_one_another_at_once_one_stays() -> None:
    contract = builders.contract()
    first, second = (builders.user(f"{name}@example.com") for name in ("first", "second"))
    accesses = [builders.access(person, contract) for person in (first, second)]
    seen = [seen_of(access) for access in accesses]
    terms = Terms(Role.ACCOUNTANT)
    answers = at_once(
        lambda: change_access(actor=first, contract=contract, access_id=accesses[1].pk, terms=terms, seen=seen[1]),
        lambda: change_access(actor=second, contract=contract, access_id=accesses[0].pk, terms=terms, seen=seen[0]),
    )
    assert len(errors(answers)) == 1
    assert contract.accesses.filter(role=Role.ADMINISTRATOR).count() == 1
