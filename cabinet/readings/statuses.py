"""What a reading, and all of a contract, can be, in the manual's words, and how each state looks."""

from typing import Any

from django.db import models


class Kind(models.TextChoices):
    """A reading at the end of the period, or the one it starts from."""

    CURRENT = "current", "Текущее показание"
    OPENING = "opening", "Показание на начало периода"


class Acceptance(models.TextChoices):
    """What the supplier made of a reading that was sent."""

    PENDING = "pending", "Передано"
    ACCEPTED = "accepted", "Принято в расчет"
    REJECTED = "rejected", "Не принято в расчет"


class Status(models.TextChoices):
    """The state shown beside a reading."""

    EMPTY = "empty", "Не заполнено"
    WRONG = "wrong", "Ошибка"
    QUESTION = "question", "Проверьте показание"
    READY = "ready", "Готово к передаче"
    SENT = "sent", "Передано"
    ACCEPTED = "accepted", "Принято в расчет"
    REJECTED = "rejected", "Не принято в расчет"


def status_of(
    *, draft: Any, draft_text: str, warning: str, warning_confirmed_at: Any, sent: Any, acceptance: str
) -> Status:
    """The state of a reading by its own fields."""
    if draft_text:
        return Status.WRONG
    if draft is not None:
        return Status.QUESTION if warning and warning_confirmed_at is None else Status.READY
    if sent is None:
        return Status.EMPTY
    return Status.SENT if acceptance == Acceptance.PENDING else Status(acceptance)


# tone of the badge and name of its icon
LOOK: dict[Status, tuple[str, str]] = {
    Status.EMPTY: ("muted", "pencil"),
    Status.WRONG: ("bad", "alert-circle"),
    Status.QUESTION: ("warn", "alert-triangle"),
    Status.READY: ("ready", "check"),
    Status.SENT: ("ok", "circle-check"),
    Status.ACCEPTED: ("ok", "circle-check"),
    Status.REJECTED: ("bad", "circle-x"),
}


class ContractState(models.TextChoices):
    """How far a contract's readings are: what stops the sending."""

    READY = "ready", "Готово к передаче"
    WRONG = "wrong", "Есть ошибки"
    REJECTED = "rejected", "Не принято в расчет"
    QUESTION = "question", "Проверьте показания"
    PARTLY = "partly", "Заполнено частично"
    EMPTY = "empty", "Не заполнено"
    SENT = "sent", "Передано"
    CLOSED = "closed", "Приём закрыт"
    NONE = "none", "Нет приборов учёта"


# tone of the badge and name of its icon
CONTRACT_LOOK: dict[ContractState, tuple[str, str]] = {
    ContractState.READY: ("ready", "check"),
    ContractState.WRONG: ("bad", "alert-circle"),
    ContractState.REJECTED: ("bad", "circle-x"),
    ContractState.QUESTION: ("warn", "alert-triangle"),
    ContractState.PARTLY: ("muted", "pencil"),
    ContractState.EMPTY: ("muted", "pencil"),
    ContractState.SENT: ("ok", "circle-check"),
    ContractState.CLOSED: ("muted", "lock"),
    ContractState.NONE: ("muted", "lock"),
}


class FileFormat(models.TextChoices):
    """In which formats the act is printed; the value is the file's extension."""

    PDF = "pdf", "PDF"
    WORD = "docx", "Word"
    EXCEL = "xlsx", "Excel"


class Event(models.TextChoices):
    """What happened to a reading, for its history."""

    TYPED = "typed", "Введено"
    CLEARED = "cleared", "Очищено"
    CONFIRMED = "confirmed", "Подтверждено"
    SENT = "sent", "Передано"
    OPENED = "opened", "Внесено показание на начало периода"
    ACCEPTED = "accepted", "Принято в расчет"
    REJECTED = "rejected", "Не принято в расчет"


class Stage(models.TextChoices):
    """What is done with an uploaded form: it is judged, then, once confirmed, applied, or thrown away."""

    JUDGING = "judging", "Проверка"
    APPLYING = "applying", "Сохранение"
    CANCELLED = "cancelled", "Отмена"
