"""How what people type is made comparable with the supplier's record, and until when access may be given.

No database, no HTTP.
"""

import datetime as dt
import re

_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


def plain_inn(text: str) -> str:
    """An ИНН without the spaces people put between its groups."""
    return "".join(text.split())


def plain_number(text: str) -> str:
    """A contract's number in one spelling: no spaces, no «№», capital letters, one kind of dash."""
    return _DASHES.sub("-", "".join(text.split()).replace("№", "")).upper()


def outlasts(until: dt.date | None, last: dt.date | None) -> bool:
    """Whether an access until this day goes on after the last day of another; None is for good."""
    return last is not None and (until is None or until > last)


def last_day_problem(until: dt.date | None, today: dt.date) -> str:
    """Why an access cannot be given until this day; empty when it can."""
    if until is None or until >= today:
        return ""
    return f"Этот день уже прошёл. Укажите {today:%d.%m.%Y} или позже."
