"""Builders of many contracts at once."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cabinet.accounts.models import User
from cabinet.contracts.models import Contract, ContractAccess, Organisation
from cabinet.contracts.roles import Role
from portal.demo import builders
from tests.cast import Cast
from tests.contracts.inviting import Inviter


@pytest.fixture
def bind_many(cast: Cast) -> Callable[[User, int], list[Contract]]:
    """Binds so many contracts of so many organisations to the user."""

    def bound(user: User, number: int) -> list[Contract]:
        organisations = Organisation.objects.bulk_create(
            Organisation(name=f"ООО «Филиал {n}»", inn=builders.valid_inn(n), kpp="770101001", email=f"{n}@example.com")
            for n in range(number)
        )
        common = {"department": cast.department, "curator": cast.curator, "date": cast.contract.date}
        contracts = Contract.objects.bulk_create(
            Contract(organisation=each, number=f"9{n:06d}", **common) for n, each in enumerate(organisations)
        )
        ContractAccess.objects.bulk_create(
            ContractAccess(user=user, contract=each, role=Role.ADMINISTRATOR) for each in contracts
        )
        return contracts

    return bound


@pytest.fixture
def statements() -> Callable[[Client, str], int]:
    """How many SQL statements a page takes."""

    def counted(client: Client, url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    return counted


@pytest.fixture
def inviter(cast: Cast, as_user: Callable[[User], Client], letters: Callable[[], list]) -> Inviter:
    """The cast's client as one who invites."""
    return Inviter(as_user(cast.client), letters)
