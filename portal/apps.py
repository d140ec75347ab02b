"""The assembly: system checks, demo data and the overrides of the back office."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Портал"

    def ready(self) -> None:
        from portal import checks  # noqa: F401  (registers the system checks)
        from portal import csp

        csp.mend_choosers()
