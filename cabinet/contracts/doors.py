"""Through which door something was done or a value came; the trail and the readings' history use the same words."""

from django.db import models


class Door(models.TextChoices):
    """A door of the portal."""

    PAGE = "page", "Личный кабинет"
    EXCEL = "excel", "Файл Excel"
    OFFICE = "office", "Сотрудник поставщика"
    SUPPLIER = "supplier", "Загрузка поставщика"

    @property
    def is_suppliers(self) -> bool:
        """Whether the supplier's staff come through it: to clients they are not named."""
        return self in SUPPLIERS_DOORS


SUPPLIERS_DOORS = (Door.OFFICE, Door.SUPPLIER)
BY_STAFF = "сотрудник поставщика"
"""Who acted through the supplier's doors, as clients are told."""
