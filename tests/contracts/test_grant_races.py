"""Presses at the same time, each with a connection of its own: one effect, never a half one."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from cabinet.accounts.actions import register
from cabinet.accounts.models import User
from cabinet.common.errors import DomainError
from cabinet.contracts.actions.accepting import accept_as_newcomer, try_code
from cabinet.contracts.actions.granting import grant_access
from cabinet.contracts.actions.inviting import Sent, invite, invite_again, withdraw
from cabinet.contracts.models import Contract, ContractAccess, Invitation
from cabinet.contracts.roles import Role
from cabinet.contracts.terms import Terms
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders
from tests.at_once import at_once, errors
from tests.contracts.inviting import EMAIL, PERSON, link_in
from tests.queue import work

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TERMS = Terms(Role.ACCOUNTANT)
MANY = 50


@pytest.fixture
def contract() -> Contract:
    return builders.contract()


@pytest.fixture
def admin(contract: Contract) -> User:
    user = builders.user("admin@example.com")
    builders.access(user, contract)
    return user


def posts(user: User | None, url: str, sent: dict[str, Any], number: int = MANY) -> Counter[int]:
    """The statuses of so many identical posts at once."""
    clients = [Client() for _ in range(number)]
    for client in clients if user else ():
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def post(client: Client) -> Callable[[], int]:
        return lambda: client.post(url, sent).status_code

    answers = at_once(*[post(client) for client in clients])
    assert not errors(answers), errors(answers)
    return Counter(answers)


def invited(admin: User, contract: Contract) -> tuple[Sent, str]:
    """An invitation and the path of its link."""
    sent = invite(actor=admin, email=EMAIL, contracts=[contract], terms=TERMS)
    work()
    sent.invitation.refresh_from_db()
    return sent, link_in(mail.outbox[-1])


def test_fifty_identical_confirmations_give_access_once(admin: User, contract: Contract) -> None:
    person = builders.user("person@example.com")
    sent = {"step": "confirm", "role": "accountant", "email": person.email, "person": person.pk}
    codes = posts(admin, reverse("access-add", args=[contract.pk]), sent)
    assert codes[302] == 1 and set(codes) <= {302, 422, 429}
    assert ContractAccess.objects.filter(user=person).count() == 1
    assert ContractLogEntry.objects.filter(action="contracts.access_grant").count() == 1
    assert OrmQ.objects.count() == 1


def test_fifty_identical_invitations_are_one(admin: User, contract: Contract) -> None:
    sent = {"step": "invite", "role": "accountant", "email": EMAIL}
    codes = posts(admin, reverse("access-add", args=[contract.pk]), sent)
    assert codes[200] == 1 and set(codes) <= {200, 422, 429}
    assert Invitation.objects.count() == 1 and OrmQ.objects.count() == 1


def test_the_same_link_accepted_many_times_at_once_makes_one_user(admin: User, contract: Contract) -> None:
    sent, link = invited(admin, contract)
    codes = posts(None, link, PERSON | {"code": sent.code}, 20)
    # 200: asked to sign in, since the account was there a moment before the invitation was looked at again
    assert codes[302] == 1 and set(codes) <= {200, 302, 410, 422, 429}
    assert User.objects.filter(email=EMAIL).count() == 1
    assert ContractAccess.objects.filter(user__email=EMAIL).count() == 1
    assert ContractLogEntry.objects.filter(action="contracts.invitation_accepted").count() == 1


def test_guesses_at_once_do_not_slip_past_the_limit(admin: User, contract: Contract, settings) -> None:
    settings.INVITATION_CODE_TRIES = 3
    sent, _ = invited(admin, contract)
    wrong = "11111111" if sent.code != "11111111" else "22222222"
    answers = at_once(*[lambda: try_code(sent.invitation, wrong) for _ in range(20)])
    assert len(errors(answers)) == 20 and all(isinstance(answer, DomainError) for answer in answers)
    sent.invitation.refresh_from_db()
    assert sent.invitation.tries == 3 and sent.invitation.state == Invitation.State.EXHAUSTED
    assert sum("Осталось" in str(answer) for answer in answers) <= 2


def test_accepting_and_withdrawing_at_once_end_in_one_of_the_two(admin: User, contract: Contract) -> None:
    sent, _ = invited(admin, contract)
    accepted = {"last_name": "Иванов", "first_name": "Пётр", "patronymic": "", "password": "!"}
    answers = at_once(
        lambda: accept_as_newcomer(invitation=sent.invitation, newcomer=accepted),
        lambda: withdraw(actor=admin, invitation=sent.invitation),
    )
    sent.invitation.refresh_from_db()
    given = ContractAccess.objects.filter(user__email=EMAIL).exists()
    assert [type(error) for error in errors(answers)] == [DomainError]
    assert given == (sent.invitation.state == Invitation.State.ACCEPTED) == User.objects.filter(email=EMAIL).exists()


def test_sending_anew_twice_at_once_leaves_one_code_that_fits(admin: User, contract: Contract) -> None:
    sent, _ = invited(admin, contract)
    answers = at_once(*[lambda: invite_again(actor=admin, invitation=sent.invitation) for _ in range(4)])
    assert not errors(answers)
    work()
    kept = Invitation.objects.get()
    fits = []
    for answer in answers:
        try:
            try_code(kept, answer.code)
            fits.append(answer.code)
        except DomainError:
            continue
    assert len(fits) == 1 and kept.sent_at


def test_two_administrators_give_the_same_person_access_at_once(admin: User, contract: Contract) -> None:
    second, person = builders.user("second@example.com"), builders.user("person@example.com")
    builders.access(second, contract)
    common = {"email": person.email, "person": person.pk, "contracts": [contract]}
    answers = at_once(
        lambda: grant_access(actor=admin, terms=TERMS, **common),
        lambda: grant_access(actor=second, terms=Terms(Role.ENGINEER), **common),
    )
    assert len(errors(answers)) == 1 and isinstance(errors(answers)[0], DomainError)
    assert ContractAccess.objects.filter(user=person).count() == 1


def test_the_address_registered_at_the_very_moment_of_accepting_is_one_account(admin: User, contract: Contract) -> None:
    sent, _ = invited(admin, contract)
    names = {"last_name": "Иванов", "first_name": "Пётр", "patronymic": "", "password": "!invited"}
    answers = at_once(
        lambda: accept_as_newcomer(invitation=sent.invitation, newcomer=names),
        lambda: register(email=EMAIL, **(names | {"password": "!registered"})),
    )
    assert not errors(answers)
    assert User.objects.get(email=EMAIL).password == "!invited"
    assert ContractAccess.objects.filter(user__email=EMAIL).count() == 1
