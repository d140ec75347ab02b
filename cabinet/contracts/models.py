"""The tenant: organisations, their contracts and facilities, who serves them and who may see them."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from cabinet.common import periods
from cabinet.contracts import querysets
from cabinet.contracts.audit import ContractLogEntry  # noqa: F401  (a model of this app)
from cabinet.contracts.roles import Role
from cabinet.contracts.validators import validate_inn, validate_ogrn


class Department(models.Model):
    """An office of the supplier (отделение): its contacts and the curators who work for it."""

    name = models.CharField("название", max_length=200, unique=True)
    head_name = models.CharField("ФИО руководителя", max_length=200)
    address = models.CharField("адрес отделения", max_length=300)
    phone = models.CharField("телефон отделения", max_length=50)
    fax = models.CharField("факс отделения", max_length=50, blank=True)
    curators = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name="кураторы",
        related_name="departments",
        blank=True,
        limit_choices_to={"is_staff": True},
        help_text="Сотрудники, которые видят договоры этого отделения.",
    )

    class Meta:
        verbose_name = "отделение"
        verbose_name_plural = "отделения"
        ordering = ["name"]
        permissions = [("all_departments", "Работает с договорами всех отделений")]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A legal entity that buys electricity."""

    name = models.CharField("наименование", max_length=300)
    inn = models.CharField("ИНН", max_length=12, validators=[validate_inn], db_index=True)
    kpp = models.CharField(
        "КПП", max_length=9, blank=True, validators=[RegexValidator(r"^\d{4}[\dA-Z]{2}\d{3}\Z", "КПП: девять знаков.")]
    )
    ogrn = models.CharField("ОГРН", max_length=15, blank=True, validators=[validate_ogrn])
    email = models.EmailField(
        "адрес электронной почты организации", help_text="По нему и ИНН с номером договора клиент привязывает договор."
    )

    objects = querysets.OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "организация"
        verbose_name_plural = "организации"
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["inn", "kpp"], name="organisation_inn_kpp")]

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """A supply contract; ``price_category`` is the ценовая категория 1–6 of ПП РФ № 442."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="организация", related_name="contracts")
    number = models.CharField("номер договора", max_length=40, unique=True)
    date = models.DateField("дата договора")
    department = models.ForeignKey(Department, models.PROTECT, verbose_name="отделение", related_name="contracts")
    curator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="куратор",
        related_name="curated_contracts",
        null=True,
        blank=True,
        limit_choices_to={"is_staff": True},
    )
    price_category = models.PositiveSmallIntegerField(
        "ценовая категория", default=1, validators=[MinValueValidator(1), MaxValueValidator(6)]
    )
    signature_agreement_date = models.DateField(
        "дата соглашения об ЭЦП",
        null=True,
        blank=True,
        help_text="Дата подписанного соглашения об использовании электронно-цифровой подписи.",
    )

    objects = querysets.ContractQuerySet.as_manager()

    class Meta:
        verbose_name = "договор"
        verbose_name_plural = "договоры"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(price_category__range=(1, 6)), name="contract_price_category"),
        ]

    def __str__(self) -> str:
        return f"Договор № {self.number} от {self.date:%d.%m.%Y}"


class Facility(models.Model):
    """A facility (объект) of a contract: a site that is supplied."""

    contract = models.ForeignKey(Contract, models.CASCADE, verbose_name="договор", related_name="facilities")
    name = models.CharField("наименование", max_length=200)
    address = models.CharField("адрес", max_length=300, blank=True)

    objects = querysets.FacilityQuerySet.as_manager()

    class Meta:
        verbose_name = "объект"
        verbose_name_plural = "объекты"
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["contract", "name"], name="facility_name_in_contract")]

    def __str__(self) -> str:
        return self.name


class Scope(models.TextChoices):
    """How much of the contract an access covers."""

    WHOLE = "whole", "Ко всему договору"
    CHOSEN = "chosen", "К выбранным объектам"


class ContractAccess(models.Model):
    """That a person may work with a contract, in which role, with which facilities and until when."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="пользователь", related_name="accesses"
    )
    contract = models.ForeignKey(Contract, models.CASCADE, verbose_name="договор", related_name="accesses")
    role = models.CharField("роль", max_length=20, choices=Role)
    scope = models.CharField("доступ", max_length=10, choices=Scope, default=Scope.WHOLE)
    facilities = models.ManyToManyField(Facility, verbose_name="выбранные объекты", blank=True)
    until = models.DateField("действует по", null=True, blank=True, help_text="Включительно; пусто — бессрочно.")
    created_at = models.DateTimeField("выдан", auto_now_add=True)

    objects = querysets.ContractAccessQuerySet.as_manager()

    class Meta:
        verbose_name = "доступ к договору"
        verbose_name_plural = "доступы к договорам"
        ordering = ["contract", "user"]
        constraints = [
            models.UniqueConstraint(fields=["user", "contract"], name="access_once_a_contract"),
            models.CheckConstraint(
                condition=Q(scope=Scope.WHOLE) | Q(role=Role.ENGINEER), name="access_chosen_only_for_engineers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.contract}"


class BindingAttempt(models.Model):
    """One attempt to bind a contract: kept for the limit and for the supplier's security."""

    class Outcome(models.TextChoices):
        BOUND = "bound", "Привязан"
        NOT_FOUND = "not_found", "Данные не совпали"
        TAKEN = "taken", "Есть администратор"
        ALREADY = "already", "Уже привязан"
        LIMITED = "limited", "Превышено число попыток"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="пользователь")
    at = models.DateTimeField("когда", auto_now_add=True)
    address = models.GenericIPAddressField("адрес в сети", null=True)
    email = models.CharField("введённая почта", max_length=254)
    inn = models.CharField("введённый ИНН", max_length=12)
    number = models.CharField("введённый номер", max_length=40)
    outcome = models.CharField("итог", max_length=10, choices=Outcome)

    class Meta:
        verbose_name = "попытка привязки"
        verbose_name_plural = "попытки привязки"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "at"], name="binding_user_at"),
            models.Index(fields=["address", "at"], name="binding_address_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%d.%m.%Y %H:%M} {self.user}: {self.get_outcome_display()}"


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
