"""The terms of an access as a value: what is asked for, compared, given and told."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from cabinet.contracts.models import ContractAccess, InvitedAccess, Scope
from cabinet.contracts.roles import Role


@dataclass(frozen=True)
class Terms:
    """The terms of an access: ``facilities`` are primary keys, ``until`` the last day it holds."""

    role: Role
    scope: Scope = Scope.WHOLE
    facilities: frozenset[int] = frozenset()
    until: dt.date | None = None

    @classmethod
    def together(cls, shares: Iterable[Self]) -> Self:
        """What one press gives in several contracts: the terms are alike but for the facilities."""
        each = list(shares)
        return replace(each[0], facilities=frozenset().union(*(one.facilities for one in each)))

    @classmethod
    def of(cls, access: ContractAccess | InvitedAccess) -> Self:
        """The terms of an access as it stands; of the facilities those of its own contract."""
        own = (one.pk for one in access.facilities.all() if one.contract_id == access.contract_id)
        return cls(Role(access.role), Scope(access.scope), frozenset(own), access.until)
