"""The frame costs five statements at most, a page's own part eight, a widget four — for one object and for many.

A new page needs one row in ``PAGES``.
"""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cabinet.common import periods
from cabinet.contracts.actions.inviting import hash_of
from cabinet.contracts.models import AccessRequest, Invitation, InvitedAccess
from cabinet.contracts.roles import Role
from portal.demo import builders
from tests.cast import Cast, metered
from tests.walls.access_matrix import access_request, colleague, invitation
from tests.walls.statements import statements

FRAME, OWN, WIDGET = 5, 8, 4
SESSION_AND_USER = 2
MANY = 25

Address = Callable[[Cast], str]


def money(cast: Cast, tab: str) -> str:
    """A tab of the contract's money, with one row more: an empty list costs a statement less."""
    builders.payment(cast.contract)
    builders.supplier_document(cast.contract)
    builders.violation_act(cast.contract)
    return reverse(tab, args=[cast.contract.pk])


def own_request(cast: Cast) -> AccessRequest:
    """The client asks for the other organisation's contract."""
    defaults = {"curator_from": timezone.now()}
    return AccessRequest.objects.get_or_create(user=cast.client, contract=cast.other_contract, defaults=defaults)[0]


# whole pages: the frame and their own statements
PAGES: dict[str, Address] = {
    "home": lambda cast: reverse("home"),
    "contracts": lambda cast: reverse("contracts"),
    "contract-payments": lambda cast: money(cast, "contract-payments"),
    "contract-payments-print": lambda cast: money(cast, "contract-payments-print"),
    "contract-documents": lambda cast: money(cast, "contract-documents") + "?kind=bill&sort=total",
    "contract-violations": lambda cast: money(cast, "contract-violations"),
    "contacts": lambda cast: reverse("contacts"),
    "contract-trail": lambda cast: reverse("contract-trail", args=[cast.contract.pk]),
    "contract-access": lambda cast: reverse("contract-access", args=[access_request(cast).contract_id]),
    "access-edit": lambda cast: reverse("access-edit", args=[cast.contract.pk, colleague(cast).pk]),
    "access-remove": lambda cast: reverse("access-remove", args=[cast.contract.pk, colleague(cast).pk]),
    "access-request": lambda cast: reverse("access-request", args=[cast.contract.pk, access_request(cast).pk]),
    "access-request-withdraw": lambda cast: reverse("access-request-withdraw", args=[own_request(cast).pk]),
    "contract-unbind": lambda cast: reverse("contract-unbind", args=[cast.contract.pk]),
    "contract-hand-over": lambda cast: reverse("contract-hand-over", args=[cast.contract.pk]),
    "access-add": lambda cast: reverse("access-add", args=[cast.contract.pk]),
    "access-add-many": lambda cast: reverse("access-add-many"),
    "invitation-again": lambda cast: reverse("invitation-again", args=[cast.contract.pk, invitation(cast).pk]),
    "invitation-withdraw": lambda cast: reverse("invitation-withdraw", args=[cast.contract.pk, invitation(cast).pk]),
    "profile": lambda cast: reverse("profile"),
    "security": lambda cast: reverse("mfa_index"),
    "readings": lambda cast: reverse("readings-period", args=[cast.contract.pk, periods.this_period()]),
    "readings-reckoned": lambda cast: (
        reverse("readings-period", args=[cast.contract.pk, periods.this_period()]) + "?calculate=1"
    ),
    "readings-found": lambda cast: (
        reverse("readings-period", args=[cast.contract.pk, periods.this_period()]) + "?q=склад&show=missing"
    ),
    "readings-choose": lambda cast: reverse("readings-choose"),
    "readings-contracts": lambda cast: reverse("readings-contracts"),
    "readings-send": lambda cast: reverse("readings-send", args=[cast.contract.pk, periods.this_period()]),
    "readings-opening": lambda cast: reverse("readings-opening", args=[cast.contract.pk, periods.this_period()]),
    "readings-months": lambda cast: reverse(
        "readings-months", args=[cast.contract.pk, periods.this_period(), cast.register.pk]
    ),
    "act-print": lambda cast: reverse("act-print", args=[cast.contract.pk, periods.this_period()]),
    "readings-workbook": lambda cast: f"{reverse('readings-workbook')}?contract={cast.contract.pk}",
}
# fragments of the main page
WIDGETS: dict[str, Address] = {
    "contracts-widget": lambda cast: reverse("contracts-widget"),
    "contracts-card": lambda cast: reverse("contracts-card"),
}


@pytest.fixture
def client(cast: Cast, as_user: Callable) -> Client:
    return as_user(cast.client)


def add_many(cast: Cast) -> None:
    """Contracts, facilities and meters, enough to show a statement per row."""
    for number in range(MANY):
        builders.access(cast.client, builders.contract(cast.organisation, cast.department))
        metered(cast.contract, f"Объект {number}")
        colleague = builders.user(f"colleague{number}@example.com")
        builders.access(colleague, cast.contract, role=Role.ENGINEER)
        money(cast, "contract-payments")


def listed(queries: list[str]) -> str:
    """The statements for a person to read, below a failed budget."""
    return "\n" + "\n".join(query[:300] for query in queries)


def frame_of(client: Client) -> list[str]:
    """What every page costs: a window with a form that asks the database nothing."""
    return statements(client, reverse("contract-bind"))


def test_the_frame_keeps_its_budget(client: Client) -> None:
    frame = frame_of(client)
    assert len(frame) <= FRAME, listed(frame)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_its_budget_with_few_and_with_many(name: str, cast: Cast, client: Client) -> None:
    url = PAGES[name](cast)
    few = statements(client, url)
    assert len(few) <= len(frame_of(client)) + OWN, listed(few)
    add_many(cast)
    many = statements(client, url)
    assert len(many) <= len(few), listed(many)


def test_the_page_behind_an_invitation_keeps_its_budget(cast: Cast, client: Client) -> None:
    asked = invitation(cast)
    Invitation.objects.filter(pk=asked.pk).update(token_hash=hash_of("token"))
    stranger, url = Client(), reverse("invitation", args=["token"])
    few = statements(stranger, url)
    assert len(few) <= OWN, listed(few)
    for number in range(MANY):
        contract = builders.contract(cast.organisation, cast.department, number=f"7700{number}")
        InvitedAccess.objects.create(invitation=asked, contract=contract, role=Role.ACCOUNTANT)
    assert len(statements(stranger, url)) <= len(few)


def test_a_big_contract_keeps_the_budget_folded_and_unfolded(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cabinet.readings.unfolding.UNFOLD_ALL", 1)
    url = PAGES["readings"](cast)
    for address in (url, f"{url}?open={cast.facility.pk}"):
        few = statements(client, address)
        assert len(few) <= len(frame_of(client)) + OWN, listed(few)
    add_many(cast)
    assert len(statements(client, url)) <= len(few)


@pytest.mark.parametrize("name", WIDGETS)
def test_a_widget_keeps_its_budget_with_few_and_with_many(name: str, cast: Cast, client: Client) -> None:
    url = WIDGETS[name](cast)
    few = statements(client, url, HX_Request="true")
    add_many(cast)
    many = statements(client, url, HX_Request="true")
    for queries in (few, many):
        assert len(queries) <= SESSION_AND_USER + WIDGET, listed(queries)
