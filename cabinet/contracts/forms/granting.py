"""The form of «Добавить пользователя», for one contract and for many."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from cabinet.common.fields import EmailField
from cabinet.contracts.forms.picker import Picker
from cabinet.contracts.forms.terms import TermsForm
from cabinet.contracts.models import Contract, Facility
from cabinet.contracts.roles import Ability

_RUSSIAN, _LATIN = re.compile("[А-Яа-яЁё]"), re.compile("[A-Za-z]")


class LoginField(EmailField):
    """An address that is a login; letters of the wrong keyboard are named as what they are."""

    def run_validators(self, value: str) -> None:
        """Raises ValidationError for Russian letters where an address has none, then as an address does."""
        local, _, domain = value.rpartition("@")
        mixed = any(_RUSSIAN.search(part) and _LATIN.search(part) for part in domain.split("."))
        if mixed or _RUSSIAN.search(local):
            raise forms.ValidationError("В адресе русские буквы. Проверьте раскладку клавиатуры.", code="russian")
        super().run_validators(value)


class GrantForm(TermsForm):
    """Role → for «Энергетик» the scope → facilities → last day → e-mail; for many contracts these first.

    ``contract`` is the one whose window it is, none for many. Whatever the step, all that was typed comes back.
    """

    email = LoginField(
        label="E-mail пользователя",
        max_length=254,
        help_text="Логин, с которым он входит в личный кабинет. Если его ещё нет, вы сможете пригласить его.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Введите e-mail пользователя."},
    )

    def __init__(self, user: Any, contract: Contract | None, data: QueryDict | None = None) -> None:
        self.contract = contract
        if contract:
            super().__init__(contract.facilities.all(), data)
        else:
            self.contracts = _contract_list(user, QueryDict() if data is None else data)
            rows = Facility.objects.filter(contract__in=self.contracts.chosen).select_related("contract")
            rows = rows.order_by("contract__number", "name", "pk")
            super().__init__(rows, data, group=_contract_of, above=[self.contracts])
        self.fields["until"].label = "Доступ действует по"

    def clean(self) -> dict[str, Any]:
        """The lists: nobody else's rows, and something of each."""
        if not self.contract and self.contracts.foreign:
            self.contracts.error = "Некоторыми из этих договоров вы не управляете: проверьте выбор."
        elif not self.contract and not (self.contracts.chosen or self.contracts.error):
            self.contracts.error = "Выберите хотя бы один договор."
        return super().clean()

    def names_strangers(self) -> bool:
        """Whether a facility is of nobody's own; those of an own contract that is no longer ticked just go."""
        if self.contract or not self.facilities.foreign:
            return super().names_strangers()
        own = Facility.objects.filter(contract__in=self.contracts.rows.values("pk")).values_list("pk", flat=True)
        return not self.facilities.sent <= set(own)

    def chosen_contracts(self) -> list[Contract]:
        """The contracts to which access is given."""
        return [self.contract] if self.contract else list(self.contracts.rows.filter(pk__in=self.contracts.chosen))


def _contract_list(user: Any, sent: QueryDict) -> Picker:
    own = Contract.objects.for_user(user, Ability.ACCESS).values_list("pk", flat=True)
    rows = Contract.objects.filter(pk__in=list(own)).select_related("organisation")
    rows = rows.order_by("organisation__name", "organisation", "number")
    words = {
        "hint": "Номер договора, организация или ИНН",
        "empty": "Вы не управляете доступом ни к одному договору.",
    }
    return Picker("contract", "Договоры", rows, _find_contract, _organisation_of, sent, **words)


def _find_contract(rows: QuerySet, text: str) -> QuerySet:
    return rows.search(text)


def _organisation_of(contract: Contract) -> str:
    return str(contract.organisation)


def _contract_of(facility: Facility) -> str:
    return f"Договор № {facility.contract.number}"
