"""When the supplier takes readings."""

from django.db import models
from django.db.models import F, Q

from cabinet.common import periods
from cabinet.contracts import querysets
from cabinet.contracts.models.clients import Department


class ReceptionWindow(models.Model):
    """When the supplier takes a period's readings: of one department, or of all that have no own window."""

    class Kind(models.TextChoices):
        READINGS = "readings", "Приём показаний"

    department = models.ForeignKey(
        Department,
        models.CASCADE,
        verbose_name="отделение",
        related_name="windows",
        null=True,
        blank=True,
        help_text="Пусто — для всех отделений, у которых нет своего окна.",
    )
    kind = models.CharField("вид", max_length=20, choices=Kind, default=Kind.READINGS)
    period = models.DateField("расчётный период", help_text="Первое число месяца.")
    opens_at = models.DateTimeField("приём с")
    closes_at = models.DateTimeField("приём по")

    objects = querysets.ReceptionWindowQuerySet.as_manager()

    class Meta:
        verbose_name = "окно приёма"
        verbose_name_plural = "окна приёма"
        ordering = ["-period", "department__name", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["department", "kind", "period"], name="window_once_a_department"),
            models.UniqueConstraint(fields=["kind", "period"], condition=Q(department=None), name="window_common_once"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="window_closes_after_opening"),
            models.CheckConstraint(condition=Q(period__day=1), name="window_period_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {periods.label(self.period)}: {self.department or 'все отделения'}"
