"""Addresses of the readings."""

from django.urls import path, register_converter

from cabinet.common.converters import PeriodConverter
from cabinet.readings.views import (
    choosing,
    contracts,
    entry,
    months,
    opening,
    page,
    printing,
    sending,
    uploads,
    workbook,
)

register_converter(PeriodConverter, "period")

SHEET = "<int:contract_id>/<period:period>/"

urlpatterns = [
    path("", page.start, name="readings-start"),
    path("choose/", choosing.choose, name="readings-choose"),
    path("contracts/", contracts.contracts, name="readings-contracts"),
    path("contracts/send/", contracts.send, name="readings-contracts-send"),
    path("contracts/table.xlsx", contracts.workbook, name="readings-contracts-file"),
    path("<int:contract_id>/", page.page, name="readings"),
    path(SHEET, page.page, name="readings-period"),
    path(f"{SHEET}facilities/<int:facility_id>/", page.facility, name="readings-facility"),
    path(f"{SHEET}save/", entry.save, name="readings-save"),
    path(f"{SHEET}send/", sending.send, name="readings-send"),
    path(f"{SHEET}opening/", opening.opening, name="readings-opening"),
    path(f"{SHEET}registers/<int:register_id>/", months.months, name="readings-months"),
    path(f"{SHEET}registers/<int:register_id>/history.xlsx", months.register_history, name="readings-months-file"),
    path(f"{SHEET}history.xlsx", months.contract_history, name="readings-history"),
    path(f"{SHEET}print/", printing.window, name="act-print"),
    path("excel/", workbook.window, name="readings-workbook"),
    path("excel/form/", workbook.form, name="readings-form"),
    path("excel/exports/", workbook.new_export, name="form-export-new"),
    path("excel/exports/<int:export_id>/", workbook.export, name="form-export"),
    path("excel/exports/<int:export_id>/state/", workbook.export_state, name="form-export-state"),
    path("excel/exports/<int:export_id>/file/", workbook.export_file, name="form-export-file"),
    path("excel/uploads/<int:upload_id>/", uploads.upload, name="form-upload"),
    path("excel/uploads/<int:upload_id>/state/", uploads.upload_state, name="form-upload-state"),
    path("excel/uploads/<int:upload_id>/confirm/", uploads.confirm, name="form-upload-confirm"),
    path("excel/uploads/<int:upload_id>/cancel/", uploads.cancel, name="form-upload-cancel"),
    path("excel/uploads/<int:upload_id>/errors/", uploads.errors, name="form-upload-errors"),
    path("print/<int:print_id>/", printing.job, name="act-print-job"),
    path("print/<int:print_id>/state/", printing.state, name="act-print-state"),
    path("print/<int:print_id>/file/", printing.file, name="act-print-file"),
]
