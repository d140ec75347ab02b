"""The clients' part of the back office, and the door that higher apps' viewsets go through too."""

from cabinet.contracts.back_office.forms import (
    DepartmentFilterSet,
    DepartmentForm,
    FreeText,
    RowsPanel,
    rows_in_place,
)
from cabinet.contracts.back_office.scope import reachable, scoped_by
from cabinet.contracts.back_office.shell import office_page
from cabinet.contracts.back_office.viewset import DepartmentViewSet

__all__ = [
    "DepartmentFilterSet",
    "DepartmentForm",
    "DepartmentViewSet",
    "FreeText",
    "RowsPanel",
    "office_page",
    "reachable",
    "rows_in_place",
    "scoped_by",
]
