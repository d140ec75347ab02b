"""States of a meter and what they mean for its readings."""

from django.db import models


class MeterState(models.TextChoices):
    """What the supplier's record says of a meter; «Истек срок МПИ» follows from the verification date."""

    WORKING = "working", "Исправен"
    FAULTY = "faulty", "Не исправен"


VERIFICATION_EXPIRED = "Истек срок МПИ"
