from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "cabinet.billing"
    label = "billing"
    verbose_name = "Расчёты"
