from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "cabinet.common"
    label = "common"
    verbose_name = "Общее"
