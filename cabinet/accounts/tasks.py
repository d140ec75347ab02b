"""What the background worker does with accounts."""

from captcha.models import CaptchaStore


def remove_old_pictures() -> None:
    """Forget the codes of pictures whose time is over (hourly; the schedule comes from a migration)."""
    CaptchaStore.remove_expired()
