"""One code in two browsers at the same moment: one of them enters."""

from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client

from cabinet.accounts.models import User
from tests.accounts.factors import code_of, connect_app, give_password, is_in, recovery_codes
from tests.at_once import at_once, errors

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("kind", ["of the application", "recovery"])
def test_a_code_lets_one_in(known: User, as_user: Callable, kind: str) -> None:
    owner = as_user(known)
    secret = connect_app(owner)
    recovery = recovery_codes(owner)[0]
    browsers = [Client(raise_request_exception=False) for _ in range(4)]
    for browser in browsers:
        give_password(browser, known.email)
    code = recovery if kind == "recovery" else code_of(secret)
    answers = at_once(*(partial(browser.post, "/accounts/2fa/", {"code": code}) for browser in browsers))
    assert not errors(answers)
    assert sorted(answer.status_code for answer in answers) == [302, 422, 422, 422]
    assert sum(map(is_in, browsers)) == 1
