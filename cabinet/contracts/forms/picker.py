"""Choosing among many rows: a search shows some of them, what is ticked stays chosen while the list changes.

The server does it all, so that ten thousand rows never come to the page and nothing needs a script.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Model, QuerySet
from django.http import QueryDict

from cabinet.common.ids import parse_id
from cabinet.common.search import search_text

SHOWN = 50
SEARCHED_FROM = 10
MOST_SENT = 25_000
"""So many rows may come ticked: more than anybody has, and less than a statement takes."""
TOO_MANY = "Выбрано слишком много строк. Выберите их заново."


@dataclass
class Picker:
    """A list with ticks. Its fields begin with ``name``: ticked rows, ``_kept`` ones off the list, ``_q``.

    ``rows`` are those that may be chosen, ``find`` narrows them by a text, ``group`` names the group of a row;
    ``sent`` is what came, ``foreign`` that some of it may not be chosen, ``act`` which of its buttons was pressed;
    ``overflows`` that too much came to be looked at.
    """

    name: str
    label: str
    rows: QuerySet
    find: Callable[[QuerySet, str], QuerySet]
    group: Callable[[Any], str]
    data: QueryDict
    hint: str = "Название или адрес"
    empty: str = "В договоре пока нет объектов."
    error: str = ""
    act: str = field(init=False)
    overflows: bool = field(init=False)
    sent: set[int | None] = field(init=False)
    chosen: set[int] = field(init=False)

    def __post_init__(self) -> None:
        name, _, act = self.data.get("step", "").partition(":")
        self.act = act if name == self.name else ""
        texts = [*self.data.getlist(self.name), *filter(None, self.data.get(f"{self.name}_kept", "").split(","))]
        self.overflows = len(texts) > MOST_SENT
        if self.overflows:
            self.error, texts = TOO_MANY, []
        self.sent = {parse_id(text) for text in texts}
        self.chosen = set(self.rows.filter(pk__in=self.sent).values_list("pk", flat=True)) if self.sent else set()
        self.foreign = self.chosen != self.sent
        self.query = search_text(self.data.get(f"{self.name}_q", ""))
        if self.act == "all":
            self.chosen |= set(self._found.values_list("pk", flat=True))
        elif self.act == "none":
            self.chosen -= set(self._found.values_list("pk", flat=True))

    @cached_property
    def _found(self) -> QuerySet:
        found = self.rows.filter(pk__in=self.chosen) if self.act == "chosen" else self.rows
        return self.find(found, self.query) if self.query else found

    @cached_property
    def shown(self) -> list[Model]:
        """The rows on the page, those chosen know it (``ticked``)."""
        shown = list(self._found[:SHOWN])
        for row in shown:
            row.ticked = row.pk in self.chosen
        return shown

    @property
    def groups(self) -> Iterator[tuple[str, list[Model]]]:
        """The rows on the page by their groups."""
        return ((title, list(rows)) for title, rows in groupby(self.shown, key=self.group))

    @cached_property
    def found(self) -> int:
        """How many rows the search found."""
        return len(self.shown) if len(self.shown) < SHOWN else self._found.count()

    @cached_property
    def total(self) -> int:
        """How many rows there are to choose from."""
        return self.rows.count() if self.query or self.act == "chosen" else self.found

    @property
    def kept(self) -> list[int]:
        """The chosen rows that are not on the page."""
        return sorted(self.chosen - {row.pk for row in self.shown})

    @property
    def all_chosen(self) -> list[int]:
        """The chosen rows, for a page without the list."""
        return sorted(self.chosen)

    @property
    def template(self) -> str:
        """How a row is shown."""
        return f"contracts/terms/_{self.name}.html"

    @property
    def searchable(self) -> bool:
        """Whether the list is long enough to be searched."""
        return self.total > SEARCHED_FROM

    @property
    def nothing(self) -> str:
        """What stands in place of an empty list."""
        return "Ничего не найдено." if self.total else self.empty

    @property
    def typed_anew(self) -> bool:
        """Whether the search was typed and not yet pressed: Enter in it means the search."""
        return self.query != search_text(self.data.get(f"{self.name}_searched", ""))
