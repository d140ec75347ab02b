"""Python's collector of cycles, and when it is in the way."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles meanwhile: for a background task that makes millions of plain values.

    The collector goes through all living objects again and again while they grow, and finds nothing: tuples of
    figures make no cycles, and what is no longer needed goes by its count. A third of the time of a large form.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
