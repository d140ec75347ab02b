"""Kinds of the supplier's documents and of violations, as he names them."""

from django.db import models


class DocumentKind(models.TextChoices):
    """What a document of the supplier is."""

    BILL = "bill", "Счёт"
    ADVANCE_BILL = "advance_bill", "Счёт на аванс"
    TAX_INVOICE = "tax_invoice", "Счёт-фактура"
    CORRECTION_INVOICE = "correction_invoice", "Корректировочный счёт-фактура"
    TRANSFER_DOCUMENT = "transfer_document", "Универсальный передаточный документ (УПД)"
    DELIVERY_ACT = "delivery_act", "Акт приёма-передачи электроэнергии"
    RECONCILIATION = "reconciliation", "Акт сверки"


class ViolationKind(models.TextChoices):
    """What an act of violation is about (ПП РФ № 442)."""

    UNACCOUNTED = "unaccounted", "Безучётное потребление"
    UNCONTRACTED = "uncontracted", "Бездоговорное потребление"
    RESTRICTION = "restriction", "Самовольное подключение при ограничении"
