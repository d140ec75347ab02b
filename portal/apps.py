"""The assembly: system checks, demo data and the overrides of the back office."""

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Портал"
    default = True

    def ready(self) -> None:
        from portal import (
            checks,  # noqa: F401  (registers the system checks)
            csp,
            exports,
        )

        csp.mend_choosers()
        exports.neutralise_csv()


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's users with our form and list."""

    user_viewset = "cabinet.contracts.back_office.users.PeopleViewSet"
