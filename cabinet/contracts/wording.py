"""How people and the terms of an access are named: on pages, in letters and in the trail alike."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from wagtail.log_actions import LogFormatter
from wagtail.models import BaseLogEntry

from cabinet.contracts.models import Contract, ContractAccess, Facility, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.terms import Terms

NAMES_SHOWN = 3
CHANGES_SHOWN = 50
"""Of the facilities that came or went: the trail is the one place that keeps them."""


def some_of(names: Sequence[str], shown: int = NAMES_SHOWN, total: int | None = None) -> str:
    """The first names, and how many more there are: «Склад; Офис, 2 этаж; Магазин и ещё 4» (names have commas).

    ``total`` says of how many, where ``names`` are the first alone.
    """
    rest = (len(names) if total is None else total) - shown
    return "; ".join(names[:shown]) + (f" и ещё {rest}" if rest > 0 else "")


def in_words(role: str, scope: str, facilities: Sequence[str], until: dt.date | None) -> str:
    """«Энергетик, к выбранным объектам: Склад, действует по 31.12.2026»."""
    parts = [Role(role).label]
    if scope == Scope.WHOLE:
        parts.append(Scope.WHOLE.label.lower())
    else:
        parts.append(f"{Scope.CHOSEN.label.lower()}: {some_of(facilities)}")
    return ", ".join([*parts, f"действует по {until:%d.%m.%Y}"] if until else parts)


def terms_in_words(terms: Terms) -> str:
    """The terms that one asks for; asks for the names of chosen facilities."""
    return in_words(terms.role, terms.scope, sorted(_names(terms.facilities).values()), terms.until)


def each_in_words(shares: Mapping[Contract, Terms]) -> dict[Contract, str]:
    """``terms_in_words`` of many contracts, the names asked for once."""
    names = _names(frozenset().union(*(terms.facilities for terms in shares.values())))
    return {
        contract: in_words(
            terms.role, terms.scope, sorted(names[pk] for pk in terms.facilities if pk in names), terms.until
        )
        for contract, terms in shares.items()
    }


def _names(facilities: Collection[int]) -> dict[int, str]:
    return dict(Facility.objects.filter(pk__in=facilities).values_list("pk", "name")) if facilities else {}


def access_in_words(access: ContractAccess) -> str:
    """The terms of an access as it stands; asks for the names of chosen facilities."""
    names = [one.name for one in access.facilities.all()] if access.scope == Scope.CHOSEN else []
    return in_words(access.role, access.scope, names, access.until)


def change_in_words(access: ContractAccess, old: Terms) -> str:
    """The terms of an access that had others: of its chosen facilities also those that came and went, by name."""
    new = Terms.of(access)
    if not new.scope == old.scope == Scope.CHOSEN or new.facilities == old.facilities:
        return access_in_words(access)
    changed = Facility.objects.filter(pk__in=new.facilities ^ old.facilities)
    came, went = [], []
    for one in changed:
        (came if one.pk in new.facilities else went).append(one.name)
    said = {"добавлены": came, "убраны": went}
    parts = [f"{done}: {some_of(names, CHANGES_SHOWN)}" for done, names in said.items() if names]
    return f"{access_in_words(access)} ({' · '.join(parts)})"


def about(user: Any, **words: str) -> dict[str, str]:
    """What an entry of the trail keeps of the person it concerns: ``terms``, those ``before``, the ``reason``."""
    said = {name: text for name, text in words.items() if text}
    return {"name": user.get_short_name(), "email": user.email} | said


def about_person(label: str, message: str) -> type[LogFormatter]:
    """How the trail tells of an action with a person's access."""
    return type("Formatter", (_AboutPerson,), {"label": label, "message": message})


class _AboutPerson(LogFormatter):
    """«Доступ изменён: Белов С. А. (belov@example.com): Бухгалтер, ко всему договору → Энергетик, …»."""

    def format_message(self, log_entry: BaseLogEntry) -> str:
        """What was done, whom it concerns, on which terms."""
        data = log_entry.data or {}
        name, email = data.get("name", ""), data.get("email", "")
        whom = f"{name} ({email})" if name and email else name or email
        terms = " → ".join(filter(None, (data.get("before"), data.get("terms"))))
        return ": ".join(filter(None, (self.message, whom, terms)))

    def format_comment(self, log_entry: BaseLogEntry) -> str:
        """Why."""
        return (log_entry.data or {}).get("reason", "")
