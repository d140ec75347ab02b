"""What is metered where: points, meters, their registers and transformer ratios."""

import datetime as dt
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from cabinet.contracts.models import Facility
from cabinet.metering import querysets
from cabinet.metering.statuses import MeterState, meter_refusal


class VoltageLevel(models.TextChoices):
    """Voltage levels of the tariffs: ВН from 110 kV, СН1 35 kV, СН2 6–20 kV, НН up to 0.4 kV."""

    HIGH = "ВН", "ВН"
    MEDIUM_1 = "СН1", "СН1"
    MEDIUM_2 = "СН2", "СН2"
    LOW = "НН", "НН"


class MeteringPoint(models.Model):
    """A metering point (точка учёта) of a facility.

    Losses are added to what its meters show; the consumption of a transit point (energy that goes
    on to another consumer) is taken off the facility's total.
    """

    facility = models.ForeignKey(Facility, models.CASCADE, verbose_name="объект", related_name="points")
    name = models.CharField("наименование", max_length=200)
    voltage_level = models.CharField("уровень напряжения", max_length=3, choices=VoltageLevel)
    loss_percent = models.DecimalField(
        "потери, %",
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Прибавляются к расходу точки.",
    )
    loss_kwh = models.DecimalField(
        "потери, кВт·ч за период",
        max_digits=12,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0)],
        help_text="Постоянная величина, прибавляется к расходу точки.",
    )
    transit_consumer = models.CharField(
        "транзит: кому",
        max_length=200,
        blank=True,
        help_text="Субабонент, которому идёт энергия. Заполнено — расход точки вычитается из итога объекта.",
    )
    max_power_kw = models.DecimalField(
        "максимальная мощность, кВт",
        max_digits=12,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )

    objects = querysets.MeteringPointQuerySet.as_manager()

    class Meta:
        verbose_name = "точка учёта"
        verbose_name_plural = "точки учёта"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "name"], name="point_name_in_facility"),
            models.CheckConstraint(
                condition=Q(loss_percent__gte=0, loss_percent__lte=100, loss_kwh__gte=0), name="point_losses_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_transit(self) -> bool:
        """Whether its energy goes on to another consumer."""
        return bool(self.transit_consumer)


class Meter(models.Model):
    """A meter (прибор учёта); ``digits_before`` and ``digits_after`` the point are its значность."""

    point = models.ForeignKey(MeteringPoint, models.CASCADE, verbose_name="точка учёта", related_name="meters")
    serial = models.CharField("номер", max_length=40, db_index=True)
    type_name = models.CharField("тип", max_length=100)
    digits_before = models.PositiveSmallIntegerField(
        "знаков до запятой", default=6, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    digits_after = models.PositiveSmallIntegerField(
        "знаков после запятой", default=2, validators=[MaxValueValidator(6)]
    )
    state = models.CharField("состояние", max_length=10, choices=MeterState, default=MeterState.WORKING)
    verification_due = models.DateField(
        "поверка действует по", null=True, blank=True, help_text="Окончание межповерочного интервала (МПИ)."
    )

    objects = querysets.MeterQuerySet.as_manager()

    class Meta:
        verbose_name = "прибор учёта"
        verbose_name_plural = "приборы учёта"
        ordering = ["serial", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["point", "serial"], name="meter_serial_in_point"),
            models.CheckConstraint(
                condition=Q(digits_before__range=(1, 10), digits_after__lte=6), name="meter_digits_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"№ {self.serial} ({self.type_name})"

    def refusal(self, today: dt.date) -> str:
        """The state in which the meter takes no readings («Не исправен», «Истек срок МПИ»), or an empty string."""
        return meter_refusal(self.state, self.verification_due, today)


class TransformerRatio(models.Model):
    """Ratios of the current and voltage transformers (Ктт, Ктн) from a date; Ктр is their product."""

    meter = models.ForeignKey(Meter, models.CASCADE, verbose_name="прибор учёта", related_name="ratios")
    valid_from = models.DateField("действует с")
    current_ratio = models.DecimalField(
        "Ктт", max_digits=10, decimal_places=3, default=Decimal(1), validators=[MinValueValidator(Decimal("0.001"))]
    )
    voltage_ratio = models.DecimalField(
        "Ктн", max_digits=10, decimal_places=3, default=Decimal(1), validators=[MinValueValidator(Decimal("0.001"))]
    )

    class Meta:
        verbose_name = "коэффициент трансформации"
        verbose_name_plural = "коэффициенты трансформации"
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["meter", "valid_from"], name="ratio_once_a_day"),
            models.CheckConstraint(condition=Q(current_ratio__gt=0, voltage_ratio__gt=0), name="ratio_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.value.normalize():f} с {self.valid_from:%d.%m.%Y}"

    @property
    def value(self) -> Decimal:
        """Ктр = Ктт × Ктн."""
        return self.current_ratio * self.voltage_ratio


class Register(models.Model):
    """A register (шкала) of a meter: a kind of energy, in total or in one zone of the day."""

    class Energy(models.TextChoices):
        ACTIVE_IN = "A+", "А+"
        ACTIVE_OUT = "A-", "А−"
        REACTIVE_IN = "R+", "R+"
        REACTIVE_OUT = "R-", "R−"

    class Zone(models.TextChoices):
        TOTAL = "", "сумма"
        T1 = "T1", "Т1"
        T2 = "T2", "Т2"
        T3 = "T3", "Т3"

    meter = models.ForeignKey(Meter, models.CASCADE, verbose_name="прибор учёта", related_name="registers")
    energy = models.CharField("вид энергии", max_length=2, choices=Energy, default=Energy.ACTIVE_IN)
    zone = models.CharField("зона суток", max_length=2, choices=Zone, default=Zone.TOTAL, blank=True)

    objects = querysets.RegisterQuerySet.as_manager()

    class Meta:
        verbose_name = "шкала"
        verbose_name_plural = "шкалы"
        ordering = ["energy", "zone", "pk"]
        constraints = [models.UniqueConstraint(fields=["meter", "energy", "zone"], name="register_once_a_meter")]

    def __str__(self) -> str:
        return f"{self.get_energy_display()} {self.get_zone_display()}" if self.zone else self.get_energy_display()

    @property
    def unit(self) -> str:
        """кВт·ч for active energy, кВар·ч for reactive."""
        return unit_of(self.energy)


def unit_of(energy: str) -> str:
    """The unit of a kind of energy: кВт·ч of active energy, кВар·ч of reactive."""
    return "кВт·ч" if energy.startswith("A") else "кВар·ч"
