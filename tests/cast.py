"""The light standing cast of the tests: every role once, with one or two meters each.

``pytest_plugins`` or ``tests/conftest.py`` brings the fixtures ``cast`` and ``as_user``.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from cabinet.accounts.models import User
from cabinet.contracts.models import Contract, Department, Facility, Organisation
from cabinet.contracts.roles import Role
from cabinet.metering.models import Register
from portal.demo import builders


@dataclass(frozen=True)
class Cast:
    """The people and what they work with."""

    client: User
    """«Администратор» of ``contract``, ``signed_contract`` and ``third_contract``."""
    energetik: User
    """«Энергетик» of ``contract``, chosen facility ``facility`` alone."""
    accountant: User
    """«Бухгалтер» of all three."""
    other: User
    """«Администратор» of ``other_contract``: another organisation, another department."""
    newcomer: User
    """Has no contract."""
    editor: User
    curator: User
    """Staff of ``department``."""
    curator2: User
    """Staff of ``other_department``."""
    admin: User
    department: Department
    other_department: Department
    organisation: Organisation
    contract: Contract
    """The client's first: price category 1, two facilities of one meter each."""
    signed_contract: Contract
    """Price category 3, with the signature agreement; one facility and meter."""
    third_contract: Contract
    """Price category 5, with the signature agreement; no facility."""
    other_contract: Contract
    unbound_contract: Contract
    """Nobody's yet: newcomer can bind it by its organisation's e-mail, ИНН and its number."""
    facility: Facility
    second_facility: Facility
    other_facility: Facility
    register: Register
    """A+ of the meter of ``facility``, Ктр 80."""
    second_register: Register
    signed_register: Register
    other_register: Register


def staff(email: str, group: str, **fields: object) -> User:
    """A member of the supplier's staff in a back-office group."""
    made = builders.user(email, is_staff=True, **fields)
    made.groups.add(Group.objects.get_or_create(name=group)[0])
    return made


def metered(contract: Contract, name: str, *, ratio: int = 1) -> Register:
    """The A+ register of a new facility's only meter."""
    point = builders.point(builders.facility(contract, name=name))
    return builders.register(builders.meter(point, ratio=ratio))


@pytest.fixture
def cast(db: None) -> Cast:
    """The standing cast, its reception windows open all this month."""
    curator = staff("curator@example.com", "Куратор", last_name="Кузнецова", first_name="Ирина")
    curator2 = staff("curator2@example.com", "Куратор", last_name="Громов", first_name="Павел", patronymic="Ильич")
    department = builders.department(name="Центральное отделение", curators=[curator])
    other_department = builders.department(name="Северное отделение", curators=[curator2])
    builders.window(department)
    builders.window(other_department)
    organisation = builders.organisation(name="ООО «Вымпел-Снаб»")
    agreed = {"signature_agreement_date": dt.date(2021, 6, 1)}
    contract = builders.contract(organisation, department, curator=curator, price_category=1)
    signed = builders.contract(organisation, department, curator=curator, price_category=3, **agreed)
    third = builders.contract(organisation, department, curator=curator, price_category=5, **agreed)
    other_contract = builders.contract(None, other_department, curator=curator2)
    register = metered(contract, "Склад № 2, корпус А", ratio=80)
    second_register = metered(contract, "Магазин «На Ленинском»")
    signed_register = metered(signed, "Офис, Научный проезд")
    other_register = metered(other_contract, "Пекарня")
    client = builders.user("client@example.com")
    energetik = builders.user("energetik@example.com", last_name="Белов", first_name="Сергей", patronymic="Андреевич")
    accountant = builders.user("accountant@example.com", last_name="Титова", first_name="Елена", patronymic="Юрьевна")
    other = builders.user("other@example.com", last_name="Мельник", first_name="Олег", patronymic="Романович")
    for each in (contract, signed, third):
        builders.access(client, each)
        builders.access(accountant, each, role=Role.ACCOUNTANT)
    builders.access(energetik, contract, role=Role.ENGINEER, facilities=[register.meter.point.facility])
    builders.access(other, other_contract)
    return Cast(
        client=client,
        energetik=energetik,
        accountant=accountant,
        other=other,
        newcomer=builders.user("newcomer@example.com", last_name="Фомина", first_name="Анна", patronymic="Львовна"),
        editor=staff("editor@example.com", "Редактор", last_name="Лебедева", first_name="Мария"),
        curator=curator,
        curator2=curator2,
        admin=staff("admin@example.com", "Администратор", is_superuser=True, last_name="Соколов", first_name="Андрей"),
        department=department,
        other_department=other_department,
        organisation=organisation,
        contract=contract,
        signed_contract=signed,
        third_contract=third,
        other_contract=other_contract,
        unbound_contract=builders.contract(None, department),
        facility=register.meter.point.facility,
        second_facility=second_register.meter.point.facility,
        other_facility=other_register.meter.point.facility,
        register=register,
        second_register=second_register,
        signed_register=signed_register,
        other_register=other_register,
    )


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A browser in which the user has signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
