from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "cabinet.contracts"
    label = "contracts"
    verbose_name = "Договоры"
