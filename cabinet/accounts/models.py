"""The portal's user: clients and the supplier's staff alike, known by e-mail."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Lower
from django.utils import timezone

from cabinet.common.emails import plain_email
from cabinet.common.phones import format_phone


class UserQuerySet(models.QuerySet["User"]):
    """Users."""

    def account_of(self, email: str) -> "User | None":
        """The account of this login, with ``confirmed``: whether its owner has proved that the address is his."""
        proved = self.model._default_manager.filter(emailaddress__email=F("email"), emailaddress__verified=True)
        return self.filter(email=email).annotate(confirmed=Exists(proved.filter(pk=OuterRef("pk")))).first()

    def locked_account_of(self, email: str) -> "User | None":
        """``account_of``, asked once nobody else can change the account until the transaction ends."""
        list(self.select_for_update().filter(email=email).values_list("pk"))
        return self.account_of(email)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes users; their login is the e-mail in its one spelling."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with this login; without a password nobody can sign in as him."""
        user = self.model(email=plain_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator of the whole back office."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        """The user of this login, however it is written."""
        return self.get(email=plain_email(email or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person. ``home_layout`` keeps which widgets he folded, removed and in which order.

    Browsers that he signed in from before ``devices_forgotten_at`` are new again (``devices``).
    """

    email = models.EmailField("адрес электронной почты", unique=True)
    last_name = models.CharField("фамилия", max_length=100)
    first_name = models.CharField("имя", max_length=100)
    patronymic = models.CharField("отчество", max_length=100, blank=True)
    phone = models.CharField("контактный телефон", max_length=20, blank=True, help_text="В виде +79161234567.")
    is_staff = models.BooleanField("сотрудник", default=False, help_text="Может открыть рабочее место сотрудника.")
    is_active = models.BooleanField("включён", default=True, help_text="Снимите отметку вместо удаления.")
    is_demo = models.BooleanField("демонстрационный", default=False, editable=False)
    date_joined = models.DateTimeField("зарегистрирован", default=timezone.now, editable=False)
    home_layout = models.JSONField(default=dict, blank=True, editable=False)
    devices_forgotten_at = models.DateTimeField(null=True, editable=False)

    confirmed: bool
    """Known of an ``account_of`` alone."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["last_name", "first_name"]
    objects = UserManager()

    class Meta:
        verbose_name = "пользователь"
        verbose_name_plural = "пользователи"
        ordering = ["last_name", "first_name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def is_a_clients(self) -> bool:
        """Whether a client works with it: neither the supplier's staff nor switched off."""
        return self.is_active and not self.is_staff

    def get_full_name(self) -> str:
        """«Орлова Наталья Викторовна»."""
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)

    def get_short_name(self) -> str:
        """«Орлова Н. В.», as the manual shows people."""
        initials = [f"{part[0]}." for part in (self.first_name, self.patronymic) if part]
        return " ".join([self.last_name, *initials]).strip() or self.email

    def get_phone(self) -> str:
        """«+7 916 123-45-67»."""
        return format_phone(self.phone)

    def get_polite_name(self) -> str:
        """«Наталья Викторовна», as one addresses a person."""
        return " ".join(part for part in (self.first_name, self.patronymic) if part)
