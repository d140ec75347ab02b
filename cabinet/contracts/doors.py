"""Through which door something was done or a value came; the trail and the readings' history use the same words."""

from django.db import models


class Door(models.TextChoices):
    """A door of the portal."""

    PAGE = "page", "Личный кабинет"
    EXCEL = "excel", "Файл Excel"
    OFFICE = "office", "Рабочее место"
    SUPPLIER = "supplier", "Поставщик"
