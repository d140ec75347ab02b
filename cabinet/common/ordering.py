"""The order in which people expect names."""

import re

_NUMBER = re.compile(r"(\d+)")


def natural(name: str) -> list[tuple[bool, int, str]]:
    """A sorting key: «Склад № 2» before «Склад № 10», whatever the case."""
    parts = _NUMBER.split(name.casefold())
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]
