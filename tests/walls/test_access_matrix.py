"""Person × address → answer, for every address of ours."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.walls.access_matrix import ARGUMENTS, MATRIX, PEOPLE, Codes, Row
from tests.walls.addresses import Address, addresses

ADDRESSES = {address.name: address for address in addresses()}


def url_of(address: Address, row: Row, cast: Cast) -> str:
    """The address with the client's own objects in it."""
    own = {name: ARGUMENTS[name](cast) for name in address.arguments if name in ARGUMENTS} | row.arguments
    return row.url or reverse(address.name, kwargs={name: own[name] for name in address.arguments})


def answers(cast: Cast, as_user: Callable, method: str, url: str) -> dict[str, int]:
    """What each person gets; nobody's request is seen by the next one."""
    codes = {}
    for person in PEOPLE:
        client = Client() if person == "anonymous" else as_user(getattr(cast, person))
        client.raise_request_exception = False
        with transaction.atomic():
            codes[person] = getattr(client, method)(url).status_code
            transaction.set_rollback(True)
        cache.clear()
    return codes


def by_person(codes: Codes) -> dict[str, int]:
    """A row's codes with the names of the people."""
    return dict(zip(PEOPLE, codes, strict=True))


def is_refused(codes: dict[str, int]) -> bool:
    """The view does not take the method; the anonymous may be sent to sign-in before it says so."""
    return set(codes.values()) <= {405, 302} and {code for who, code in codes.items() if who != "anonymous"} == {405}


def test_every_address_has_its_row() -> None:
    missing = sorted(set(ADDRESSES) - set(MATRIX))
    gone = sorted(set(MATRIX) - set(ADDRESSES))
    assert not missing, f"Add rows to tests/walls/access_matrix.py: {missing}"
    assert not gone, f"Rows of addresses that are gone: {gone}"


@pytest.mark.parametrize("name", sorted(set(ADDRESSES) & set(MATRIX)))
def test_each_person_gets_what_is_his(name: str, cast: Cast, as_user: Callable) -> None:
    row = MATRIX[name]
    url = url_of(ADDRESSES[name], row, cast)
    got, posted = answers(cast, as_user, "get", url), answers(cast, as_user, "post", url)
    assert got == by_person(row.get) if row.get else is_refused(got), f"GET {url}: {got}"
    assert posted == by_person(row.post) if row.post else is_refused(posted) or posted == got, f"POST {url}: {posted}"
