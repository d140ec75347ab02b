"""Addresses of the contracts."""

from django.urls import path

from cabinet.contracts.views import (
    access,
    binding,
    contacts,
    granting,
    info,
    inviting,
    leaving,
    listing,
    requests,
    trail,
)

urlpatterns = [
    path("contracts/", listing.contracts, name="contracts"),
    path("contracts/bind/", binding.bind, name="contract-bind"),
    path("contracts/file/", listing.workbook, name="contracts-file"),
    path("contracts/widget/", listing.widget, name="contracts-widget"),
    path("contracts/card/", listing.card, name="contracts-card"),
    path("contracts/<int:contract_id>/", info.info, name="contract-info"),
    path("contracts/access/add/", granting.add_many, name="access-add-many"),
    path("contracts/<int:contract_id>/access/add/", granting.add, name="access-add"),
    path(
        "contracts/<int:contract_id>/access/invitations/<int:invitation_id>/again/",
        inviting.again,
        name="invitation-again",
    ),
    path(
        "contracts/<int:contract_id>/access/invitations/<int:invitation_id>/withdraw/",
        inviting.withdraw,
        name="invitation-withdraw",
    ),
    path("contracts/<int:contract_id>/trail/", trail.trail, name="contract-trail"),
    path("contracts/<int:contract_id>/trail/file/", trail.trail_file, name="contract-trail-file"),
    path("contracts/<int:contract_id>/access/", access.people, name="contract-access"),
    path("contracts/<int:contract_id>/access/<int:access_id>/", access.edit, name="access-edit"),
    path("contracts/<int:contract_id>/access/<int:access_id>/remove/", access.remove, name="access-remove"),
    path("contracts/<int:contract_id>/access/requests/<int:request_id>/", requests.decide, name="access-request"),
    path("contracts/requests/<int:request_id>/withdraw/", requests.withdraw, name="access-request-withdraw"),
    path("contracts/<int:contract_id>/unbind/", leaving.unbind, name="contract-unbind"),
    path("contracts/<int:contract_id>/hand-over/", leaving.hand_over, name="contract-hand-over"),
    path("contacts/", contacts.contacts, name="contacts"),
]
