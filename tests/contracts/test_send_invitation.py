"""The worker's letter of an invitation: one that sending anew has overtaken does not take the new one's place."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cabinet.contracts import tasks
from cabinet.contracts.actions.inviting import invite, invite_again, withdraw
from cabinet.contracts.models import Invitation
from cabinet.contracts.roles import Role
from cabinet.contracts.terms import Terms
from tests.cast import Cast
from tests.contracts.inviting import EMAIL, link_in
from tests.queue import queued, work


@pytest.fixture
def invitation(cast: Cast) -> Invitation:
    """One whose letter waits."""
    terms = Terms(Role.ACCOUNTANT)
    return invite(actor=cast.client, email=EMAIL, contracts=[cast.contract], terms=terms).invitation


def meanwhile(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, act: Callable[[], Any]) -> None:
    """The first time that ``name`` is called, ``act`` comes before it."""
    original = getattr(owner, name)

    def first(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(owner, name, original)
        act()
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, first)


@pytest.mark.parametrize(("owner", "name"), [(tasks.secrets, "token_urlsafe"), (tasks, "send_letter")])
def test_a_run_that_sending_anew_has_overtaken_leaves_the_new_one_its_letter(
    cast: Cast, invitation: Invitation, monkeypatch: pytest.MonkeyPatch, mailoutbox: list, owner: object, name: str
) -> None:
    meanwhile(monkeypatch, owner, name, lambda: invite_again(actor=cast.client, invitation=invitation))
    tasks.send_invitation(invitation.pk)
    invitation.refresh_from_db()
    assert invitation.sent_at is None and invitation.token_hash is None
    assert len(queued()) == 2  # of inviting, and of sending anew
    work()
    invitation.refresh_from_db()
    assert invitation.sent_at and Client().get(link_in(mailoutbox[-1])).status_code == 200


def test_a_letter_withdrawn_before_it_was_written_does_not_go_out(
    cast: Cast, invitation: Invitation, monkeypatch: pytest.MonkeyPatch, mailoutbox: list
) -> None:
    meanwhile(monkeypatch, tasks.secrets, "token_urlsafe", lambda: withdraw(actor=cast.client, invitation=invitation))
    tasks.send_invitation(invitation.pk)
    assert not mailoutbox


def test_a_run_delivered_twice_sends_one_letter(invitation: Invitation, mailoutbox: list) -> None:
    before = timezone.now()
    work()
    tasks.send_invitation(invitation.pk)
    invitation.refresh_from_db()
    assert len(mailoutbox) == 1 and invitation.sent_at >= before
