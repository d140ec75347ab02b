"""Parts of addresses."""

import datetime as dt

from cabinet.common import periods


class PeriodConverter:
    """A period in an address: ``2026-11``."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        """The period; ValueError (no such address) for a month that does not exist."""
        period = periods.parse(value)
        if period is None:
            raise ValueError(value)
        return period

    def to_url(self, value: dt.date) -> str:
        return periods.code(value)
