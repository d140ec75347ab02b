from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cabinet.accounts"
    label = "accounts"
    verbose_name = "Пользователи"

    def ready(self) -> None:
        from cabinet.accounts import events  # noqa: F401 - connects the receivers
