"""Who gets what at every address of ours.

A new address needs one row here; its arguments come from ``ARGUMENTS``, always the client's own objects,
so that «other» is the stranger who must get 404. A post is sent empty: it shows who may come in,
not what comes of good data.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.cast import Cast

# the order of the codes in every row
PEOPLE = ("anonymous", "client", "energetik", "accountant", "other", "newcomer", "curator")

Codes = tuple[int, ...]

EVERYONE: Codes = (200,) * 7
SIGNED_IN: Codes = (302, 200, 200, 200, 200, 200, 200)


@dataclass(frozen=True)
class Row:
    """What each person gets at one address."""

    get: Codes | None = SIGNED_IN
    """``None``: the view takes posts only, a GET is answered 405."""
    post: Codes | None = None
    """``None``: the view takes no posts, it answers 405 or as it answers a GET."""
    arguments: dict[str, Any] = field(default_factory=dict)
    """In place of those of ``ARGUMENTS``."""
    url: str = ""
    """The address itself, for patterns without a name."""


# names of arguments in URLs → whose they are; all belong to the cast's client
ARGUMENTS: dict[str, Callable[[Cast], Any]] = {
    "contract_id": lambda cast: cast.contract.pk,
    "facility_id": lambda cast: cast.facility.pk,
    "register_id": lambda cast: cast.register.pk,
}

MATRIX: dict[str, Row] = {
    # main page
    "home": Row(),
    # contracts
    "contracts": Row(),
}
