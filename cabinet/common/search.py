"""What people type into a search."""

LONGEST = 100


def search_text(typed: str) -> str:
    """The text to look for: without edges, of a sane length, without NUL, which PostgreSQL refuses."""
    return typed.replace("\x00", "").strip()[:LONGEST]
