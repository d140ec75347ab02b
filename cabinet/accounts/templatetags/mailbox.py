"""Where letters go when the portal runs without a mail server."""

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("accounts/components/mailbox_link.html")
def mailbox_link() -> dict[str, bool]:
    """A line that leads to the development mailbox, in the embedded mode alone."""
    return {"development_mailbox": settings.DEVELOPMENT_MAILBOX}
