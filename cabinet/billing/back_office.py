"""Payments, documents and acts of violation in the back office."""

from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cabinet.billing.models import Payment, SupplierDocument, ViolationAct
from cabinet.contracts.back_office import DepartmentFilterSet, DepartmentViewSet, FreeText, scoped_by

scoped_by(Payment, "contract__department")
scoped_by(SupplierDocument, "contract__department")
scoped_by(ViolationAct, "contract__department")

CONTRACT = "contract__number"
OF_CONTRACT = ("contract__number", "contract__organisation__name")


class MoneyViewSet(DepartmentViewSet):
    """What the three lists have in common."""

    joined = ("contract__organisation",)
    export_headings = {"contract.number": "Номер договора", "get_kind_display": "Вид"}


class PaymentFilterSet(DepartmentFilterSet):
    """Payments by contract, date and department."""

    contract_number = FreeText(CONTRACT, "Номер договора")

    class Meta:
        model = Payment
        fields = {"date": ["gte", "lte"], "contract__department": ["exact"]}


class PaymentViewSet(MoneyViewSet):
    """Payments."""

    model = Payment
    icon = "download"
    list_display = ["number", "date", "contract__number", "contract__organisation__name", "amount"]
    list_export = ["contract.number", "number", "date", "amount"]
    search_fields = ("number", *OF_CONTRACT)
    filterset_class = PaymentFilterSet
    panels = [
        FieldPanel("contract"),
        FieldRowPanel([FieldPanel("number"), FieldPanel("date"), FieldPanel("amount")]),
    ]


class DocumentFilterSet(DepartmentFilterSet):
    """Documents by contract, kind, date and department."""

    contract_number = FreeText(CONTRACT, "Номер договора")

    class Meta:
        model = SupplierDocument
        fields = {"kind": ["exact"], "date": ["gte", "lte"], "contract__department": ["exact"]}


class DocumentViewSet(MoneyViewSet):
    """Documents of the supplier."""

    model = SupplierDocument
    icon = "doc-full"
    list_display = ["number", "kind", "date", "contract__number", "total", "vat"]
    list_export = ["contract.number", "get_kind_display", "date", "number", "total", "vat"]
    search_fields = ("number", *OF_CONTRACT)
    filterset_class = DocumentFilterSet
    panels = [
        FieldPanel("contract"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("number"), FieldPanel("date")]),
        FieldRowPanel([FieldPanel("total"), FieldPanel("vat")]),
    ]


class ViolationFilterSet(DepartmentFilterSet):
    """Acts by contract, kind, date and department."""

    contract_number = FreeText(CONTRACT, "Номер договора")

    class Meta:
        model = ViolationAct
        fields = {"kind": ["exact"], "date": ["gte", "lte"], "contract__department": ["exact"]}


class ViolationViewSet(MoneyViewSet):
    """Acts of violation."""

    model = ViolationAct
    icon = "warning"
    list_display = ["number", "date", "kind", "contract__number", "point_name", "amount"]
    list_export = [
        "contract.number",
        "number",
        "date",
        "get_kind_display",
        "period_from",
        "period_to",
        "point_name",
        "meter_serial",
        "amount",
    ]
    search_fields = ("number", "point_name", "meter_serial", *OF_CONTRACT)
    filterset_class = ViolationFilterSet
    panels = [
        FieldPanel("contract"),
        FieldRowPanel([FieldPanel("number"), FieldPanel("date"), FieldPanel("kind")]),
        MultiFieldPanel([FieldRowPanel([FieldPanel("period_from"), FieldPanel("period_to")])], "Период учета"),
        FieldRowPanel([FieldPanel("point_name"), FieldPanel("meter_serial")]),
        FieldPanel("amount"),
    ]


VIEWSETS = [PaymentViewSet(), DocumentViewSet(), ViolationViewSet()]
