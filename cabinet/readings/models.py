"""Readings of registers by period, what happened to them, and the printed acts."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from cabinet.common.jobs import Job, JobState
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract
from cabinet.metering.models import Register
from cabinet.readings import querysets
from cabinet.readings.statuses import Acceptance, Event, FileFormat, Kind, Stage, Status, status_of


class Reading(models.Model):
    """One register's reading of one period and kind.

    What was typed last (``draft``, or ``draft_text`` with ``problem`` where it cannot be taken)
    stands beside the value last sent (``sent``): a correction never hides what counts.
    ``warning`` says why the draft does not look right; it is sent once ``warning_confirmed_at`` is set.
    """

    register = models.ForeignKey(Register, models.CASCADE, verbose_name="шкала", related_name="readings")
    period = models.DateField("расчётный период")
    kind = models.CharField("вид", max_length=10, choices=Kind, default=Kind.CURRENT)

    draft = models.DecimalField("введено", max_digits=18, decimal_places=6, null=True, blank=True)
    draft_text = models.CharField("введённый текст", max_length=40, blank=True)
    problem = models.CharField("ошибка", max_length=200, blank=True)
    warning = models.CharField("предупреждение", max_length=300, blank=True)
    warning_confirmed_at = models.DateTimeField("подтверждено", null=True, blank=True)
    draft_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="кто ввёл", related_name="+", null=True, blank=True
    )
    draft_at = models.DateTimeField("когда введено", null=True, blank=True)

    sent = models.DecimalField("передано", max_digits=18, decimal_places=6, null=True, blank=True)
    sent_at = models.DateTimeField("когда передано", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="кто передал", related_name="+", null=True, blank=True
    )
    door = models.CharField("откуда", max_length=10, choices=Door, default=Door.PAGE)
    sent_warning = models.CharField("предупреждение, подтверждённое клиентом", max_length=300, blank=True)
    acceptance = models.CharField("приём", max_length=10, choices=Acceptance, default=Acceptance.PENDING)
    acceptance_reason = models.CharField("причина", max_length=300, blank=True)
    version = models.PositiveIntegerField("версия", default=0, editable=False)

    objects = querysets.ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = "показание"
        verbose_name_plural = "показания"
        ordering = ["-period", "register", "kind"]
        indexes = [models.Index(fields=["acceptance", "-period"], name="reading_acceptance")]
        constraints = [
            models.UniqueConstraint(fields=["register", "kind", "period"], name="reading_once_a_period"),
            models.CheckConstraint(condition=Q(period__day=1), name="reading_period_is_first_day"),
            models.CheckConstraint(condition=Q(draft=None) | Q(draft_text=""), name="reading_draft_or_wrong_text"),
            models.CheckConstraint(condition=Q(draft_text="") | ~Q(problem=""), name="reading_wrong_text_has_problem"),
            models.CheckConstraint(
                condition=Q(sent=None, sent_at=None) | Q(sent__isnull=False, sent_at__isnull=False),
                name="reading_sent_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(draft=None) | Q(draft__gte=0)) & (Q(sent=None) | Q(sent__gte=0)),
                name="reading_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(acceptance=Acceptance.PENDING) | Q(sent__isnull=False), name="reading_accepted_was_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register_id} {self.period:%m.%Y}: {self.draft if self.draft is not None else self.sent}"

    @property
    def value(self) -> Decimal | None:
        """The value the person sees: what he typed last, else what was sent."""
        return self.draft if self.draft is not None else self.sent

    @property
    def status(self) -> Status:
        """The state shown beside the reading."""
        return status_of(
            draft=self.draft,
            draft_text=self.draft_text,
            warning=self.warning,
            warning_confirmed_at=self.warning_confirmed_at,
            sent=self.sent,
            acceptance=self.acceptance,
        )


class ReadingEvent(models.Model):
    """A line of a reading's history: who did what with which value through which door."""

    reading = models.ForeignKey(Reading, models.CASCADE, verbose_name="показание", related_name="events")
    at = models.DateTimeField("когда")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="кто", related_name="+", null=True, blank=True
    )
    door = models.CharField("откуда", max_length=10, choices=Door, default=Door.PAGE)
    event = models.CharField("событие", max_length=10, choices=Event)
    value = models.DecimalField("значение", max_digits=18, decimal_places=6, null=True, blank=True)
    note = models.CharField("пояснение", max_length=300, blank=True)

    class Meta:
        verbose_name = "событие показания"
        verbose_name_plural = "история показаний"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%d.%m.%Y %H:%M} {self.get_event_display()}"


class AcceptedConsumption(models.Model):
    """What the supplier took into calculation of a register for a closed period: from his own billing."""

    register = models.ForeignKey(
        Register,
        models.CASCADE,
        verbose_name="шкала",
        related_name="accepted_consumption",
        help_text="Шкала прибора учёта, по которой принят расход.",
    )
    period = models.DateField("расчётный период", help_text="Первое число месяца.")
    energy = models.DecimalField(
        "принятый расход",
        max_digits=15,
        decimal_places=3,
        help_text="кВт·ч или кВар·ч с потерями; после перерасчёта может быть меньше нуля.",
    )

    class Meta:
        verbose_name = "принятый расход"
        verbose_name_plural = "принятые расходы"
        ordering = ["-period", "register"]
        constraints = [
            models.UniqueConstraint(fields=["register", "period"], name="consumption_once_a_period"),
            models.CheckConstraint(condition=Q(period__day=1), name="consumption_period_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.register}, {self.period:%m.%Y}: {self.energy.normalize():f}"


class HandedOverAct(models.Model):
    """That the act of a contract and period was handed over for signature: its readings are locked."""

    contract = models.ForeignKey(Contract, models.CASCADE, verbose_name="договор", related_name="+")
    period = models.DateField("расчётный период")
    at = models.DateTimeField("когда", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="кто", related_name="+", null=True)

    class Meta:
        verbose_name = "переданный на подпись акт"
        verbose_name_plural = "переданные на подпись акты"
        constraints = [models.UniqueConstraint(fields=["contract", "period"], name="act_handed_over_once")]

    def __str__(self) -> str:
        return f"{self.contract}, {self.period:%m.%Y}"


def print_path(instance: "ActPrint", filename: str) -> str:
    """Where the file of a printed act is kept: a random name tells nothing and cannot be guessed."""
    return f"{ActPrint.FOLDER}/{uuid.uuid4().hex}.{instance.file_format}"


class ActPrint(Job):
    """An act of a contract and period that a person asked for on paper, made in the background.

    ``facility_ids`` are the facilities in the file: who sees fewer now is not given it.
    """

    FOLDER = "acts"

    contract = models.ForeignKey(Contract, models.CASCADE, verbose_name="договор", related_name="+")
    period = models.DateField("расчётный период")
    filled = models.BooleanField("заполненная")
    file_format = models.CharField("формат", max_length=4, choices=FileFormat, default=FileFormat.PDF)
    facility_ids = models.JSONField("объекты", default=list)
    file = models.FileField("файл", upload_to=print_path, blank=True)

    objects = querysets.ActPrintQuerySet.as_manager()

    class Meta:
        verbose_name = "печать ведомости"
        verbose_name_plural = "печать ведомостей"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "contract", "period", "filled", "file_format"],
                condition=Q(state__in=JobState.active()),
                name="act_print_one_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(state=JobState.DONE) | ~Q(file=""), name="act_print_done_has_file"),
        ]

    def __str__(self) -> str:
        return f"{self.contract}, {self.period:%m.%Y}: {self.get_state_display()}"

    @property
    def number(self) -> str:
        """The number on the document."""
        return f"{self.pk:06d}"


class ActTemplate(models.Model):
    """The Word template of the act that a clerk put in place of the portal's own: there is one or none."""

    id = models.PositiveSmallIntegerField("номер", primary_key=True, default=1, editable=False)
    name = models.CharField("имя файла", max_length=200)
    content = models.BinaryField("содержимое")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="кто", related_name="+", null=True)
    at = models.DateTimeField("когда", auto_now=True)

    class Meta:
        verbose_name = "шаблон ведомости"
        verbose_name_plural = "шаблоны ведомости"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="act_template_is_one")]

    def __str__(self) -> str:
        return self.name


def upload_path(instance: "FormUpload", filename: str) -> str:
    """Where an uploaded form and what was found in it are kept, under random names."""
    return f"{FormUpload.FOLDER}/{uuid.uuid4().hex}"


class FormUpload(Job):
    """A form in Excel that a person uploaded: judged in the background, then applied once he has confirmed it.

    ``stage`` says which of the two the job's state is of. ``findings`` is what the judging found, row
    by row (``workbook.findings``); ``summary`` its counts, and ``result`` what became of them.
    """

    FOLDER = "uploads"

    name = models.CharField("имя файла", max_length=200)
    stage = models.CharField("этап", max_length=10, choices=Stage, default=Stage.JUDGING)
    file = models.FileField("файл", upload_to=upload_path)
    findings = models.FileField("найденное", upload_to=upload_path, blank=True)
    summary = models.JSONField("сводка", default=dict)
    facility_ids = models.JSONField("объекты", default=list)
    with_stale = models.BooleanField("заменить изменённое после выгрузки", default=False)
    result = models.JSONField("итог", default=dict)

    objects = querysets.OwnJobQuerySet.as_manager()

    class Meta:
        verbose_name = "загруженная форма"
        verbose_name_plural = "загруженные формы"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=JobState.DONE) | ~Q(findings=""), name="form_upload_done_has_findings"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_stage_display()}, {self.get_state_display()}"

    @property
    def is_judged(self) -> bool:
        """Whether it waits for the person's confirmation."""
        return self.stage == Stage.JUDGING and self.state == JobState.DONE

    @property
    def is_applied(self) -> bool:
        return self.stage == Stage.APPLYING and self.state == JobState.DONE


def export_path(instance: "FormExport", filename: str) -> str:
    """Where a large form is kept, under a random name."""
    return f"{FormExport.FOLDER}/{uuid.uuid4().hex}"


class FormExport(Job):
    """A large form in Excel that a person asked for; without a contract, one of all his contracts.

    ``facility_ids`` are the facilities in the file: who sees fewer now is not given it.
    """

    FOLDER = "exports"

    contract = models.ForeignKey(
        Contract, models.CASCADE, verbose_name="договор", related_name="+", null=True, blank=True
    )
    period = models.DateField("расчётный период", null=True, blank=True)
    facility_ids = models.JSONField("объекты", default=list)
    file = models.FileField("файл", upload_to=export_path, blank=True)

    objects = querysets.OwnJobQuerySet.as_manager()

    class Meta:
        verbose_name = "выгрузка формы"
        verbose_name_plural = "выгрузки форм"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state__in=JobState.active()), name="form_export_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(state=JobState.DONE) | ~Q(file=""), name="form_export_done_has_file"),
        ]

    def __str__(self) -> str:
        return f"{self.contract or 'Все договоры'}: {self.get_state_display()}"
