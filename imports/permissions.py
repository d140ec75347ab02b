"""Who may load what."""

from typing import Any

from cabinet.common.verdict import ALLOWED, Verdict, refused
from imports.kinds import KINDS
from imports.resource import LoadResource


def kinds_for(user: Any) -> list[type[LoadResource]]:
    """The kinds that the person may load, in the order in which they build on one another."""
    return [kind for kind in KINDS.values() if user.has_perms(kind.permissions())]


def may_load(user: Any, code: str) -> Verdict:
    """Whether the person may load this kind."""
    if code in {kind.code for kind in kinds_for(user)}:
        return ALLOWED
    return refused("Эти данные вы не загружаете.")
