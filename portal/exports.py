"""Downloads of the back office that no spreadsheet program runs."""

from functools import wraps
from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def neutral(value: Any) -> Any:
    """A cell's text that is never taken for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def neutralise_csv() -> None:
    """Wagtail's XLSX is safe by itself, its CSV is not."""
    preprocess = SpreadsheetExportMixin.preprocess_field_value

    @wraps(preprocess)
    def safe(self: SpreadsheetExportMixin, field: str, value: Any, export_format: str) -> Any:
        shown = preprocess(self, field, value, export_format)
        return neutral(shown) if export_format == self.FORMAT_CSV else shown

    SpreadsheetExportMixin.preprocess_field_value = safe
