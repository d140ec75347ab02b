"""The demo cast: who signs in, for which organisation, with which contracts."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group

from cabinet.accounts.models import User
from cabinet.contracts.models import Contract, Department, Organisation
from cabinet.contracts.roles import Role
from portal.demo import builders, sites
from portal.demo.sites import Site

CLIENT = "client@example.com"
BIG = "big@example.com"

# login, group of the back office, surname, name, patronymic, phone
PEOPLE = [
    (CLIENT, "", "Крылова", "Анна", "Сергеевна", "+79161234501"),
    ("energetik@example.com", "", "Белов", "Сергей", "Андреевич", "+79161234502"),
    ("accountant@example.com", "", "Титова", "Елена", "Юрьевна", "+79161234503"),
    ("other@example.com", "", "Мельник", "Олег", "Романович", "+79161234504"),
    ("newcomer@example.com", "", "Фомина", "Виктория", "Львовна", "+79161234505"),
    ("editor@example.com", "Редактор", "Лебедева", "Мария", "Олеговна", "+74951234506"),
    ("curator@example.com", "Куратор", "Орлова", "Наталья", "Викторовна", "+74951234507"),
    ("curator2@example.com", "Куратор", "Громов", "Павел", "Ильич", "+74951234508"),
    ("admin@example.com", "Администратор", "Соколов", "Андрей", "Дмитриевич", "+74951234509"),
]

DEPARTMENTS: dict[str, dict[str, str]] = {
    "curator@example.com": {
        "name": "Центральное отделение",
        "head_name": "Захаров Игорь Петрович",
        "address": "115035, Москва, ул. Пятницкая, 3",
        "phone": "+7 495 123-45-10",
        "fax": "+7 495 123-45-11",
    },
    "curator2@example.com": {
        "name": "Северное отделение",
        "head_name": "Маркова Светлана Игоревна",
        "address": "127411, Москва, Дмитровское ш., 110",
        "phone": "+7 495 123-45-20",
    },
}


def _organisation(serial: int, name: str, mailbox: str) -> dict[str, str]:
    return {
        "name": name,
        "inn": builders.valid_inn(serial),
        "kpp": "770401001",
        "ogrn": builders.valid_ogrn(serial),
        "email": f"{mailbox}@example.com",
    }


VYMPEL = _organisation(4_210_357, "ООО «Вымпел-Снаб»", "office.vympel")
BAKERY = _organisation(1_308_642, "АО «Северный хлеб»", "office.bread")
UNBOUND = _organisation(2_655_019, "ООО «Новый берег»", "office.bereg")
BIG_OWNER = _organisation(3_977_204, "АО «Столичные сети связи»", "office.seti")
ORGANISATIONS = [VYMPEL, BAKERY, UNBOUND, BIG_OWNER]


@dataclass(frozen=True)
class Agreement:
    """A contract of the demo: whose, served by which curator, and what it supplies."""

    number: str
    date: dt.date
    owner: dict[str, str]
    curator: str
    price_category: int
    sites: tuple[Site, ...] = ()
    signature_agreement: dt.date | None = None
    administrator: str = ""
    all_sent: bool = False
    """Whether all readings of the current period are sent."""


AGREEMENTS = [
    Agreement(
        "99884021",
        dt.date(2019, 3, 14),
        VYMPEL,
        "curator@example.com",
        1,
        (sites.STORE, sites.SHOP, sites.OFFICE),
        administrator=CLIENT,
    ),
    Agreement(
        "99884050",
        dt.date(2021, 7, 2),
        VYMPEL,
        "curator@example.com",
        3,
        (sites.FACTORY,),
        dt.date(2021, 9, 1),
        CLIENT,
        all_sent=True,
    ),
    Agreement(
        "99884077",
        dt.date(2023, 1, 19),
        VYMPEL,
        "curator@example.com",
        5,
        sites.BRANCHES,
        dt.date(2023, 2, 10),
        CLIENT,
    ),
    Agreement(
        "99770311",
        dt.date(2018, 11, 26),
        BAKERY,
        "curator2@example.com",
        2,
        sites.BAKERY,
        administrator="other@example.com",
    ),
    Agreement("99551740", dt.date(2022, 5, 4), UNBOUND, "curator@example.com", 1, sites.UNBOUND),
]
BIG_AGREEMENT = Agreement("99660001", dt.date(2020, 2, 3), BIG_OWNER, "curator@example.com", 4, administrator=BIG)
ENGINEER_SITES = (sites.STORE, sites.SHOP)


def make_people() -> dict[str, User]:
    """The cast by login, each with a confirmed address."""
    return {login: _person(login, *rest) for login, *rest in PEOPLE}


def make_big_person() -> User:
    """The «Администратор» of the big contract."""
    return _person(BIG, "", "Зайцев", "Михаил", "Константинович", "+79161234510")


def _person(login: str, group: str, last_name: str, first_name: str, patronymic: str, phone: str) -> User:
    fields: dict[str, Any] = {
        "last_name": last_name,
        "first_name": first_name,
        "patronymic": patronymic,
        "phone": phone,
        "is_staff": bool(group),
        "is_superuser": group == "Администратор",
        "is_demo": True,
    }
    person = builders.user(login, **fields)
    if group:
        person.groups.add(Group.objects.get_or_create(name=group)[0])
    return person


def make_departments(people: dict[str, User]) -> dict[str, Department]:
    """The two departments by their curator's login."""
    return {
        curator: builders.department(curators=[people[curator]], **fields) for curator, fields in DEPARTMENTS.items()
    }


def make_contract(agreement: Agreement, people: dict[str, User], departments: dict[str, Department]) -> Contract:
    """The contract with its organisation and its «Администратор»."""
    owner, _ = Organisation.objects.get_or_create(**agreement.owner)
    contract = builders.contract(
        owner,
        departments[agreement.curator],
        number=agreement.number,
        date=agreement.date,
        curator=people[agreement.curator],
        price_category=agreement.price_category,
        signature_agreement_date=agreement.signature_agreement,
    )
    if agreement.administrator:
        builders.access(people[agreement.administrator], contract)
    return contract


def make_colleagues(people: dict[str, User], contracts: dict[str, Contract]) -> None:
    """The engineer of chosen facilities of the client's first contract, the accountant of all three."""
    mine = [contract for contract in contracts.values() if contract.organisation.inn == VYMPEL["inn"]]
    for contract in mine:
        builders.access(people["accountant@example.com"], contract, role=Role.ACCOUNTANT)
    chosen = mine[0].facilities.filter(name__in=[site.name for site in ENGINEER_SITES])
    builders.access(people["energetik@example.com"], mine[0], role=Role.ENGINEER, facilities=chosen)
