"""How far a load is, and what becomes of a row."""

from django.db import models


class Stage(models.TextChoices):
    """What the worker does, or did last, with a load; its job's state says how that went."""

    JUDGING = "judging", "Проверка"
    APPLYING = "applying", "Загрузка"
    TAKING_BACK = "taking_back", "Отмена"


class Outcome(models.TextChoices):
    """What a row comes to."""

    NEW = "new", "Новая"
    CHANGED = "changed", "Изменится"
    SAME = "same", "Без изменений"
    WRONG = "wrong", "Ошибка"
