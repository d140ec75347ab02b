"""Who may see a contract's money."""

from typing import Any

from cabinet.common.verdict import Verdict
from cabinet.contracts.models import Contract
from cabinet.contracts.permissions import can
from cabinet.contracts.roles import Ability


def can_see_money(user: Any, contract: Contract) -> Verdict:
    """Whether the user's role in the contract includes payments, documents and acts (role table, manual 5.2)."""
    return can(user, contract, Ability.MONEY)
