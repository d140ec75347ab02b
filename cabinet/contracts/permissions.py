"""What a person may do with a contract, and why not if he may not."""

from typing import Any

from cabinet.common.verdict import ALLOWED, Verdict, refused
from cabinet.contracts.models import Contract, ContractAccess
from cabinet.contracts.roles import ROLE_TABLE, Ability, Role


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
