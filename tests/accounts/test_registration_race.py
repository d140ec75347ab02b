"""The same registration many times at once: one account, no error."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from cabinet.accounts import actions
from cabinet.accounts.models import User

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def register(_: int) -> bool:
    try:
        fields = {"last_name": "Иванов", "first_name": "Пётр", "patronymic": "", "password": "!"}
        return actions.register(email="ivanov@example.com", **fields) is not None
    finally:
        connection.close()


def test_one_address_gets_one_account() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(register, range(24)))
    assert sum(made) == 1
    assert User.objects.get().emailaddress_set.count() == 1
