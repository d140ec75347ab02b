"""An administrator's last day limits what he gives, and whom he may change or turn out."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cabinet.common.errors import DomainError, NotAllowed
from cabinet.contracts.actions.accepting import offered
from cabinet.contracts.actions.binding import bind_contract
from cabinet.contracts.actions.changing import change_access, remove_access, seen_of
from cabinet.contracts.actions.inviting import invite, invite_again
from cabinet.contracts.actions.leaving import hand_over
from cabinet.contracts.actions.requesting import grant_request
from cabinet.contracts.doors import Door
from cabinet.contracts.models import AccessRequest, Invitation
from cabinet.contracts.roles import Role
from cabinet.contracts.terms import Terms
from portal.demo import builders
from tests.cast import Cast

LAST = dt.date(2099, 6, 30)
LONGER = [None, LAST + dt.timedelta(days=1)]


@pytest.fixture
def deputy(cast: Cast) -> None:
    """The client administers his first contract until a day, beside one who does for good."""
    builders.access(builders.user("head@example.com"), cast.contract)
    cast.client.accesses.update(until=LAST)


@pytest.fixture
def client(deputy: None, cast: Cast, as_user: Callable) -> Client:
    return as_user(cast.client)


@pytest.mark.parametrize("step", ["find", "confirm", "invite"])
@pytest.mark.parametrize("until", ["", "01.07.2099"])
def test_he_gives_nothing_beyond_his_last_day(cast: Cast, client: Client, step: str, until: str) -> None:
    email = "fresh@example.com" if step == "invite" else cast.newcomer.email
    sent = {"step": step, "role": "accountant", "email": email, "person": cast.newcomer.pk, "until": until}
    for url in (reverse("access-add", args=[cast.contract.pk]), reverse("access-add-many")):
        response = client.post(url, sent | {"contract": [cast.contract.pk]})
        assert response.status_code == 422
        assert "по 30.06.2099: дать доступ можно не дольше." in response.context["form"].errors["until"][0]
    assert not cast.newcomer.accesses.exists() and not Invitation.objects.exists()


def test_until_his_last_day_he_gives_as_others_do(cast: Cast, client: Client) -> None:
    sent = {"step": "confirm", "role": "accountant", "email": cast.newcomer.email, "person": cast.newcomer.pk}
    client.post(reverse("access-add", args=[cast.contract.pk]), sent | {"until": "30.06.2099"})
    assert cast.newcomer.accesses.get().until == LAST


@pytest.mark.parametrize("until", LONGER)
def test_he_grants_no_request_beyond_it(cast: Cast, deputy: None, until: dt.date | None) -> None:
    organisation = cast.contract.organisation
    bind_contract(
        user=cast.newcomer, address=None, email=organisation.email, inn=organisation.inn, number=cast.contract.number
    )
    asked = AccessRequest.objects.get()
    which = {"contract": cast.contract, "request_id": asked.pk, "door": Door.PAGE}
    with pytest.raises(DomainError, match="не дольше"):
        grant_request(actor=cast.client, terms=Terms(Role.ENGINEER, until=until), **which)
    grant_request(actor=cast.client, terms=Terms(Role.ENGINEER, until=LAST), **which)


@pytest.mark.parametrize("until", LONGER)
def test_he_neither_changes_nor_removes_what_lasts_longer(cast: Cast, client: Client, until: dt.date | None) -> None:
    access = cast.accountant.accesses.get(contract=cast.contract)
    access.until = until
    access.save()
    sent = {"role": "engineer", "until": "30.06.2099", "seen": seen_of(access), "step": "save"}
    for name in ("access-edit", "access-remove"):
        response = client.post(reverse(name, args=[cast.contract.pk, access.pk]), sent)
        assert response.status_code == 422 and "а этот доступ действует дольше" in response.text
    access.refresh_from_db()
    assert (access.role, access.until) == (Role.ACCOUNTANT, until)


def test_he_changes_and_removes_what_ends_no_later_but_does_not_prolong_it(cast: Cast, deputy: None) -> None:
    access = builders.access(cast.newcomer, cast.contract, role=Role.ENGINEER, until=LAST)
    which = {"actor": cast.client, "contract": cast.contract, "access_id": access.pk}
    for until in LONGER:
        with pytest.raises(DomainError, match="не дольше"):
            change_access(terms=Terms(Role.ENGINEER, until=until), seen=seen_of(access), **which)
    assert change_access(terms=Terms(Role.ACCOUNTANT, until=LAST), seen=seen_of(access), **which)
    remove_access(**which)
    assert not cast.newcomer.accesses.exists()


def test_he_does_not_hand_over_what_he_has_for_a_time(cast: Cast, client: Client) -> None:
    chosen = cast.accountant.accesses.get(contract=cast.contract)
    response = client.post(
        reverse("contract-hand-over", args=[cast.contract.pk]), {"colleague": chosen.pk, "stay": "leave"}
    )
    assert response.status_code == 422 and "только администратор без срока" in response.text
    with pytest.raises(NotAllowed):
        hand_over(actor=cast.client, contract=cast.contract, access_id=chosen.pk, stay_as=None)
    chosen.refresh_from_db()
    assert chosen.role == Role.ACCOUNTANT


def test_an_invitation_from_before_gives_no_more_than_he_may_give_by_now(cast: Cast) -> None:
    builders.access(builders.user("head@example.com"), cast.contract)
    contracts = [cast.contract]
    longer = invite(actor=cast.client, email="a@example.com", contracts=contracts, terms=Terms(Role.ENGINEER))
    short = invite(
        actor=cast.client, email="b@example.com", contracts=contracts, terms=Terms(Role.ENGINEER, until=LAST)
    )
    cast.client.accesses.update(until=timezone.localdate())
    assert offered(short.invitation) == {}
    cast.client.accesses.update(until=LAST)
    assert offered(longer.invitation) == {} and list(offered(short.invitation)) == contracts
    with pytest.raises(DomainError, match="не дольше"):
        invite_again(actor=cast.client, invitation=longer.invitation)
    invite_again(actor=cast.client, invitation=short.invitation)
