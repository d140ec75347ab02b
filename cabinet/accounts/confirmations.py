"""The link by which an address is confirmed: allauth's signed key, and what has become of it."""

from enum import Enum

from allauth.account import app_settings
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import signing
from django.http import HttpRequest


class Link(Enum):
    """What has become of a link from a letter."""

    ALIVE = "alive"
    USED = "used"
    EXPIRED = "expired"
    BROKEN = "broken"


def read(key: str) -> tuple[Link, EmailAddress | None]:
    """The state of the link with this key and the address it speaks of, when it is known."""
    try:
        pk = signing.loads(key, salt=app_settings.SALT)
    except signing.BadSignature:
        return Link.BROKEN, None
    address = EmailAddress.objects.select_related("user").filter(pk=pk).first()
    if address is None:
        return Link.BROKEN, None
    if address.verified:
        return Link.USED, address
    if EmailConfirmationHMAC.from_key(key) is None:
        return Link.EXPIRED, address
    return Link.ALIVE, address


def confirm(request: HttpRequest, address: EmailAddress) -> bool:
    """Take the link; False when the address became another user's login meanwhile."""
    return EmailConfirmationHMAC(address).confirm(request) is not None


def send(request: HttpRequest, address: EmailAddress) -> None:
    """A letter with a new link."""
    EmailConfirmationHMAC(address).send(request, signup=not is_change(address))


def is_change(address: EmailAddress) -> bool:
    """Whether the address is to replace its user's present login."""
    return address.email != address.user.email
