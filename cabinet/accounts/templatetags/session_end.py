"""The dialog of a session that is about to end."""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context

register = template.Library()
WARNED_SECONDS = 120


@register.inclusion_tag("accounts/session/ending.html", takes_context=True)
def session_end(context: Context) -> dict[str, Any]:
    """For every page of a signed-in person; a very short session is warned of at its half."""
    seconds = settings.SESSION_COOKIE_AGE
    return {"user": context["request"].user, "seconds": seconds, "warned": min(WARNED_SECONDS, seconds // 2)}
