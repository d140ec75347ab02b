"""The filters of the money tabs (manual, section 5.3)."""

from cabinet.billing.kinds import DocumentKind
from cabinet.common.filters import ChoiceFilter, DateFilter, ListFilter, MoneyFilter, TextFilter


class PaymentFilter(ListFilter):
    """By sum and by date."""

    amount_from = MoneyFilter("amount", "gte", label="Сумма платежа, от")
    amount_to = MoneyFilter("amount", "lte", label="Сумма платежа, до")
    date_from = DateFilter("date", "gte", label="Дата платежа, от")
    date_to = DateFilter("date", "lte", label="Дата платежа, до")
    layout = (("amount", "Сумма платежа, руб."), ("date", "Дата платежа"))


class DocumentFilter(ListFilter):
    """By kind, by a part of the number, by date."""

    kind = ChoiceFilter(label="Вид документа", choices=DocumentKind.choices, empty_label="Все")
    number = TextFilter("number", label="Номер документа")
    date_from = DateFilter("date", "gte", label="Период, от")
    date_to = DateFilter("date", "lte", label="Период, до")
    layout = ("kind", "number", ("date", "Период"))


class ViolationFilter(ListFilter):
    """By a part of the number, by the day the act was made, by sum."""

    number = TextFilter("number", label="Номер акта")
    date_from = DateFilter("date", "gte", label="Период оформления, от")
    date_to = DateFilter("date", "lte", label="Период оформления, до")
    amount_from = MoneyFilter("amount", "gte", label="Сумма акта, от")
    amount_to = MoneyFilter("amount", "lte", label="Сумма акта, до")
    layout = ("number", ("date", "Период оформления"), ("amount", "Сумма акта, руб."))
