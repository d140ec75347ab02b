"""What a person has to do now: who asks for access to his contracts."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from cabinet.common.todo import SHOWN, TodoItem
from cabinet.contracts.models import AccessRequest


def access_requests_todo(user: Any) -> list[TodoItem]:
    """The requests for access that the user may decide, the oldest first."""
    return [
        _item(asked) for asked in AccessRequest.objects.to_decide_by(user).select_related("user", "contract")[:SHOWN]
    ]


def _item(asked: AccessRequest) -> TodoItem:
    decided_from = timezone.localtime(asked.curator_from)
    return TodoItem(
        title=f"Решить, дать ли доступ: {asked.user.get_short_name()}",
        detail=f"Договор № {asked.contract.number} · с {decided_from:%d.%m.%Y %H:%M} сможет решить и куратор",
        url=reverse("access-request", args=[asked.contract_id, asked.pk]),
        action="Рассмотреть",
        window=True,
    )
