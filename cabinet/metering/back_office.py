"""Metering points and meters in the back office; a meter's registers and ratios are edited with it."""

from typing import Any
from urllib.parse import urlencode

from django.forms import BaseInlineFormSet
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cabinet.contracts.back_office import (
    DepartmentFilterSet,
    DepartmentForm,
    DepartmentViewSet,
    FreeText,
    RowsPanel,
    rows_in_place,
    scoped_by,
)
from cabinet.metering.models import Meter, MeteringPoint, Register, TransformerRatio

scoped_by(MeteringPoint, "facility__contract__department")
scoped_by(Meter, "point__facility__contract__department")


class PointFilterSet(DepartmentFilterSet):
    """Points by contract, facility, voltage level and department."""

    contract = FreeText("facility__contract__number", "Номер договора")
    facility = FreeText("facility__name", "Объект")

    class Meta:
        model = MeteringPoint
        fields = ["voltage_level", "facility__contract__department"]


class PointViewSet(DepartmentViewSet):
    """Metering points."""

    model = MeteringPoint
    chosen = True
    icon = "crosshairs"
    joined = ("facility__contract__organisation",)
    list_display = [
        "name",
        "facility",
        "facility__contract__number",
        "voltage_level",
        "loss_percent",
        "loss_kwh",
        "max_power_kw",
    ]
    list_export = [
        "name",
        "facility",
        "facility.contract.number",
        "voltage_level",
        "loss_percent",
        "loss_kwh",
        "transit_consumer",
        "max_power_kw",
    ]
    export_headings = {"facility.contract.number": "Номер договора"}
    search_fields = ("name", "facility__name", "facility__contract__number")
    filterset_class = PointFilterSet
    related_lists = (("Приборы учёта", lambda one: f"{reverse('meter:index')}?{urlencode({'q': one.name})}"),)
    panels = [
        FieldPanel("facility"),
        FieldRowPanel([FieldPanel("name"), FieldPanel("voltage_level"), FieldPanel("max_power_kw")]),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("loss_percent"), FieldPanel("loss_kwh")]), FieldPanel("transit_consumer")],
            "Потери и транзит",
        ),
    ]


REGISTERS: type[BaseInlineFormSet] = rows_in_place(Meter, Register, ["energy", "zone"], min_num=1, validate_min=True)
RATIOS: type[BaseInlineFormSet] = rows_in_place(
    Meter, TransformerRatio, ["valid_from", "current_ratio", "voltage_ratio"]
)


class MeterForm(DepartmentForm):
    """A meter with its registers and ratios."""

    inlines = {"registers": REGISTERS, "ratios": RATIOS}


class MeterFilterSet(DepartmentFilterSet):
    """Meters by contract, state, verification and department."""

    contract = FreeText("point__facility__contract__number", "Номер договора")

    class Meta:
        model = Meter
        fields = {"state": ["exact"], "verification_due": ["lte"], "point__facility__contract__department": ["exact"]}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["verification_due__lte"].label = "Поверка истекает до"


class MeterViewSet(DepartmentViewSet):
    """Meters."""

    model = Meter
    icon = "order"
    base_form_class = MeterForm
    owned = ("registers", "ratios")
    joined = ("point__facility__contract",)
    list_display = [
        "serial",
        "type_name",
        "point",
        "point__facility",
        "point__facility__contract__number",
        "state",
        "verification_due",
    ]
    list_export = [
        "serial",
        "type_name",
        "point",
        "point.facility",
        "point.facility.contract.number",
        "digits_before",
        "digits_after",
        "get_state_display",
        "verification_due",
    ]
    export_headings = {
        "point.facility": "Объект",
        "point.facility.contract.number": "Номер договора",
        "get_state_display": "Состояние",
    }
    search_fields = ("serial", "type_name", "point__name", "point__facility__name", "point__facility__contract__number")
    filterset_class = MeterFilterSet
    panels = [
        FieldPanel("point"),
        FieldRowPanel([FieldPanel("serial"), FieldPanel("type_name")]),
        FieldRowPanel([FieldPanel("digits_before"), FieldPanel("digits_after")]),
        FieldRowPanel([FieldPanel("state"), FieldPanel("verification_due")]),
        RowsPanel("registers", heading="Шкалы", add_label="Добавить шкалу"),
        RowsPanel("ratios", heading="Коэффициенты трансформации", add_label="Добавить коэффициенты"),
    ]


VIEWSETS = [PointViewSet(), MeterViewSet()]
