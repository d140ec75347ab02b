from django.apps import AppConfig


class HelpConfig(AppConfig):
    name = "cms_pages.help"
    label = "help"
    verbose_name = "Справка"
