"""Addresses of a contract's money: each tab, its workbook, its paper."""

from django.urls import path

from cabinet.billing import views
from cabinet.billing.tabs import DOCUMENTS, PAYMENTS, VIOLATIONS

urlpatterns = [
    path("<int:contract_id>/payments/", views.window, {"tab": PAYMENTS}, name="contract-payments"),
    path("<int:contract_id>/payments/file/", views.file, {"tab": PAYMENTS}, name="contract-payments-file"),
    path("<int:contract_id>/payments/print/", views.paper, {"tab": PAYMENTS}, name="contract-payments-print"),
    path("<int:contract_id>/documents/", views.window, {"tab": DOCUMENTS}, name="contract-documents"),
    path("<int:contract_id>/documents/file/", views.file, {"tab": DOCUMENTS}, name="contract-documents-file"),
    path("<int:contract_id>/documents/print/", views.paper, {"tab": DOCUMENTS}, name="contract-documents-print"),
    path("<int:contract_id>/violations/", views.window, {"tab": VIOLATIONS}, name="contract-violations"),
    path("<int:contract_id>/violations/file/", views.file, {"tab": VIOLATIONS}, name="contract-violations-file"),
    path("<int:contract_id>/violations/print/", views.paper, {"tab": VIOLATIONS}, name="contract-violations-print"),
]
