"""The list «Договоры»: its columns, their sorting, its filter, and the same as a workbook."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When

from cabinet.common import tables
from cabinet.common.filters import ChoiceFilter, ListFilter
from cabinet.common.lists import Column, Heading, Sorting
from cabinet.common.search import LONGEST, search_text
from cabinet.contracts.models import Contract, ContractAccess
from cabinet.contracts.roles import Ability, Role, roles_with

MOST_CHOICES = 50
"""More organisations than this are found by the search: a longer list to choose from is no help."""
COLUMNS = (
    Column("number", "Договор", ("number",)),
    Column("category", "Ценовая категория", ("price_category", "number"), figures=True),
    Column("facilities", "Объектов", ("own_facilities", "number"), figures=True),
    Column("curator", "Куратор"),
    Column("role", "Ваша роль", ("role_place", "number")),
)
# what stands below a contract's number has no column of its own
BELOW = (
    Column("organisation", "Организация", ("organisation__name", "organisation", "number")),
    Column("department", "Отделение", ("department__name", "number")),
    Column("date", "Дата", ("date", "number")),
)
ORDERS = {
    "organisation": "по организации",
    "department": "по отделению",
    "number": "по номеру",
    "-date": "сначала новые",
    "date": "сначала старые",
    "category": "по категории",
    "-facilities": "по числу объектов",
    "role": "по вашей роли",
}
ROLE_PLACE = Case(
    *[When(own_role=role, then=Value(place)) for place, role in enumerate(Role)], output_field=IntegerField()
)


@dataclass(frozen=True)
class _Facet:
    organisation: int
    organisation_name: str
    department: int
    department_name: str
    role: str
    contracts: int


class Mine:
    """What the user's contracts have in common and what not, in one statement whatever their number."""

    def __init__(self, user: Any) -> None:
        self.user = user

    @cached_property
    def _facets(self) -> list[_Facet]:
        names = ("organisation", "organisation__name", "department", "department__name")
        rows = ContractAccess.objects.of(self.user).order_by()
        found = rows.values_list(*(f"contract__{name}" for name in names), "role").annotate(contracts=Count("pk"))
        return [_Facet(*row) for row in found]

    @cached_property
    def organisations(self) -> dict[int, str]:
        """Their names by key, in the order of the names."""
        return _by_name((each.organisation, each.organisation_name) for each in self._facets)

    @cached_property
    def departments(self) -> dict[int, str]:
        """Their names by key, in the order of the names."""
        return _by_name((each.department, each.department_name) for each in self._facets)

    @cached_property
    def roles(self) -> list[Role]:
        """The user's roles, each once."""
        held = {each.role for each in self._facets}
        return [role for role in Role if role in held]

    def number_with(self, ability: Ability) -> int:
        """How many of them the user's role has the ability in."""
        return sum(each.contracts for each in self._facets if each.role in roles_with(ability))


def _by_name(pairs: Iterable[tuple[int, str]]) -> dict[int, str]:
    return dict(sorted(pairs, key=lambda pair: (pair[1].casefold(), pair[0])))


class ContractFilter(ListFilter):
    """By what is searched for, organisation, department and own role; offered where there is a choice."""

    q = django_filters.CharFilter(label="Номер, организация, ИНН или отделение", method="search")
    organisation = ChoiceFilter(label="Организация", empty_label="Все", method="of_organisation")
    department = ChoiceFilter(label="Отделение", empty_label="Все", method="of_department")
    role = ChoiceFilter(label="Ваша роль", empty_label="Любая", field_name="own_role")

    def __init__(self, data: Any, user: Any) -> None:
        self.mine = Mine(user)
        typed = data.dict() | {"q": search_text(data.get("q", ""))}
        super().__init__(typed, Contract.objects.for_list(user))
        search = forms.TextInput(attrs={"type": "search", "maxlength": LONGEST, "autocomplete": "off"})
        self.filters["q"].extra["widget"] = search
        choices = self._choices()
        for name, offered in choices.items():
            self.filters[name].extra["choices"] = offered
        shown = [name for name in choices if 1 < len(choices[name]) <= MOST_CHOICES or self.data.get(name)]
        self.layout = ("q", *shown)

    def _choices(self) -> dict[str, list[tuple[Any, str]]]:
        return {
            "organisation": list(self.mine.organisations.items()),
            "department": list(self.mine.departments.items()),
            "role": [(role.value, role.label) for role in self.mine.roles],
        }

    def search(self, contracts: QuerySet, name: str, text: str) -> QuerySet:
        """Those in which the text stands."""
        return contracts.search(text)

    def of_organisation(self, contracts: QuerySet, name: str, key: str) -> QuerySet:
        """Those of one organisation."""
        return contracts.filter(organisation=int(key))

    def of_department(self, contracts: QuerySet, name: str, key: str) -> QuerySet:
        """Those that one department serves."""
        return contracts.filter(department=int(key))


class ContractList:
    """The list as the address asks for it."""

    def __init__(self, data: Any, user: Any) -> None:
        self.filter = ContractFilter(data, user)
        self.mine = self.filter.mine
        self.several_organisations = len(self.mine.organisations) > 1
        self.several_departments = len(self.mine.departments) > 1
        default = "organisation" if self.several_organisations else "number"
        self.sorting = Sorting((*COLUMNS, *BELOW), data.get("sort", ""), default)

    @property
    def grouped(self) -> bool:
        """Whether the contracts stand below the names of their organisations."""
        return self.several_organisations and self.sorting.column.name == "organisation"

    @property
    def rows(self) -> QuerySet[Contract]:
        """The contracts that were found, in their order."""
        return self.sorting.of_query(self.filter.rows.alias(role_place=ROLE_PLACE))

    @property
    def headings(self) -> list[Heading]:
        """The heads of the columns."""
        return self.sorting.headings()[: len(COLUMNS)]

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        """The orders to choose from: as the address writes them, in words, whether it is this one."""
        senseless = {"organisation": not self.several_organisations, "department": not self.several_departments}
        offered = {code: words for code, words in ORDERS.items() if not senseless.get(code)}
        offered.setdefault(self.sorting.code, "как в таблице")
        return [(code, words, code == self.sorting.code) for code, words in offered.items()]


def sheet(listed: ContractList) -> tables.Sheet:
    """The contracts that were found as a sheet of a workbook."""
    columns = [
        tables.Column("Договор"),
        tables.Column("Дата договора", tables.Kind.DATE, 12),
        tables.Column("Организация", width=40),
        tables.Column("ИНН", width=14),
        tables.Column("Отделение", width=28),
        tables.Column("Ценовая категория", tables.Kind.FIGURE, 12),
        tables.Column("Дата соглашения об ЭЦП", tables.Kind.DATE, 14),
        tables.Column("Объектов", tables.Kind.FIGURE, 10),
        tables.Column("Куратор", width=30),
        tables.Column("Ваша роль", width=16),
        tables.Column("Доступ действует по", tables.Kind.DATE, 14),
    ]
    rows = (_cells(each) for each in listed.rows)
    return tables.Sheet("Договоры", listed.filter.entitle("Договоры"), columns, rows)


def _cells(contract: Any) -> tuple:
    return (
        contract.number,
        contract.date,
        contract.organisation.name,
        contract.organisation.inn,
        contract.department.name,
        contract.price_category,
        contract.signature_agreement_date,
        contract.own_facilities,
        contract.curator.get_full_name() if contract.curator else None,
        Role(contract.own_role).label,
        contract.own_until,
    )
