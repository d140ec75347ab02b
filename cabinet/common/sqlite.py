"""SQLite compares letters without regard to case only in ASCII: here it learns Cyrillic.

``icontains``, ``istartswith`` and ``iendswith`` become ``LIKE … ESCAPE '\\'`` on SQLite, and SQLite
lets the function behind ``LIKE`` be replaced. ``iexact`` is a LIKE as well.
"""

import re
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


@lru_cache(maxsize=256)
def _matcher(pattern: str, escape: str | None) -> re.Pattern[str]:
    """The regular expression of a case-folded LIKE pattern."""
    parts = []
    signs = iter(pattern)
    for sign in signs:
        if sign == escape:
            parts.append(re.escape(next(signs, "")))
        elif sign == "%":
            parts.append(".*")
        elif sign == "_":
            parts.append(".")
        else:
            parts.append(re.escape(sign))
    return re.compile("".join(parts), re.DOTALL)


def like(pattern: Any, value: Any, escape: str | None = None) -> bool | None:
    """SQL's LIKE without regard to case in any alphabet; NULL stays NULL."""
    if pattern is None or value is None:
        return None
    return _matcher(str(pattern).casefold(), escape).fullmatch(str(value).casefold()) is not None


def teach_cyrillic(sender: type, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Signal handler of ``connection_created``."""
    if connection.vendor != "sqlite":
        return
    for arguments in (2, 3):  # without and with ESCAPE
        connection.connection.create_function("like", arguments, like, deterministic=True)
