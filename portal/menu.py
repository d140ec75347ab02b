"""The frame of every cabinet page: side menu, header and footer, as explicit lists."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Entry:
    """A line of the side menu."""

    label: str
    url: str
    icon: str
    current: bool
    section: str = ""


# label, URL name, icon; an entry appears in the commit that brings its feature
MENU = [
    ("Главная", "home", "home"),
]


def frame(request: HttpRequest) -> dict:
    """Context processor: the menu, with the page one is on."""
    entries = [
        Entry(label, reverse(name), icon, current=request.path == reverse(name)) for label, name, icon in MENU
    ]
    return {"menu": entries}
