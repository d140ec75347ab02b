from allauth.usersessions.apps import UserSessionsConfig
from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cabinet.accounts"
    label = "accounts"
    verbose_name = "Пользователи"
    default = True

    def ready(self) -> None:
        from cabinet.accounts import events  # noqa: F401 - connects the receivers


class SessionsConfig(UserSessionsConfig):
    """allauth's sessions of users, kept by our receivers: its own ask for every old session one by one."""

    def ready(self) -> None:
        from allauth.account.signals import user_logged_in

        from cabinet.accounts import own_sessions

        user_logged_in.connect(own_sessions.note)
