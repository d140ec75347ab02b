from django.apps import AppConfig


class ReadingsConfig(AppConfig):
    name = "cabinet.readings"
    label = "readings"
    verbose_name = "Показания"
