"""The search and the filter of «Передача показаний», over the registers of a contract and period."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db import models
from django.db.models import Q, QuerySet

from cabinet.common.search import search_text
from cabinet.metering.models import Register
from cabinet.readings import conditions
from cabinet.readings.overview import Counts, counts_of
from cabinet.readings.querysets import with_current

SEARCHED = (
    "meter__point__facility__name",
    "meter__point__facility__address",
    "meter__point__name",
    "meter__serial",
)
WORDS_SEARCHED = 8


class Show(models.TextChoices):
    """Which registers the page lists; the name in lower case is that of the state in ``conditions.of_register``."""

    MISSING = "missing", "не заполнены"
    WRONG = "wrong", "с ошибкой"
    DOUBTFUL = "warning", "с предупреждением"
    REJECTED = "rejected", "не приняты"

    @property
    def state(self) -> str:
        """Its name in ``conditions.of_register`` and in ``Counts``."""
        return self.name.lower()


class RegisterFilter(django_filters.FilterSet):
    """``q`` finds by facility, address, point and serial, word by word; ``show`` by state. Rubbish filters nothing."""

    q = django_filters.CharFilter(method="search")
    show = django_filters.ChoiceFilter(choices=Show.choices, method="in_state")

    class Meta:
        model = Register
        fields: list[str] = []

    def __init__(self, data: Any, registers: QuerySet[Register], period: dt.date) -> None:
        """``registers`` of one contract; ``data`` the parameters of the address."""
        typed = {"q": search_text(data.get("q", "")), "show": data.get("show", "")}
        super().__init__(typed, with_current(registers, period))

    @property
    def query(self) -> str:
        """What is searched for."""
        return self.form.data["q"]

    @property
    def shown(self) -> Show | None:
        """The state that is filtered by."""
        value = self.form.data["show"]
        return Show(value) if value in Show.values else None

    @property
    def is_active(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.query or self.shown)

    @property
    def found(self) -> QuerySet[Register]:
        """The registers that the search leaves, whatever their state."""
        return self.search(self.queryset, "q", self.query)

    def search(self, registers: QuerySet[Register], name: str, text: str) -> QuerySet[Register]:
        """Registers in which each word of the text stands somewhere."""
        for word in _words(text):
            registers = registers.filter(_anywhere(word))
        return registers

    def in_state(self, registers: QuerySet[Register], name: str, value: str) -> QuerySet[Register]:
        """Registers in the state."""
        return registers.filter(conditions.of_register("now__", "meter__")[Show(value).state])


@dataclass(frozen=True)
class ShowLink:
    """One way of filtering: its code in the address («» shows all), its words, how many there are."""

    code: str
    label: str
    count: int
    current: bool

    @property
    def name(self) -> str:
        """What its place on the page is called by."""
        return self.code or "all"


def shows(chosen: RegisterFilter, registers: int, counts: Counts) -> list[ShowLink]:
    """The ways of filtering the sheet, counted within the search; ``registers`` and ``counts`` are the contract's.

    «Не приняты» is offered only where the supplier rejected something.
    """
    if chosen.query:
        registers, counts = counts_of(chosen.found)
    links = [ShowLink("", "Все", registers, chosen.shown is None)]
    for show in Show:
        link = ShowLink(show.value, show.label, getattr(counts, show.state), chosen.shown is show)
        if link.count or link.current or show is not Show.REJECTED:
            links.append(link)
    return links


def _words(text: str) -> list[str]:
    """The words to look for, each once; every one costs four comparisons a register, so only the first few."""
    return list(dict.fromkeys(filter(None, re.split(r"[\s№,;]+", text.lower()))))[:WORDS_SEARCHED]


def _anywhere(word: str) -> Q:
    found = Q()
    for path in SEARCHED:
        found |= Q(**{f"{path}__icontains": word})
    return found
