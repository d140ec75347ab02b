"""Addresses of the readings."""

from django.urls import path, register_converter

from cabinet.common.converters import PeriodConverter
from cabinet.readings.views import entry, opening, page, printing, sending

register_converter(PeriodConverter, "period")

SHEET = "<int:contract_id>/<period:period>/"

urlpatterns = [
    path("", page.start, name="readings-start"),
    path("<int:contract_id>/", page.page, name="readings"),
    path(SHEET, page.page, name="readings-period"),
    path(f"{SHEET}facilities/<int:facility_id>/", page.facility, name="readings-facility"),
    path(f"{SHEET}save/", entry.save, name="readings-save"),
    path(f"{SHEET}send/", sending.send, name="readings-send"),
    path(f"{SHEET}opening/", opening.opening, name="readings-opening"),
    path(f"{SHEET}print/", printing.window, name="act-print"),
    path("print/<int:print_id>/", printing.job, name="act-print-job"),
    path("print/<int:print_id>/state/", printing.state, name="act-print-state"),
    path("print/<int:print_id>/file/", printing.file, name="act-print-file"),
]
