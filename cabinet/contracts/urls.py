"""Addresses of the contracts."""

from django.urls import path

from cabinet.contracts.views import binding, contacts, info, listing

urlpatterns = [
    path("contracts/", listing.contracts, name="contracts"),
    path("contracts/bind/", binding.bind, name="contract-bind"),
    path("contracts/widget/", listing.widget, name="contracts-widget"),
    path("contracts/<int:contract_id>/", info.info, name="contract-info"),
    path("contacts/", contacts.contacts, name="contacts"),
]
