"""The way from an address to the contract whose readings the person may work with."""

from django.http import HttpRequest

from cabinet.common.doorway import own_object
from cabinet.contracts.models import Contract
from cabinet.readings.permissions import can_work_with_readings


def contract_of(request: HttpRequest, contract_id: int) -> Contract:
    """The user's contract: a stranger gets 404, a role without readings 403 with the reason."""
    contracts = Contract.objects.with_own_role(request.user).select_related("organisation")
    return own_object(contracts, request.user, contract_id, can=can_work_with_readings)
