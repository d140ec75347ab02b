"""Who may work with a contract: accesses, and the ways to one (binding, asking, being invited)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cabinet.contracts import querysets
from cabinet.contracts.doors import BY_STAFF
from cabinet.contracts.models.clients import Contract, Facility
from cabinet.contracts.roles import Role


class Scope(models.TextChoices):
    """How much of the contract an access covers."""

    WHOLE = "whole", "Ко всему договору"
    CHOSEN = "chosen", "К выбранным объектам"


class AccessTerms(models.Model):
    """In which role a person may work with a contract, with which of its facilities and until when."""

    role = models.CharField("роль", max_length=20, choices=Role)
    scope = models.CharField("доступ", max_length=10, choices=Scope, default=Scope.WHOLE)
    facilities = models.ManyToManyField(Facility, verbose_name="выбранные объекты", blank=True)
    until = models.DateField("действует по", null=True, blank=True, help_text="Включительно; пусто — бессрочно.")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(scope=Scope.WHOLE) | Q(role=Role.ENGINEER), name="%(class)s_chosen_only_for_engineers"
            ),
        ]


class ContractAccess(AccessTerms):
    """That a person may work with a contract, and on which terms."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="пользователь", related_name="accesses"
    )
    contract = models.ForeignKey(Contract, models.CASCADE, verbose_name="договор", related_name="accesses")
    created_at = models.DateTimeField("выдан", auto_now_add=True)

    objects = querysets.ContractAccessQuerySet.as_manager()

    class Meta:
        verbose_name = "доступ к договору"
        verbose_name_plural = "доступы к договорам"
        ordering = ["contract", "user"]
        constraints = [
            *AccessTerms.Meta.constraints,
            models.UniqueConstraint(fields=["user", "contract"], name="access_once_a_contract"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.contract}"

    @property
    def has_ended(self) -> bool:
        """Whether its last day has passed."""
        return self.until is not None and self.until < timezone.localdate()


class BindingAttempt(models.Model):
    """One attempt to bind a contract: kept for the limit and for the supplier's security."""

    class Outcome(models.TextChoices):
        BOUND = "bound", "Привязан"
        NOT_FOUND = "not_found", "Данные не совпали"
        REQUESTED = "requested", "Запрошен доступ"
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


class AccessRequest(models.Model):
    """A person who named a contract's data rightly but came second: its administrator decides, later a curator."""

    class State(models.TextChoices):
        WAITING = "waiting", "Ждёт решения"
        GRANTED = "granted", "Доступ выдан"
        REFUSED = "refused", "Отказано"
        WITHDRAWN = "withdrawn", "Отозван"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="кто просит", related_name="access_requests"
    )
    contract = models.ForeignKey(Contract, models.CASCADE, verbose_name="договор", related_name="access_requests")
    state = models.CharField("состояние", max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField("запрошен", auto_now_add=True)
    curator_from = models.DateTimeField("куратор решает с")
    decided_at = models.DateTimeField("решён", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="кто решил", related_name="+", null=True, blank=True
    )
    reason = models.CharField("причина отказа", max_length=300, blank=True)

    objects = querysets.AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "запрос доступа"
        verbose_name_plural = "запросы доступа"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "contract"], condition=Q(state="waiting"), name="request_waits_once_a_contract"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | ~Q(state="waiting") & Q(decided_at__isnull=False),
                name="request_decided_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.contract}, {self.get_state_display().lower()}"

    @property
    def decider(self) -> str:
        """Who decided it, as clients are told: the supplier's staff are not named; nobody while it waits."""
        if self.decided_by is None:
            return ""
        return BY_STAFF if self.decided_by.is_staff else self.decided_by.get_short_name()


class Invitation(models.Model):
    """A letter with a link to an address nobody has signed in with, and a code that the administrator tells by himself.

    Of the link and the code only hashes are kept. ``sent_at`` is when the worker sent the letter.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Ждёт"
        EXPIRED = "expired", "Истекло"
        EXHAUSTED = "exhausted", "Попытки исчерпаны"
        ACCEPTED = "accepted", "Принято"
        WITHDRAWN = "withdrawn", "Отозвано"

    email = models.EmailField("адрес")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="кто пригласил", related_name="invitations"
    )
    token_hash = models.CharField("хеш ссылки", max_length=64, unique=True, null=True, editable=False)
    code_hash = models.CharField("хеш кода", max_length=200, editable=False)
    tries = models.PositiveSmallIntegerField("неверных кодов", default=0)
    created_at = models.DateTimeField("создано", auto_now_add=True)
    expires_at = models.DateTimeField("действует до")
    sent_at = models.DateTimeField("отправлено", null=True, blank=True)
    accepted_at = models.DateTimeField("принято", null=True, blank=True)
    withdrawn_at = models.DateTimeField("отозвано", null=True, blank=True)

    objects = querysets.InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "приглашение"
        verbose_name_plural = "приглашения"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["email"], name="invitation_email")]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_accepted_or_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"Приглашение для {self.email} от {timezone.localtime(self.created_at):%d.%m.%Y}"

    @property
    def state(self) -> State:
        """What has become of it."""
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        if self.expires_at <= timezone.now():
            return self.State.EXPIRED
        return self.State.WAITING if self.tries < settings.INVITATION_CODE_TRIES else self.State.EXHAUSTED


class InvitedAccess(AccessTerms):
    """What an invitation gives in one contract."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, verbose_name="приглашение", related_name="accesses")
    contract = models.ForeignKey(Contract, models.CASCADE, verbose_name="договор", related_name="invited_accesses")

    class Meta:
        verbose_name = "доступ по приглашению"
        verbose_name_plural = "доступы по приглашениям"
        ordering = ["contract", "pk"]
        constraints = [
            *AccessTerms.Meta.constraints,
            models.UniqueConstraint(fields=["invitation", "contract"], name="invited_once_a_contract"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation}: {self.get_role_display()}, {self.contract}"
