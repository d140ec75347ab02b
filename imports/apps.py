"""The app of the supplier's loads."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Loads of the supplier's data from Excel and CSV."""

    name = "imports"
    verbose_name = "Загрузки"
