"""What a person may do with a contract, and why not if he may not."""

from collections.abc import Sequence
from typing import Any

from cabinet.common.verdict import ALLOWED, Verdict, refused
from cabinet.contracts.administrators import administrators_of
from cabinet.contracts.models import Contract, ContractAccess
from cabinet.contracts.roles import ROLE_TABLE, Ability, Role

ADMINISTRATORS_NAMED = 3


def role_may(role: str, ability: Ability) -> Verdict:
    """Whether a role has an ability; the refusal names the role."""
    if ability in ROLE_TABLE[Role(role)]:
        return ALLOWED
    return refused(f"Роль «{Role(role).label}» не позволяет {ability.value}.")


def can(user: Any, contract: Contract, ability: Ability) -> Verdict:
    """Whether the user's own role in the contract has the ability; ``with_own_role`` saves the look-up."""
    role = getattr(contract, "own_role", None)
    role = role or ContractAccess.objects.of(user).filter(contract=contract).values_list("role", flat=True).first()
    return role_may(role, ability) if role else refused("Договор не привязан к вашей учётной записи.")


def can_manage_access(user: Any, contract: Contract) -> Verdict:
    """Whether the person may give, change and take away access to the contract; if not, who may."""
    verdict = can(user, contract, Ability.ACCESS)
    if verdict:
        return verdict
    named = administrators_of(contract)[:ADMINISTRATORS_NAMED]
    return naming_administrators(verdict, [access.user.get_short_name() for access in named])


def naming_administrators(refusal: Verdict, names: Sequence[str]) -> Verdict:
    """The refusal to manage access, with the names of those who do."""
    named = ", ".join(names[:ADMINISTRATORS_NAMED])
    return refused(f"{refusal.reason} Доступом управляет: {named}") if named else refusal


def can_read_trail(user: Any, contract: Contract) -> Verdict:
    """Whether the person may read what was done with the contract."""
    return can(user, contract, Ability.TRAIL)
