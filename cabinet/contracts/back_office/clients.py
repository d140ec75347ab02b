"""Clients in the back office: organisations, their contracts and facilities, who may see them."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cabinet.contracts.back_office.accesses import AccessViewSet
from cabinet.contracts.back_office.forms import DepartmentFilterSet, FreeText
from cabinet.contracts.back_office.viewset import DepartmentViewSet
from cabinet.contracts.models import BindingAttempt, Contract, Department, Facility, Organisation


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
