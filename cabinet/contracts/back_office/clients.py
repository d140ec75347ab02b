"""Clients in the back office: organisations, their contracts and facilities, who may see them."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cabinet.accounts.models import User
from cabinet.contracts.back_office.forms import DepartmentFilterSet, DepartmentForm, FreeText
from cabinet.contracts.back_office.viewset import DepartmentViewSet
from cabinet.contracts.models import BindingAttempt, Contract, ContractAccess, Department, Facility, Organisation, Scope
from cabinet.contracts.roles import Role


def listed(url_name: str, **query: Any) -> str:
    """The address of a list with a filter set."""
    return f"{reverse(url_name)}?{urlencode(query)}"


class OrganisationFilterSet(DepartmentFilterSet):
    """Organisations by department."""

    class Meta:
        model = Organisation
        fields = ["contracts__department"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["contracts__department"].label = "Отделение"
        self.filters["contracts__department"].distinct = True


class OrganisationViewSet(DepartmentViewSet):
    """Organisations."""

    model = Organisation
    chosen = True
    icon = "home"
    list_display = ["name", "inn", "kpp", "email"]
    list_export = ["name", "inn", "kpp", "ogrn", "email"]
    search_fields = ("name", "inn", "kpp", "email")
    filterset_class = OrganisationFilterSet
    related_lists = (("Договоры", lambda one: listed("contract:index", q=one.inn)),)
    panels = [
        FieldPanel("name"),
        MultiFieldPanel([FieldRowPanel([FieldPanel("inn"), FieldPanel("kpp"), FieldPanel("ogrn")])], "Реквизиты"),
        FieldPanel("email"),
    ]


class ContractFilterSet(DepartmentFilterSet):
    """Contracts by department, price category and signature agreement."""

    class Meta:
        model = Contract
        fields = ["department", "curator", "price_category"]


class ContractViewSet(DepartmentViewSet):
    """Contracts."""

    model = Contract
    chosen = True
    icon = "doc-full"
    joined = ("organisation", "department", "curator")
    list_display = ["number", "date", "organisation", "department", "curator", "price_category"]
    list_export = ["number", "date", "organisation", "organisation.inn", "department", "curator", "price_category"]
    export_headings = {"organisation.inn": "ИНН"}
    search_fields = ("number", "organisation__name", "organisation__inn")
    filterset_class = ContractFilterSet
    related_lists = (
        ("Объекты", lambda one: listed("facility:index", contract=one.number)),
        ("Доступы", lambda one: listed("contractaccess:index", contract=one.number)),
    )
    panels = [
        FieldPanel("organisation"),
        FieldRowPanel([FieldPanel("number"), FieldPanel("date")]),
        FieldRowPanel([FieldPanel("department"), FieldPanel("curator")]),
        FieldRowPanel([FieldPanel("price_category"), FieldPanel("signature_agreement_date")]),
    ]


class FacilityFilterSet(DepartmentFilterSet):
    """Facilities by contract and department."""

    contract = FreeText("contract__number", "Номер договора")

    class Meta:
        model = Facility
        fields = ["contract__department"]


class FacilityViewSet(DepartmentViewSet):
    """Facilities."""

    model = Facility
    chosen = True
    icon = "site"
    joined = ("contract__organisation", "contract__department")
    list_display = ["name", "address", "contract", "contract__organisation"]
    list_export = ["name", "address", "contract.number", "contract.organisation"]
    export_headings = {"contract.number": "Номер договора", "contract.organisation": "Организация"}
    search_fields = ("name", "address", "contract__number", "contract__organisation__name")
    filterset_class = FacilityFilterSet
    related_lists = (("Точки учёта", lambda one: listed("meteringpoint:index", facility=one.name)),)
    panels = [FieldPanel("contract"), FieldPanel("name"), FieldPanel("address")]


class AccessForm(DepartmentForm):
    """An access is given to a user by his e-mail: clients are not shown as a list."""

    email = forms.EmailField(label="Логин пользователя", help_text="Адрес электронной почты, с которым он входит.")
    facilities = forms.ModelMultipleChoiceField(
        Facility.objects.all(),
        label="Выбранные объекты",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Только для роли «Энергетик» с доступом «К выбранным объектам».",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = self.fields["facilities"].queryset
        known = self.instance.contract_id
        self.fields["facilities"].queryset = mine.filter(contract=known) if known else mine.none()
        if not known:
            self.fields["facilities"].help_text = "Объекты можно выбрать после первого сохранения."
        if self.instance.pk:
            self.fields["contract"].disabled = True
            self.fields["email"].disabled = True
            self.initial["email"] = self.instance.user.email

    def clean_email(self) -> str:
        """The user of this login."""
        email = self.cleaned_data["email"].lower()
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None:
            raise forms.ValidationError("Пользователя с таким логином нет. Сначала он должен зарегистрироваться.")
        self.instance.user = user
        return email

    def clean(self) -> dict[str, Any]:
        """Chosen facilities are for engineers, and at least one is chosen."""
        data = super().clean()
        chosen = data.get("scope") == Scope.CHOSEN
        if chosen and data.get("role") != Role.ENGINEER:
            self.add_error("scope", "Доступ к выбранным объектам бывает только у роли «Энергетик».")
        if chosen and self.instance.pk and not data.get("facilities"):
            self.add_error("facilities", "Выберите хотя бы один объект.")
        contract = data.get("contract")
        if (
            contract
            and not self.instance.pk
            and ContractAccess.objects.filter(contract=contract, user__email=data.get("email", "")).exists()
        ):
            self.add_error("email", "У этого пользователя уже есть доступ к договору.")
        return data


class AccessFilterSet(DepartmentFilterSet):
    """Accesses by contract, role and department."""

    contract = FreeText("contract__number", "Номер договора")

    class Meta:
        model = ContractAccess
        fields = ["role", "contract__department"]


class AccessViewSet(DepartmentViewSet):
    """Accesses of people to contracts."""

    model = ContractAccess
    icon = "key"
    menu_label = "Доступы клиентов"
    base_form_class = AccessForm
    joined = ("user", "contract__organisation")
    list_display = ["user", "user__email", "role", "scope", "contract", "contract__organisation", "until"]
    list_export = ["user", "user.email", "get_role_display", "get_scope_display", "contract.number", "until"]
    export_headings = {
        "user.email": "Логин",
        "get_role_display": "Роль",
        "get_scope_display": "Доступ",
        "contract.number": "Номер договора",
    }
    search_fields = ("user__last_name", "user__first_name", "user__email", "contract__number")
    filterset_class = AccessFilterSet
    panels = [
        FieldPanel("contract"),
        FieldPanel("email", heading="Логин пользователя"),
        FieldRowPanel([FieldPanel("role"), FieldPanel("scope"), FieldPanel("until")]),
        FieldPanel("facilities"),
    ]


class DepartmentsViewSet(DepartmentViewSet):
    """The supplier's departments and their curators."""

    model = Department
    icon = "group"
    list_display = ["name", "head_name", "phone", "address"]
    list_export = ["name", "head_name", "address", "phone", "fax"]
    search_fields = ("name", "head_name", "address")
    panels = [
        FieldPanel("name"),
        MultiFieldPanel(
            [
                FieldPanel("head_name"),
                FieldPanel("address"),
                FieldRowPanel([FieldPanel("phone"), FieldPanel("fax")]),
            ],
            "Контакты, которые видят клиенты",
        ),
        FieldPanel("curators", widget=forms.CheckboxSelectMultiple),
    ]


class BindingAttemptViewSet(DepartmentViewSet):
    """Attempts to bind a contract: for the supplier's security, read only."""

    model = BindingAttempt
    icon = "lock"
    read_only = True
    inspect_view_enabled = True
    joined = ("user",)
    list_display = ["at", "user", "email", "inn", "number", "address", "outcome"]
    list_export = ["at", "user", "email", "inn", "number", "address", "get_outcome_display"]
    list_filter = ["outcome"]
    search_fields = ("user__email", "user__last_name", "email", "inn", "number")
    inspect_view_fields = ["at", "user", "address", "email", "inn", "number", "outcome"]


VIEWSETS = [
    OrganisationViewSet(),
    ContractViewSet(),
    FacilityViewSet(),
    AccessViewSet(),
    DepartmentsViewSet(),
    BindingAttemptViewSet(),
]
