"""A wrong or missing setting stops the start with the sentence that mends it."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import DatabaseError


@register()
def check_mode(app_configs, **kwargs) -> list[Error]:
    """Production has all it needs."""
    if settings.EMBEDDED:
        return []
    needed = {  # Django itself stops without SECRET_KEY
        "DATABASE_URL": (settings.DATABASE_URL, "postgres://user:password@host/database"),
        "REDIS_URL": (settings.REDIS_URL, "redis://host:6379/0"),
        "ALLOWED_HOSTS": (settings.ALLOWED_HOSTS, "the portal's host names, separated by commas"),
        "PORTAL_URL": (settings.PORTAL_URL, "the address that letters link to, as https://host"),
        "EMAIL_URL": (settings.EMAIL_URL, "smtp://user:password@host:587/?tls=true"),
    }
    return [
        Error(f"{name} is not set: set it to {hint}.", id="portal.E002")
        for name, (value, hint) in needed.items()
        if not value
    ]


@register()
def check_database(app_configs, **kwargs) -> list[Error]:
    """Production runs on PostgreSQL: SQLite serves one machine and one writer."""
    if not settings.EMBEDDED and settings.DATABASE_URL and "postgres" not in settings.DATABASES["default"]["ENGINE"]:
        return [Error("DATABASE_URL is not PostgreSQL: set postgres://user:password@host/database.", id="portal.E003")]
    return []


@register()
def check_staff_second_factor(app_configs, **kwargs) -> list[CheckMessage]:
    """Told at every start, but no reason to refuse it: the setting is the supplier's own choice."""
    if settings.EMBEDDED or settings.STAFF_SECOND_FACTOR:
        return []
    return [
        Info(
            "STAFF_SECOND_FACTOR is off: whoever learns a password of the staff is in the back office. "
            "Leave it out, or set it to true.",
            id="portal.I001",
        )
    ]


@register(Tags.database)
def check_no_demo_accounts(app_configs, databases=None, **kwargs) -> list[Error]:
    """The demo cast's password is known to everybody: production never starts with it.

    Runs where the database may be asked (``migrate``, ``check --database default``).
    """
    if settings.EMBEDDED or DEFAULT_DB_ALIAS not in (databases or []):
        return []
    people = get_user_model()
    try:
        if people._meta.db_table not in connections[DEFAULT_DB_ALIAS].introspection.table_names():
            return []
        demo = people.objects.filter(is_demo=True, is_active=True).count()
    except DatabaseError as error:
        return [Error(f"The database does not answer: {error}", id="portal.E005")]
    if demo:
        return [
            Error(
                f"Demo accounts are in the database ({demo}): remove them by manage.py make_demo --remove.",
                id="portal.E004",
            )
        ]
    return []
