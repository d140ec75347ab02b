"""The way from an address to a contract whose access the person manages."""

from django.http import HttpRequest

from cabinet.common.doorway import own_object
from cabinet.contracts.models import Contract
from cabinet.contracts.permissions import can_manage_access


def administered(request: HttpRequest, contract_id: int) -> Contract:
    """The contract: a stranger gets 404, a role that does not manage access 403 with the reason."""
    contracts = Contract.objects.with_own_role(request.user).select_related("organisation")
    return own_object(contracts, request.user, contract_id, can=can_manage_access)
