"""Every view says who may come to it."""

from django.urls import reverse

from cabinet.common.access import Policy
from tests.walls.addresses import THIRD_PARTY, addresses


def test_every_view_declares_its_access_policy() -> None:
    silent = [
        f"{address.name} ({address.view.__module__}.{address.view.__qualname__})"
        for address in addresses()
        if not isinstance(getattr(address.view, "access_policy", None), Policy)
    ]
    assert not silent, "Without @public, @signed_in or @development: " + ", ".join(silent)


def test_the_views_of_libraries_that_are_let_through_exist() -> None:
    for name in THIRD_PARTY:
        assert reverse(name, args=["x/"] if name == "wagtail_serve" else ["x"])


def test_the_walk_sees_the_portal() -> None:
    assert {"home", "contracts", "account_login"} <= {address.name for address in addresses()}
