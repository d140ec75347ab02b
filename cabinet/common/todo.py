"""What a person has to do now, for the main page: what each app says of it."""

from dataclasses import dataclass

SHOWN = 5
"""The most of one kind."""


@dataclass(frozen=True)
class TodoItem:
    """One thing to do: what, about which contract and until when, where, and the button's word."""

    title: str
    detail: str
    url: str
    action: str
    window: bool = False
    """Whether it opens in the dialog."""
