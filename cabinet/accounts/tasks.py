"""What the background worker does with accounts."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from captcha.models import CaptchaStore
from django.conf import settings

from cabinet.accounts import own_sessions


def remove_expired() -> None:
    """Forget sessions and codes of pictures whose time is over (hourly; the schedule comes from a migration)."""
    CaptchaStore.remove_expired()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    own_sessions.forget_dead(UserSession.objects.all())
