"""The role table: what «Администратор», «Бухгалтер» and «Энергетик» may do with a contract.

The one place that says it; querysets and permissions read it (manual, section 5.2).
"""

from enum import Enum

from django.db import models


class Role(models.TextChoices):
    """A person's role in one contract."""

    ADMINISTRATOR = "administrator", "Администратор"
    ACCOUNTANT = "accountant", "Бухгалтер"
    ENGINEER = "engineer", "Энергетик"


class Ability(Enum):
    """What a role may let a person do; the value names it in a refusal."""

    READINGS = "работать с показаниями"
    MONEY = "смотреть платежи, документы и акты нарушений"
    ACCESS = "управлять доступом"
    TRAIL = "смотреть журнал действий"


ROLE_TABLE: dict[Role, frozenset[Ability]] = {
    Role.ADMINISTRATOR: frozenset(Ability),
    Role.ACCOUNTANT: frozenset({Ability.MONEY}),
    Role.ENGINEER: frozenset({Ability.READINGS}),
}


def roles_with(ability: Ability) -> list[Role]:
    """The roles that have the ability."""
    return [role for role, abilities in ROLE_TABLE.items() if ability in abilities]
