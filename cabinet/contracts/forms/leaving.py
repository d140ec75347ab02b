"""The form that hands the administration of a contract over."""

from collections.abc import Iterable
from typing import Any

from django import forms

from cabinet.contracts.models import ContractAccess
from cabinet.contracts.roles import Role

LEAVE = "leave"


class HandOverForm(forms.Form):
    """To whom the administration goes, and what becomes of oneself."""

    colleague = forms.TypedChoiceField(
        label="Новый администратор",
        coerce=int,
        help_text="Он получит доступ ко всему договору без срока и письмо об этом.",
        error_messages={
            "required": "Выберите нового администратора.",
            "invalid_choice": "У этого пользователя нет доступа к договору. Выберите другого.",
        },
    )
    stay = forms.ChoiceField(
        label="Вы сами",
        choices=[
            (LEAVE, "Отвяжу договор от своей учётной записи"),
            (Role.ACCOUNTANT.value, f"Останусь: {Role.ACCOUNTANT.label}"),
            (Role.ENGINEER.value, f"Останусь: {Role.ENGINEER.label}, ко всему договору"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите, что будет с вашим доступом.", "invalid_choice": "Такого выбора нет."},
    )

    def __init__(self, *args: Any, colleagues: Iterable[ContractAccess], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [
            (str(one.pk), f"{one.user.get_short_name()}, {one.user.email}, {one.get_role_display()}")
            for one in colleagues
        ]
        self.has_colleagues = bool(named)
        self.fields["colleague"].choices = [("", "Выберите пользователя"), *named]

    def stay_as(self) -> Role | None:
        """The role in which the person stays, None for leaving."""
        chosen = self.cleaned_data["stay"]
        return None if chosen == LEAVE else Role(chosen)
