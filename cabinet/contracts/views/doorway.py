"""The way from an address to a contract whose access the person manages."""

from typing import Any

from django.http import HttpRequest

from cabinet.common.doorway import own_object
from cabinet.common.verdict import Verdict, refused
from cabinet.contracts.administrators import administrators_of
from cabinet.contracts.models import Contract
from cabinet.contracts.permissions import can
from cabinet.contracts.roles import Ability


def can_manage_access(user: Any, contract: Contract) -> Verdict:
    """Whether the person may give, change and take away access to the contract; if not, who may."""
    verdict = can(user, contract, Ability.ACCESS)
    if verdict:
        return verdict
    names = [access.user.get_short_name() for access in administrators_of(contract)[:3]]
    return refused(f"{verdict.reason} Доступом управляет: {', '.join(names)}" if names else verdict.reason)


def administered(request: HttpRequest, contract_id: int) -> Contract:
    """The contract: a stranger gets 404, a role that does not manage access 403 with the reason."""
    contracts = Contract.objects.with_own_role(request.user).select_related("organisation")
    return own_object(contracts, request.user, contract_id, can=can_manage_access)
