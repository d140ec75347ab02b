"""Primary keys that come as text."""

BIGGEST = 2**63 - 1  # of a BigAutoField


def parse_id(text: str) -> int | None:
    """The key that the text writes in plain digits; None for whatever cannot be a key."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(BIGGEST))):
        return None
    number = int(text)
    return number if 0 < number <= BIGGEST else None
