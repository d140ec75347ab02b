"""Who gets what at every address of ours.

A new address needs one row here; its arguments come from ``ARGUMENTS``, always the client's own objects,
so that «other» is the stranger who must get 404. A post is sent empty: it shows who may come in,
not what comes of good data.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.utils import timezone

from cabinet.common import periods
from cabinet.contracts.models import AccessRequest, ContractAccess, Invitation, InvitedAccess
from cabinet.contracts.roles import Role
from cabinet.readings.models import ActPrint, FormExport, FormUpload
from portal.demo import builders
from tests.cast import Cast

# the order of the codes in every row
PEOPLE = ("anonymous", "client", "energetik", "accountant", "other", "newcomer", "curator")

Codes = tuple[int, ...]

EVERYONE: Codes = (200,) * 7
SIGNED_IN: Codes = (302, 200, 200, 200, 200, 200, 200)
METER_PEOPLE: Codes = (302, 200, 200, 403, 404, 404, 404)
"""Who works with the meters of the client's contract; its accountant does not."""
MONEY_PEOPLE: Codes = (302, 200, 403, 200, 404, 404, 404)
"""Who sees the money of the client's contract; its engineer does not."""
LED_ON: Codes = (302, 302, 302, 403, 404, 404, 404)
"""The same people, led on to another page."""

MANAGED: Codes = (302, 200, 403, 403, 404, 404, 404)
"""Who manages the access to the client's contract."""


@dataclass(frozen=True)
class Row:
    """What each person gets at one address."""

    get: Codes | None = SIGNED_IN
    """``None``: the view takes posts only, a GET is answered 405."""
    post: Codes | None = None
    """``None``: the view takes no posts, it answers 405 or as it answers a GET."""
    arguments: dict[str, Any] = field(default_factory=dict)
    """In place of those of ``ARGUMENTS``."""
    url: str = ""
    """The address itself, for patterns without a name."""


def act_print(cast: Cast) -> ActPrint:
    """An act the client asked for."""
    asked = {"user": cast.client, "contract": cast.contract, "period": periods.this_period(), "filled": False}
    return ActPrint.objects.get_or_create(**asked)[0]


def elsewhere(cast: Cast) -> UserSession:
    """A session of the client in another browser."""
    browser = Client()
    browser.post("/accounts/login/", {"login": cast.client.email, "password": settings.DEMO_PASSWORD})
    return UserSession.objects.get(session_key=browser.session.session_key)


def invitation(cast: Cast) -> Invitation:
    """Somebody the client invited to his contract."""
    sent = {"email": "invited@example.com", "invited_by": cast.client}
    made = Invitation.objects.get_or_create(**sent, defaults={"expires_at": timezone.now() + dt.timedelta(hours=1)})[0]
    InvitedAccess.objects.get_or_create(invitation=made, contract=cast.contract, defaults={"role": Role.ACCOUNTANT})
    return made


def colleague(cast: Cast) -> ContractAccess:
    """The access of somebody else to the client's contract."""
    found = ContractAccess.objects.filter(user__email="colleague@example.com").first()
    return found or builders.access(builders.user("colleague@example.com"), cast.contract, role=Role.ACCOUNTANT)


def access_request(cast: Cast) -> AccessRequest:
    """The newcomer asks for the client's contract."""
    return AccessRequest.objects.get_or_create(
        user=cast.newcomer, contract=cast.contract, defaults={"curator_from": timezone.now()}
    )[0]


# names of arguments in URLs → whose they are; all belong to the cast's client
ARGUMENTS: dict[str, Callable[[Cast], Any]] = {
    "session_id": lambda cast: elsewhere(cast).pk,
    "contract_id": lambda cast: cast.contract.pk,
    "facility_id": lambda cast: cast.facility.pk,
    "register_id": lambda cast: cast.register.pk,
    "period": lambda cast: periods.this_period(),
    "access_id": lambda cast: colleague(cast).pk,
    "request_id": lambda cast: access_request(cast).pk,
    "invitation_id": lambda cast: invitation(cast).pk,
    "print_id": lambda cast: act_print(cast).pk,
    "upload_id": lambda cast: FormUpload.objects.get_or_create(user=cast.client)[0].pk,
    "export_id": lambda cast: FormExport.objects.get_or_create(user=cast.client)[0].pk,
}

MATRIX: dict[str, Row] = {
    "healthz": Row(get=EVERYONE),
    # uploaded files
    "media": Row(get=(302, *[404] * 6), arguments={"path": "images/none.png"}),
    "wagtaildocs_serve": Row(get=(302, *[404] * 6), arguments={"document_id": 1, "filename": "none.pdf"}),
    # main page
    "home": Row(),
    "home-todo": Row(),
    "home-order": Row(get=None, post=(302, *[204] * 6)),
    "home-widget": Row(get=None, post=(302, *[400] * 6), arguments={"code": "contracts"}),
    # contracts
    "contracts": Row(),
    "contracts-file": Row(),
    "contracts-widget": Row(),
    "contracts-card": Row(),
    "contract-trail": Row(get=MANAGED),
    "contract-trail-file": Row(get=MANAGED),
    "contract-info": Row(get=(302, 302, 200, 302, 404, 404, 404)),
    **{
        f"contract-{tab}{part}": Row(get=MONEY_PEOPLE)
        for tab in ("payments", "documents", "violations")
        for part in ("", "-file", "-print")
    },
    "contract-bind": Row(post=(302, *[422] * 6)),
    "contract-access": Row(get=MANAGED),
    "access-edit": Row(get=MANAGED, post=(302, 422, 403, 403, 404, 404, 404)),
    "access-remove": Row(get=MANAGED, post=(302, 302, 403, 403, 404, 404, 404)),
    "access-request": Row(get=MANAGED, post=(302, 422, 403, 403, 404, 404, 404)),
    # its own alone: the newcomer's
    "access-request-withdraw": Row(get=(302, *[404] * 4, 200, 404), post=(302, *[404] * 4, 302, 404)),
    "contract-unbind": Row(get=(302, 200, 200, 200, 404, 404, 404), post=(302, 422, 302, 302, 404, 404, 404)),
    "contract-hand-over": Row(get=MANAGED, post=(302, 422, 403, 403, 404, 404, 404)),
    "access-add": Row(get=MANAGED, post=(302, 422, 403, 403, 404, 404, 404)),
    "access-add-many": Row(post=(302, *[422] * 6)),
    "invitation-again": Row(get=MANAGED, post=MANAGED),
    "invitation-withdraw": Row(get=MANAGED, post=(302, 302, 403, 403, 404, 404, 404)),
    "invitation": Row(get=(404,) * 7, post=(404,) * 7, arguments={"token": "wrong"}),
    "contacts": Row(),
    # readings
    "readings-start": Row(get=(302, 302, 302, 200, 302, 200, 200)),
    "readings-choose": Row(),
    "readings-contracts": Row(),
    "readings-contracts-send": Row(get=None, post=(302, *[422] * 6)),
    "readings-contracts-file": Row(),
    "readings": Row(get=METER_PEOPLE),
    "readings-period": Row(get=METER_PEOPLE),
    "readings-facility": Row(get=LED_ON),
    "readings-save": Row(get=None, post=LED_ON),
    "readings-send": Row(get=METER_PEOPLE, post=METER_PEOPLE),
    "readings-opening": Row(get=METER_PEOPLE, post=LED_ON),
    "readings-months": Row(get=METER_PEOPLE),
    "readings-months-file": Row(get=METER_PEOPLE),
    "readings-history": Row(get=METER_PEOPLE),
    "act-print": Row(get=METER_PEOPLE, post=(302, 422, 422, 403, 404, 404, 404)),
    "act-print-job": Row(get=(302, 200, *[404] * 5)),
    "act-print-state": Row(get=(302, 200, *[404] * 5)),
    "act-print-file": Row(get=(302, *[404] * 6)),
    "readings-workbook": Row(post=(302, *[422] * 6)),
    "readings-form": Row(),
    "form-export-new": Row(get=None, post=(302,) * 7),
    "form-export": Row(get=(302, 200, *[404] * 5)),
    "form-export-state": Row(get=(302, 200, *[404] * 5)),
    "form-export-file": Row(get=(302, *[404] * 6)),
    "form-upload": Row(get=(302, 200, *[404] * 5)),
    "form-upload-state": Row(get=(302, 200, *[404] * 5)),
    "form-upload-errors": Row(get=(302, *[404] * 6)),
    "form-upload-confirm": Row(get=None, post=(302, 302, *[404] * 5)),
    "form-upload-cancel": Row(get=None, post=(302, 302, *[404] * 5)),
    # the ways in
    "account_login": Row(get=(200, *[302] * 6), post=(422, *[302] * 6)),
    "account_logout": Row(get=SIGNED_IN, post=(302,) * 7),
    "account_inactive": Row(get=(403,) * 7),
    "account_signup": Row(get=(200, *[302] * 6), post=(422, *[302] * 6)),
    "account_signup_challenge": Row(get=EVERYONE),
    "account_signup_check": Row(get=(302,) * 7),
    "account_signup_code": Row(get=None, post=(302,) * 7),
    "account_email_verification_sent": Row(get=EVERYONE),
    "account_confirm_again": Row(get=None, post=(302,) * 7),
    "account_confirm_email": Row(get=(410,) * 7, arguments={"key": "wrong"}),
    "account_reset_password": Row(get=EVERYONE, post=(422,) * 7),
    "account_reset_password_done": Row(get=EVERYONE),
    "account_reset_password_from_key": Row(get=(410,) * 7, arguments={"uidb36": "1", "key": "wrong"}),
    "account_reset_password_from_key_done": Row(get=EVERYONE),
    # second step; «подтвердите, что это вы» leads those without a factor to the password
    "mfa_authenticate": Row(get=(302,) * 7),
    "mfa_login_webauthn": Row(get=(302,) * 7, post=(422, *[302] * 6)),
    "account_reauthenticate": Row(post=(302, *[422] * 6)),
    "mfa_reauthenticate": Row(get=(302,) * 7),
    "mfa_reauthenticate_webauthn": Row(get=(302,) * 7),
    # the session and its end
    "session-state": Row(),
    "session-renew": Row(get=None, post=SIGNED_IN),
    "session-back": Row(),
    # «Безопасность»: factors are changed by who has just said who he is
    "mfa_index": Row(),
    "mfa_activate_totp": Row(get=(302,) * 7),
    "mfa_deactivate_totp": Row(get=(302, *[404] * 6)),
    "mfa_view_recovery_codes": Row(get=(302, *[404] * 6)),
    "mfa_generate_recovery_codes": Row(get=(302,) * 7),
    "mfa_add_webauthn": Row(get=(302,) * 7),
    "mfa_edit_webauthn": Row(get=(302,) * 7, arguments={"pk": 1}),
    "mfa_remove_webauthn": Row(get=(302,) * 7, arguments={"pk": 1}),
    "session-end": Row(get=(302, 200, *[404] * 5), post=(302, 302, *[404] * 5)),
    "sessions-end-others": Row(post=(302,) * 7),
    # profile
    "profile": Row(),
    "profile_edit": Row(post=(302, *[422] * 6)),
    "profile_password": Row(post=(302, *[422] * 6)),
    "profile_email_again": Row(get=None, post=(302,) * 7),
    "profile_email_cancel": Row(get=None, post=(302,) * 7),
    # in place of Wagtail's own doors; the letters of the embedded mode
    "/admin/login/": Row(get=(302, *[403] * 5, 302), url="/admin/login/"),
    "/admin/logout/": Row(get=SIGNED_IN, post=(302,) * 7, url="/admin/logout/"),
    "/^admin/password_reset/(?P<rest>.*)$": Row(get=(404,) * 7, url="/admin/password_reset/"),
    "/admin/bulk/accounts/<path:rest>": Row(get=(404,) * 7, url="/admin/bulk/accounts/user/delete/?id=1"),
    "/admin/failwhale/": Row(get=(404,) * 7, url="/admin/failwhale/"),
    "wagtailcore_login": Row(get=(302, *[403] * 5, 302)),
    "wagtailcore_authenticate_with_password": Row(get=(404,) * 7, arguments={"restriction_id": 1, "page_id": 1}),
    "dev_mailbox": Row(get=EVERYONE),
    "dev_letter": Row(get=(404,) * 7, arguments={"letter_id": "none"}),
    "dev_letter_html": Row(get=(404,) * 7, arguments={"letter_id": "none"}),
}
