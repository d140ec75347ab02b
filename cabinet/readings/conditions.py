"""The states of a reading as conditions of SQL: one place, held equal to ``Reading.status`` by a test.

``at`` is the path to the reading: empty in its own queries, ``"now__"`` where it was joined.
"""

from django.db.models import Q

from cabinet.metering.querysets import takes_readings
from cabinet.readings.statuses import Acceptance


def empty(at: str = "") -> Q:
    """Nothing was typed or sent: «Не заполнено»."""
    return Q(**{f"{at}draft": None, f"{at}sent": None}) & (Q(**{f"{at}pk": None}) | Q(**{f"{at}draft_text": ""}))


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


def of_register(at: str, meter: str) -> dict[str, Q]:
    """The states of a register in a period: one that counts in ``total`` is in exactly one of the others.

    ``accepted`` is a part of ``sent``, not one more. ``at`` leads to its reading, ``meter`` to its meter. A meter
    that takes readings no more counts while something was sent of it, by what was sent: what was typed since
    then goes nowhere.
    """
    takes = takes_readings(meter)
    was_sent = Q(**{f"{at}sent__isnull": False})
    turned_down = Q(**{f"{at}acceptance": Acceptance.REJECTED})
    is_sent = settled(at) | ~takes & was_sent & ~turned_down
    return {
        "total": takes | was_sent,
        "ready": ready(at) & takes,
        "doubtful": doubtful(at) & takes,
        "wrong": wrong(at) & takes,
        "sent": is_sent,
        "accepted": is_sent & Q(**{f"{at}acceptance": Acceptance.ACCEPTED}),
        "rejected": rejected(at) | ~takes & was_sent & turned_down,
        "missing": empty(at) & takes,
    }
