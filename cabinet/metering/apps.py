from django.apps import AppConfig


class MeteringConfig(AppConfig):
    name = "cabinet.metering"
    label = "metering"
    verbose_name = "Учёт электроэнергии"
