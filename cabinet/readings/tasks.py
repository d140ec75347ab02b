"""What the background worker does with readings; delivered at least once, so each is safe to repeat."""

from cabinet.readings import printing


def print_act(pk: int) -> None:
    """Make the file of an act that was asked for."""
    printing.make_print(pk)


def remove_old_prints() -> int:
    """Remove printed acts older than a day (hourly; the schedule comes from a migration)."""
    return printing.remove_old()
