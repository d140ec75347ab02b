"""The tenant: who buys electricity, by which contract, for which sites, and who may work with it."""

from cabinet.contracts.models.access import (
    AccessRequest,
    BindingAttempt,
    ContractAccess,
    Invitation,
    InvitedAccess,
    Scope,
)
from cabinet.contracts.models.clients import Contract, Department, Facility, Organisation
from cabinet.contracts.models.windows import ReceptionWindow
from cabinet.contracts.trail.recording import ContractLogEntry

__all__ = [
    "AccessRequest",
    "BindingAttempt",
    "Contract",
    "ContractAccess",
    "ContractLogEntry",
    "Department",
    "Facility",
    "Invitation",
    "InvitedAccess",
    "Organisation",
    "ReceptionWindow",
    "Scope",
]
