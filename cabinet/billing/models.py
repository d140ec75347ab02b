"""What is paid and issued by a contract: payments, the supplier's documents, acts of violation."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from cabinet.billing import querysets
from cabinet.billing.kinds import DocumentKind, ViolationKind
from cabinet.contracts.models import Contract

KOPECK = Decimal("0.01")


class Payment(models.Model):
    """A payment that the supplier received by a contract."""

    contract = models.ForeignKey(
        Contract,
        models.CASCADE,
        verbose_name="договор",
        related_name="payments",
        help_text="Договор, по которому зачтён платёж.",
    )
    number = models.CharField(
        "номер ПД", max_length=40, help_text="Номер платёжного документа, например платёжного поручения."
    )
    date = models.DateField("дата платежа", help_text="Дата, которой платёж поступил поставщику.")
    amount = models.DecimalField(
        "сумма платежа, руб.",
        max_digits=15,
        decimal_places=2,
        validators=[MinValueValidator(KOPECK, "Сумма платежа — больше нуля.")],
        help_text="С НДС, больше нуля.",
    )

    objects = querysets.MoneyQuerySet.as_manager()

    class Meta:
        verbose_name = "платёж"
        verbose_name_plural = "платежи"
        ordering = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.UniqueConstraint(
                fields=["contract", "number", "date"],
                name="payment_once",
                violation_error_message="Платёж с этим номером и датой по договору уже есть.",
            ),
        ]
        # each holds all that the totals of a filter are made of, so that they are read from it alone
        indexes = [
            models.Index(fields=["contract", "date", "amount"], name="payment_by_date"),
            models.Index(fields=["contract", "amount", "date"], name="payment_by_amount"),
        ]

    def __str__(self) -> str:
        return f"ПД № {self.number} от {self.date:%d.%m.%Y}"


class SupplierDocument(models.Model):
    """A document that the supplier issued by a contract; a correction may lower what was issued before."""

    contract = models.ForeignKey(
        Contract,
        models.CASCADE,
        verbose_name="договор",
        related_name="documents",
        help_text="Договор, по которому выставлен документ.",
    )
    kind = models.CharField(
        "вид документа", max_length=20, choices=DocumentKind, help_text="По нему клиент отбирает документы."
    )
    number = models.CharField("номер документа", max_length=40, help_text="Как он напечатан в документе.")
    date = models.DateField("дата документа", help_text="Как она напечатана в документе.")
    total = models.DecimalField(
        "сумма итоговая, руб.",
        max_digits=15,
        decimal_places=2,
        help_text="С НДС; у корректировки в меньшую сторону — со знаком минус.",
    )
    vat = models.DecimalField(
        "сумма НДС, руб.",
        max_digits=15,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Входит в итоговую сумму; пусто — документ без НДС.",
    )

    objects = querysets.MoneyQuerySet.as_manager()

    class Meta:
        verbose_name = "документ поставщика"
        verbose_name_plural = "документы поставщика"
        ordering = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(vat=None) | Q(vat__range=(0, F("total"))) | Q(vat__range=(F("total"), 0)),
                name="document_vat_within_total",
                violation_error_message="НДС входит в итоговую сумму: он не больше неё и того же знака.",
            ),
            models.UniqueConstraint(
                fields=["contract", "kind", "number", "date"],
                name="document_once",
                violation_error_message="Документ этого вида с этим номером и датой по договору уже есть.",
            ),
        ]
        indexes = [
            models.Index(fields=["contract", "date", "total", "vat"], name="document_by_date"),
            models.Index(fields=["contract", "total"], name="document_by_total"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} № {self.number} от {self.date:%d.%m.%Y}"


class ViolationAct(models.Model):
    """An act of violation; point and meter are named as the act names them, they may be gone since."""

    contract = models.ForeignKey(
        Contract,
        models.CASCADE,
        verbose_name="договор",
        related_name="violation_acts",
        help_text="Договор, по которому выставлен акт.",
    )
    number = models.CharField("номер акта", max_length=40, help_text="Как он напечатан в акте.")
    date = models.DateField("дата акта", help_text="Дата составления акта.")
    kind = models.CharField(
        "вид выставленного акта", max_length=20, choices=ViolationKind, help_text="Какое нарушение установлено."
    )
    period_from = models.DateField("период учета с", help_text="Первый день, за который рассчитано потребление.")
    period_to = models.DateField("период учета по", help_text="Последний день, за который рассчитано потребление.")
    point_name = models.CharField(
        "наименование точки учета", max_length=200, blank=True, help_text="Как в акте; пусто — точки учёта не было."
    )
    meter_serial = models.CharField(
        "номер прибора учета", max_length=40, blank=True, help_text="Как в акте; пусто — прибора учёта не было."
    )
    amount = models.DecimalField(
        "сумма по выставленному акту, руб.",
        max_digits=15,
        decimal_places=2,
        validators=[MinValueValidator(0)],
        help_text="С НДС, не меньше нуля.",
    )

    objects = querysets.MoneyQuerySet.as_manager()

    class Meta:
        verbose_name = "акт нарушения"
        verbose_name_plural = "акты нарушений"
        ordering = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="violation_never_negative"),
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")),
                name="violation_period_ordered",
                violation_error_message="Период учета кончается раньше, чем начинается.",
            ),
            models.UniqueConstraint(
                fields=["contract", "number", "date"],
                name="violation_once",
                violation_error_message="Акт с этим номером и датой по договору уже есть.",
            ),
        ]
        indexes = [
            models.Index(fields=["contract", "date", "amount"], name="violation_by_date"),
            models.Index(fields=["contract", "amount"], name="violation_by_amount"),
        ]

    def __str__(self) -> str:
        return f"Акт № {self.number} от {self.date:%d.%m.%Y}"
