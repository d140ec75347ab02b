from django.apps import AppConfig


class TextsConfig(AppConfig):
    name = "cms_pages.texts"
    label = "texts"
    verbose_name = "Тексты"
