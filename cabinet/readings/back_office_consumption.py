"""Accepted consumption in the back office: it comes from files alone, here it is looked at."""

from cabinet.contracts.back_office import DepartmentFilterSet, DepartmentViewSet, FreeText, scoped_by
from cabinet.readings.models import AcceptedConsumption

CONTRACT = "register__meter__point__facility__contract"

scoped_by(AcceptedConsumption, f"{CONTRACT}__department")


class ConsumptionFilterSet(DepartmentFilterSet):
    """By contract, meter, period and department."""

    contract = FreeText(f"{CONTRACT}__number", "Номер договора")
    serial = FreeText("register__meter__serial", "Номер прибора учёта")

    class Meta:
        model = AcceptedConsumption
        fields = {"period": ["gte", "lte"], f"{CONTRACT}__department": ["exact"]}


class ConsumptionViewSet(DepartmentViewSet):
    """What was taken into calculation, register by register."""

    model = AcceptedConsumption
    icon = "tick"
    read_only = True
    inspect_view_enabled = True
    joined = (f"{CONTRACT}__organisation",)
    list_display = ["period", "register__meter__serial", "register", f"{CONTRACT}__number", "energy"]
    list_export = [
        "period",
        "register.meter.serial",
        "register",
        "register.meter.point.facility.contract.number",
        "energy",
    ]
    export_headings = {
        "register.meter.serial": "Номер прибора учёта",
        "register.meter.point.facility.contract.number": "Номер договора",
    }
    search_fields = ("register__meter__serial", f"{CONTRACT}__number", f"{CONTRACT}__organisation__name")
    filterset_class = ConsumptionFilterSet
    inspect_view_fields = ["period", "register", "energy"]


VIEWSETS = [ConsumptionViewSet()]
