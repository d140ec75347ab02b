"""What all apps share; also teaches each new SQLite connection to compare Cyrillic."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class CommonConfig(AppConfig):
    name = "cabinet.common"
    label = "common"
    verbose_name = "Общее"

    def ready(self) -> None:
        from cabinet.common.sqlite import teach_cyrillic

        connection_created.connect(teach_cyrillic, dispatch_uid="teach_cyrillic")
