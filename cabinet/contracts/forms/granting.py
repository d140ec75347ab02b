"""The form of «Добавить пользователя», for one contract and for many."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from cabinet.contracts.actions.administering import Terms
from cabinet.contracts.forms.picker import Picker
from cabinet.contracts.forms.terms import ENTER, RoleForm, find_facility
from cabinet.contracts.models import Contract, Facility, Scope
from cabinet.contracts.roles import Ability, Role
from cabinet.contracts.rules import plain_email

FIND, CONFIRM, INVITE = "find", "confirm", "invite"
CHECKED = (FIND, CONFIRM, INVITE)
_RUSSIAN, _LATIN = re.compile("[А-Яа-яЁё]"), re.compile("[A-Za-z]")


class LoginField(forms.EmailField):
    """An address that is a login; letters of the wrong keyboard are named as what they are."""

    def run_validators(self, value: str) -> None:
        """Raises ValidationError for Russian letters where an address has none, then as an address does."""
        local, _, domain = value.rpartition("@")
        mixed = any(_RUSSIAN.search(part) and _LATIN.search(part) for part in domain.split("."))
        if mixed or _RUSSIAN.search(local):
            raise forms.ValidationError("В адресе русские буквы. Проверьте раскладку клавиатуры.", code="russian")
        super().run_validators(value)


class GrantForm(RoleForm):
    """Role → for «Энергетик» the scope → facilities → last day → e-mail; for many contracts these first.

    ``contract`` is the one whose window it is, none for many. Whatever the step, all that was typed comes back;
    it is checked only when somebody is looked for.
    """

    email = LoginField(
        label="E-mail пользователя",
        max_length=254,
        help_text="Логин, с которым он входит в личный кабинет. Если его ещё нет, вы сможете пригласить его.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Введите e-mail пользователя.",
            "invalid": "Введите адрес полностью, например name@company.ru.",
        },
    )

    def __init__(self, user: Any, contract: Contract | None, data: QueryDict | None = None) -> None:
        sent = QueryDict() if data is None else data
        self.user, self.contract, self.step = user, contract, sent.get("step", ENTER)
        list_name, _, act = self.step.partition(":")
        self.contracts = None if contract else self._contract_list(sent, act if list_name == "contract" else "")
        self.facilities = self._facility_list(sent, act if list_name == "facility" else "")
        if self.step == ENTER and data is not None:
            anew = next((each for each in self.pickers if each.typed_anew), None)
            self.step = f"{anew.name}:search" if anew else FIND
        super().__init__(sent if self.step in CHECKED else None, initial=sent.dict())
        self.fields["until"].label = "Доступ действует по"

    @property
    def pickers(self) -> list[Picker]:
        """The lists of the form."""
        return [each for each in (self.contracts, self.facilities) if each]

    def _contract_list(self, sent: QueryDict, act: str) -> Picker:
        own = Contract.objects.for_user(self.user, Ability.ACCESS).values_list("pk", flat=True)
        rows = Contract.objects.filter(pk__in=list(own)).select_related("organisation")
        rows = rows.order_by("organisation__name", "organisation", "number")
        words = {
            "hint": "Номер договора, организация или ИНН",
            "empty": "Вы не управляете доступом ни к одному договору.",
        }
        return Picker("contract", "Договоры", rows, _find_contract, _organisation_of, sent, act, **words)

    def _facility_list(self, sent: QueryDict, act: str) -> Picker:
        keys = [self.contract.pk] if self.contract else self.contracts.chosen
        rows = Facility.objects.filter(contract__in=keys)
        if not self.contract:
            rows = rows.select_related("contract").order_by("contract__number", "name", "pk")
        title = (lambda one: "") if self.contract else lambda one: f"Договор № {one.contract.number}"
        return Picker("facility", "Объекты", rows, find_facility, title, sent, act)

    def is_valid(self) -> bool:
        """Whether the fields and the lists are in order."""
        return super().is_valid() and not any(each.error for each in self.pickers)

    def clean_email(self) -> str:
        """The login as it is kept."""
        return plain_email(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """The lists: nobody else's rows, and something of each."""
        data = super().clean()
        if self.contracts and self.contracts.foreign:
            self.contracts.error = "Некоторыми из этих договоров вы не управляете: проверьте выбор."
        elif self.contracts and not self.contracts.chosen:
            self.contracts.error = "Выберите хотя бы один договор."
        if data.get("scope") == Scope.CHOSEN:
            self.facilities.error = self._facilities_problem()
        return data

    def _facilities_problem(self) -> str:
        """What is wrong with the chosen facilities; those of an own contract that is no longer ticked just go."""
        if self.facilities.foreign and (self.contract or self._names_strangers()):
            return "Некоторых из этих объектов в договоре нет: проверьте выбор."
        return "" if self.facilities.chosen else "Выберите хотя бы один объект."

    def _names_strangers(self) -> bool:
        own = set(Facility.objects.filter(contract__in=self.contracts.rows.values("pk")).values_list("pk", flat=True))
        return not self.facilities.sent <= own

    def chosen_contracts(self) -> list[Contract]:
        """The contracts to which access is given."""
        return [self.contract] if self.contract else list(self.contracts.rows.filter(pk__in=self.contracts.chosen))

    def terms(self) -> Terms:
        """What was chosen, the facilities of all contracts together."""
        data = self.cleaned_data
        chosen = self.facilities.chosen if data["scope"] == Scope.CHOSEN else ()
        return Terms(Role(data["role"]), Scope(data["scope"]), frozenset(chosen), data["until"])


def _find_contract(rows: QuerySet, text: str) -> QuerySet:
    return rows.search(text)


def _organisation_of(contract: Contract) -> str:
    return str(contract.organisation)
