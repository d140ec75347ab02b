"""Inviting an unknown address: the letter, the code, sending anew, withdrawing."""

import datetime as dt
import html
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from cabinet.contracts.actions.inviting import hash_of
from cabinet.contracts.models import ContractAccess, Invitation, InvitedAccess, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.tasks import send_invitation
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders
from tests.cast import Cast
from tests.contracts.inviting import EMAIL, Inviter, accept, code_in, link_in
from tests.queue import queued, work

HTMX = {"HX-Request": "true"}
State = Invitation.State


@pytest.fixture
def admin(cast: Cast, as_user: Callable) -> Client:
    return as_user(cast.client)


@pytest.fixture
def url(cast: Cast) -> str:
    return reverse("access-add", args=[cast.contract.pk])


def asked(**changed: Any) -> dict[str, Any]:
    return {"step": "invite", "role": "accountant", "email": EMAIL} | changed


def again_url(cast: Cast, name: str = "invitation-again") -> str:
    return reverse(name, args=[cast.contract.pk, Invitation.objects.get().pk])


def test_an_unknown_address_leads_to_the_question_whether_to_invite(admin: Client, url: str) -> None:
    response = admin.post(url, asked(step="find"))
    assert response.status_code == 200
    assert "Пользователь не найден. Пригласить?" in response.text and "72 часа" in response.text
    assert not Invitation.objects.exists()


def test_the_administrator_is_shown_a_code_once_and_the_letter_has_only_the_link(
    cast: Cast, admin: Client, url: str, letters: Callable
) -> None:
    response = admin.post(url, asked(role="engineer", scope="chosen", facility=[cast.facility.pk]), headers=HTMX)
    code = code_in(response.text)
    assert "accessChanged" in json.loads(response["HX-Trigger"])
    assert response["Cache-Control"] == "no-store"
    (letter,) = letters()
    assert letter.to == [EMAIL] and cast.client.get_full_name() in letter.body
    for words in (str(cast.contract), cast.organisation.name, f"выбранным объектам: {cast.facility.name}, бессрочно."):
        assert words in letter.body and words in html.unescape(letter.alternatives[0].content)
    for body in (letter.body, letter.alternatives[0].content):
        assert code not in body and code.replace(" ", "") not in body
    pages = [admin.get(url).text, admin.get(reverse("contract-access", args=[cast.contract.pk])).text]
    assert not any(code in page for page in pages)


def test_only_hashes_of_link_and_code_are_kept_and_the_queue_knows_neither(
    admin: Client, url: str, letters: Callable
) -> None:
    code = code_in(admin.post(url, asked()).text).replace(" ", "")
    (task,) = queued()
    invitation = Invitation.objects.get()
    assert (task["func"], task["args"]) == ("cabinet.contracts.tasks.send_invitation", (invitation.pk,))
    assert invitation.token_hash is None
    token = link_in(letters()[0]).split("/")[2]
    invitation.refresh_from_db()
    assert invitation.token_hash == hash_of(token) and len(token) >= 43
    assert check_password(code, invitation.code_hash)
    kept = str(Invitation.objects.values().get()) + str(ContractLogEntry.objects.values_list("data", "label"))
    assert token not in kept and code not in kept


def test_the_invitation_keeps_the_terms_and_holds_72_hours(cast: Cast, admin: Client, url: str) -> None:
    admin.post(url, asked(role="engineer", scope="chosen", facility=[cast.facility.pk], until="31.12.2099"))
    invitation = Invitation.objects.get()
    given = InvitedAccess.objects.get()
    assert (given.role, given.scope, given.until) == (Role.ENGINEER, Scope.CHOSEN, dt.date(2099, 12, 31))
    assert list(given.facilities.all()) == [cast.facility]
    assert invitation.state == State.WAITING
    assert abs(invitation.expires_at - timezone.now() - dt.timedelta(hours=72)) < dt.timedelta(minutes=1)


def test_the_page_of_access_lists_who_waits(cast: Cast, admin: Client, url: str) -> None:
    admin.post(url, asked())
    (waiting,) = Invitation.objects.for_contract(cast.contract)
    assert (waiting.email, waiting.role, waiting.scope, waiting.until) == (EMAIL, Role.ACCOUNTANT, Scope.WHOLE, None)
    page = admin.get(reverse("contract-access", args=[cast.contract.pk])).text
    for words in (EMAIL, "Ждёт", again_url(cast), again_url(cast, "invitation-withdraw")):
        assert words in page
    Invitation.objects.update(expires_at=timezone.now())
    assert "Истекло" in admin.get(reverse("contract-access", args=[cast.contract.pk])).text
    assert not Invitation.objects.for_contract(cast.signed_contract).exists()


def test_one_whose_inviter_no_longer_gives_access_says_so_and_is_sent_anew_by_another(
    cast: Cast, admin: Client, inviter: Inviter, as_user: Callable
) -> None:
    inviter.invite(cast.contract, until="31.12.2099")
    page = reverse("contract-access", args=[cast.contract.pk])
    helper = builders.user("helper@example.com")
    builders.access(helper, cast.contract)
    own, theirs = cast.client.accesses.filter(contract=cast.contract), as_user(helper)
    assert "Бухгалтер, доступ по" in admin.get(page).text
    for changed, holds in (
        ({"until": dt.date(2099, 12, 31)}, True),
        ({"until": dt.date(2099, 12, 30)}, False),
        ({"until": None, "role": Role.ACCOUNTANT}, False),
    ):
        own.update(**changed)
        text = theirs.get(page).text
        assert ("Не действует" in text, "действует до" in text) == (not holds, holds)
    theirs.post(again_url(cast))
    assert "Не действует" not in theirs.get(page).text


def test_the_trail_says_who_was_invited(cast: Cast, admin: Client, url: str) -> None:
    admin.post(url, asked())
    entry = ContractLogEntry.objects.get()
    assert (entry.action, entry.user, entry.contract) == ("contracts.invite", cast.client, cast.contract)
    assert f"Отправлено приглашение: {EMAIL}: Бухгалтер, ко всему договору" in entry.message


def test_who_is_invited_already_is_not_invited_twice(cast: Cast, admin: Client, url: str, letters: Callable) -> None:
    admin.post(url, asked())
    for step in ("find", "invite"):
        response = admin.post(url, asked(step=step))
        assert response.status_code == 422
        assert f"На {EMAIL} уже отправлено приглашение" in response.text and again_url(cast) in response.text
    assert Invitation.objects.count() == 1 and len(letters()) == 1


@pytest.mark.parametrize("dead", ["expired", "exhausted"])
def test_an_invitation_that_is_over_gives_its_place_to_a_new_one(
    cast: Cast, admin: Client, url: str, settings: Settings, dead: str
) -> None:
    admin.post(url, asked())
    change = {"expires_at": timezone.now()} if dead == "expired" else {"tries": settings.INVITATION_CODE_TRIES}
    Invitation.objects.update(**change)
    assert admin.post(url, asked()).status_code == 200
    assert Invitation.objects.for_contract(cast.contract).count() == 1


def test_somebody_who_registered_meanwhile_is_not_invited(cast: Cast, admin: Client, url: str) -> None:
    response = admin.post(url, asked(email=cast.newcomer.email))
    assert response.status_code == 422 and "уже зарегистрировался" in response.text
    assert not Invitation.objects.exists()


def test_inviting_is_limited_for_a_person_and_for_an_address(
    cast: Cast, admin: Client, url: str, settings: Settings
) -> None:
    limits = settings.ACCOUNT_RATE_LIMITS
    settings.ACCOUNT_RATE_LIMITS = limits | {"invite": "1/h/user"}
    admin.post(url, asked())
    response = admin.post(url, asked(email="second@example.com"))
    assert response.status_code == 429 and "Слишком много приглашений" in response.text
    assert admin.post(again_url(cast)).status_code == 429
    settings.ACCOUNT_RATE_LIMITS = limits | {"invite": "9/h/user,1/h/key"}
    admin.post(reverse("access-add", args=[cast.signed_contract.pk]), asked(email="third@example.com"))
    refused = admin.post(reverse("access-add", args=[cast.third_contract.pk]), asked(email="third@example.com"))
    assert refused.status_code == 429
    assert Invitation.objects.count() == 2


# --- the letter ---------------------------------------------------------------------------------


def test_a_task_delivered_twice_sends_one_letter(admin: Client, url: str, mailoutbox: list) -> None:
    admin.post(url, asked())
    for _ in range(2):
        send_invitation(Invitation.objects.get().pk)
    assert len(mailoutbox) == 1 and Invitation.objects.get().sent_at


def test_a_task_that_died_after_making_the_link_makes_a_new_one(inviter: Inviter, cast: Cast, mailoutbox: list) -> None:
    inviter.invite(cast.contract)
    Invitation.objects.update(sent_at=None)
    send_invitation(Invitation.objects.get().pk)
    old, new = map(link_in, mailoutbox)
    assert Client().get(old).status_code == 404 and Client().get(new).status_code == 200


@pytest.mark.parametrize("change", [{"withdrawn_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_no_letter_goes_out_for_an_invitation_that_is_over(
    admin: Client, url: str, mailoutbox: list, change: dict
) -> None:
    admin.post(url, asked())
    Invitation.objects.update(**change)
    work()
    assert not mailoutbox and Invitation.objects.get().token_hash is None


def test_a_letter_that_cannot_be_sent_is_tried_again(
    admin: Client, url: str, mailoutbox: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.post(url, asked())
    pk = Invitation.objects.get().pk
    with monkeypatch.context() as patched:
        patched.setattr("cabinet.common.letters.EmailMultiAlternatives.send", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send_invitation(pk)
    send_invitation(pk)
    assert len(mailoutbox) == 1


# --- sending anew -------------------------------------------------------------------------------


def test_sending_anew_asks_first_and_changes_nothing_by_a_look(admin: Client, cast: Cast, inviter: Inviter) -> None:
    inviter.invite(cast.contract)
    before = Invitation.objects.values().get()
    response = admin.get(again_url(cast))
    assert "Прежние ссылка и код сразу перестанут действовать." in response.text
    assert Invitation.objects.values().get() == before and not OrmQ.objects.exists()


def test_a_new_link_and_a_new_code_kill_the_ones_before(cast: Cast, inviter: Inviter, settings: Settings) -> None:
    inviter.invite(cast.contract)
    old_link, old_code = inviter.link, inviter.code
    Invitation.objects.update(expires_at=timezone.now(), tries=settings.INVITATION_CODE_TRIES)
    inviter.again(cast.contract, Invitation.objects.get().pk)
    assert Invitation.objects.get().state == State.WAITING
    assert Client().get(old_link).status_code == 404
    entry = ContractLogEntry.objects.get(action="contracts.invite_again")
    assert entry.words == f"Приглашение отправлено заново: {EMAIL}: Бухгалтер, ко всему договору"
    assert accept(inviter.link, old_code).status_code == 422
    assert accept(inviter.link, inviter.code).status_code == 302


def test_the_old_link_is_dead_before_the_new_letter_goes_out(cast: Cast, admin: Client, inviter: Inviter) -> None:
    inviter.invite(cast.contract)
    admin.post(again_url(cast))
    assert OrmQ.objects.exists() and Client().get(inviter.link).status_code == 404


def test_another_administrator_of_all_its_contracts_sends_it_anew_and_answers_for_it(
    cast: Cast, as_user: Callable, inviter: Inviter, letters: Callable
) -> None:
    inviter.invite(cast.contract)
    builders.access(cast.newcomer, cast.contract)
    ContractAccess.objects.filter(user=cast.client).delete()
    assert Client().get(inviter.link).status_code == 410
    other = Inviter(as_user(cast.newcomer), letters)
    other.again(cast.contract, Invitation.objects.get().pk)
    assert Invitation.objects.get().invited_by == cast.newcomer
    assert accept(other.link, other.code).status_code == 302


def test_an_administrator_of_some_of_its_contracts_cannot_and_learns_nothing_of_the_others(
    cast: Cast, as_user: Callable, inviter: Inviter
) -> None:
    inviter.invite(cast.contract, cast.signed_contract)
    builders.access(cast.newcomer, cast.contract)
    response = as_user(cast.newcomer).post(again_url(cast))
    assert response.status_code == 422
    assert "Отправить его заново может Орлова Н. В." in response.text
    assert cast.signed_contract.number not in response.text
    assert Client().get(inviter.link).status_code == 200


def test_the_inviter_goes_on_without_the_contracts_he_no_longer_manages(cast: Cast, inviter: Inviter) -> None:
    inviter.invite(cast.contract, cast.signed_contract)
    cast.client.accesses.filter(contract=cast.signed_contract).update(role=Role.ACCOUNTANT)
    inviter.again(cast.contract, Invitation.objects.get().pk)
    assert InvitedAccess.objects.get().contract == cast.contract


# --- withdrawing --------------------------------------------------------------------------------


def test_withdrawing_asks_first_and_names_what_it_ends(cast: Cast, admin: Client, inviter: Inviter) -> None:
    inviter.invite(cast.contract)
    response = admin.get(again_url(cast, "invitation-withdraw"))
    assert EMAIL in response.text and str(cast.contract) in response.text and "Отозвать приглашение?" in response.text
    assert Invitation.objects.get().state == State.WAITING


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_withdrawn_invitation_is_dead_and_the_trail_knows(
    cast: Cast, admin: Client, inviter: Inviter, headers: dict
) -> None:
    inviter.invite(cast.contract)
    url = again_url(cast, "invitation-withdraw")
    response = admin.post(url, headers=headers)
    assert response.status_code == (204 if headers else 302)
    assert Invitation.objects.get().state == State.WITHDRAWN
    page = Client().get(inviter.link)
    assert page.status_code == 410 and "Приглашение отозвано." in page.text
    entry = ContractLogEntry.objects.get(action="contracts.invitation_withdrawn")
    assert f"Приглашение отозвано: {EMAIL}" in entry.message
    assert admin.post(url).status_code == 404
    assert admin.post(again_url(cast)).status_code == 404


def test_an_administrator_of_some_contracts_withdraws_it_for_these_alone(
    cast: Cast, as_user: Callable, inviter: Inviter
) -> None:
    inviter.invite(cast.contract, cast.signed_contract)
    builders.access(cast.newcomer, cast.contract)
    client, url = as_user(cast.newcomer), again_url(cast, "invitation-withdraw")
    assert cast.signed_contract.number not in client.get(url).text
    client.post(url)
    assert InvitedAccess.objects.get().contract == cast.signed_contract
    assert Invitation.objects.get().state == State.WAITING and Client().get(inviter.link).status_code == 200


@pytest.mark.parametrize("name", ["invitation-again", "invitation-withdraw"])
def test_an_invitation_is_reached_by_its_own_contracts_alone(
    cast: Cast, as_user: Callable, inviter: Inviter, name: str
) -> None:
    inviter.invite(cast.contract)
    pk = Invitation.objects.get().pk
    signed = reverse(name, args=[cast.signed_contract.pk, pk])
    assert as_user(cast.client).post(signed).status_code == 404
    assert as_user(cast.other).post(reverse(name, args=[cast.other_contract.pk, pk])).status_code == 404
    assert as_user(cast.accountant).post(reverse(name, args=[cast.contract.pk, pk])).status_code == 403
    assert Invitation.objects.get().state == State.WAITING
