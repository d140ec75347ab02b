"""Every address of ours, as the URLconf has them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.admin import urls as wagtailadmin_urls

OURS = ("portal.", "cabinet.", "cms_pages.", "edo.", "imports.", "notifications.")


@dataclass(frozen=True)
class Address:
    """A pattern of the URLconf and the view behind it."""

    name: str
    """The URL name with its namespaces; the route of a pattern without a name."""
    view: Callable[..., Any]
    arguments: list[str] = field(hash=False)
    named: bool

    @property
    def is_ours(self) -> bool:
        return self.view.__module__.startswith(OURS)


def addresses() -> list[Address]:
    """Every view of ours outside the back office: its doors are walked by tests of their own."""
    return [address for address in _walk(get_resolver(), "", "") if address.is_ours]


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
