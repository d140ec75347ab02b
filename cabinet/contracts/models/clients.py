"""The tenant: organisations, their contracts and facilities, who serves them."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from cabinet.contracts import querysets
from cabinet.contracts.trail.recording import ContractLogEntry  # noqa: F401  (a model of this app)
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
