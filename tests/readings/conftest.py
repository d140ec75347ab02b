"""A contract with a year of readings behind it."""

import datetime as dt
from decimal import Decimal

import pytest

from cabinet.common import periods
from portal.demo import builders

MONTHLY = Decimal(100)


@pytest.fixture
def period() -> dt.date:
    """This month."""
    return periods.this_period()


@pytest.fixture
def previous(cast, period):
    """A previous reading of 1000 for the client's two registers, with a year of 10 units a month before it."""
    for register in (cast.register, cast.second_register, cast.other_register, cast.signed_register):
        for months in range(12, 0, -1):
            builders.sent_reading(register, periods.shift(period, -months), 1000 - 10 * (months - 1))
    return Decimal(1000)
