"""States of a meter and what they mean for its readings."""

import datetime as dt

from django.db import models


class MeterState(models.TextChoices):
    """What the supplier's record says of a meter; «Истек срок МПИ» follows from the verification date."""

    WORKING = "working", "Исправен"
    FAULTY = "faulty", "Не исправен"


VERIFICATION_EXPIRED = "Истек срок МПИ"


def meter_refusal(state: str, verification_due: dt.date | None, day: dt.date) -> str:
    """The state in which a meter takes no readings that day («Не исправен», «Истек срок МПИ»), or an empty string."""
    if state == MeterState.FAULTY:
        return MeterState.FAULTY.label
    if verification_due is not None and verification_due < day:
        return VERIFICATION_EXPIRED
    return ""
