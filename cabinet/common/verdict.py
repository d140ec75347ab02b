"""The answer of every ``can_x``: whether, and if not, why, in words for the person."""

from typing import NamedTuple


class Verdict(NamedTuple):
    """Whether something is allowed and, if it is not, the sentence that says why."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(True)


def refused(reason: str) -> Verdict:
    """A refusal with its reason."""
    return Verdict(False, reason)
