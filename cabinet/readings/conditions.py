"""The states of a reading as conditions of SQL: one place, held equal to ``Reading.status`` by a test.

``at`` is the path to the reading: empty in its own queries, ``"now__"`` where it was joined.
"""

from django.db.models import Q

from cabinet.readings.statuses import Acceptance


def wrong(at: str = "") -> Q:
    """What was typed cannot be taken."""
    return Q(**{f"{at}pk__isnull": False}) & ~Q(**{f"{at}draft_text": ""})


def typed(at: str = "") -> Q:
    """A value was typed and not sent."""
    return Q(**{f"{at}draft__isnull": False})


def doubtful(at: str = "") -> Q:
    """Typed, with a doubt that waits for its confirmation."""
    return typed(at) & ~Q(**{f"{at}warning": ""}) & Q(**{f"{at}warning_confirmed_at": None})


def ready(at: str = "") -> Q:
    """Typed, without a doubt that waits: «Готово к передаче»."""
    return typed(at) & (Q(**{f"{at}warning": ""}) | Q(**{f"{at}warning_confirmed_at__isnull": False}))


def sent(at: str = "") -> Q:
    """Sent and left as it was, whatever the supplier made of it."""
    return Q(**{f"{at}sent__isnull": False, f"{at}draft": None, f"{at}draft_text": ""})


def rejected(at: str = "") -> Q:
    """Sent, rejected and not corrected yet."""
    return sent(at) & Q(**{f"{at}acceptance": Acceptance.REJECTED})


def settled(at: str = "") -> Q:
    """Sent and not rejected: nothing is left to do."""
    return sent(at) & ~Q(**{f"{at}acceptance": Acceptance.REJECTED})
