"""Addresses of the contracts."""

from django.urls import path

from cabinet.contracts.views import binding, contacts, granting, info, invitation, listing

urlpatterns = [
    path("contracts/", listing.contracts, name="contracts"),
    path("contracts/bind/", binding.bind, name="contract-bind"),
    path("contracts/widget/", listing.widget, name="contracts-widget"),
    path("contracts/<int:contract_id>/", info.info, name="contract-info"),
    path("contracts/access/add/", granting.add_many, name="access-add-many"),
    path("contracts/<int:contract_id>/access/add/", granting.add, name="access-add"),
    path(
        "contracts/<int:contract_id>/access/invitations/<int:invitation_id>/again/",
        invitation.again,
        name="invitation-again",
    ),
    path(
        "contracts/<int:contract_id>/access/invitations/<int:invitation_id>/withdraw/",
        invitation.take_back,
        name="invitation-withdraw",
    ),
    path("contacts/", contacts.contacts, name="contacts"),
]
