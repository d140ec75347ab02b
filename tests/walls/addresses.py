"""Every address outside the back office, as the URLconf has them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.admin import urls as wagtailadmin_urls

# views of libraries that stand in the URLconf as they are, and what keeps each of them
THIRD_PARTY = {
    "captcha-image": "a picture by its unguessable key",
    "wagtail_serve": "pages of the editors: each asks for a signed-in person by itself",
}


@dataclass(frozen=True)
class Address:
    """A pattern of the URLconf and the view behind it."""

    name: str
    """The URL name with its namespaces; the route of a pattern without a name."""
    view: Callable[..., Any]
    arguments: list[str] = field(hash=False)
    named: bool


def addresses() -> list[Address]:
    """Every address outside the back office, whose doors are walked by tests of their own."""
    return [address for address in _walk(get_resolver(), "", "") if address.name not in THIRD_PARTY]


def _walk(resolver: URLResolver, route: str, namespace: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        inner = route + str(entry.pattern)
        if isinstance(entry, URLPattern):
            name = f"{namespace}{entry.name}" if entry.name else f"/{inner}"
            yield Address(
                name, entry.callback, list(entry.pattern.converters or entry.pattern.regex.groupindex), bool(entry.name)
            )
        elif entry.urlconf_module is not wagtailadmin_urls:
            yield from _walk(entry, inner, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
