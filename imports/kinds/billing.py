"""What is paid and issued by contracts."""

from django.db import models

from cabinet.billing.kinds import DocumentKind, ViolationKind
from cabinet.billing.models import Payment, SupplierDocument, ViolationAct
from imports.references import CONTRACT, to_contract
from imports.resource import Column, LoadResource
from imports.widgets import CellWidget, ChoiceWidget, DateWidget, MoneyWidget, NumberWidget

OF_CONTRACT = "Как в договоре; можно с «№» и пробелами."
DAY = "ДД.ММ.ГГГГ."


class PaymentResource(LoadResource):
    """Payments."""

    code = "payments"
    title = "Платежи"
    about = "Платёж находят по договору, номеру и дате платёжного документа: у него меняется только сумма."
    key = ("contract_id", "number", "date")

    contract = Column("contract_id", CONTRACT, to_contract(), example="99884021", help=OF_CONTRACT)
    number = Column("number", "Номер ПД", NumberWidget(), example="1724", help="Номер платёжного документа.")
    date = Column("date", "Дата платежа", DateWidget(), example="18.11.2026", help=DAY)
    amount = Column("amount", "Сумма платежа, руб.", MoneyWidget(), example="208349,45", help="С НДС, больше нуля.")

    class Meta:
        model = Payment
        fields = ("contract", "number", "date", "amount")


class DocumentResource(LoadResource):
    """Documents of the supplier."""

    code = "documents"
    title = "Документы"
    about = "Документ находят по договору, виду, номеру и дате: у него меняются только суммы."
    key = ("contract_id", "kind", "number", "date")

    contract = Column("contract_id", CONTRACT, to_contract(), example="99884021", help=OF_CONTRACT)
    kind = Column(
        "kind",
        "Вид документа",
        ChoiceWidget(DocumentKind, {"УПД": DocumentKind.TRANSFER_DOCUMENT, "КСФ": DocumentKind.CORRECTION_INVOICE}),
        example="Счёт-фактура",
        help="Одно из названий: " + ", ".join(DocumentKind.labels) + ".",
    )
    number = Column("number", "Номер документа", NumberWidget(), example="4021/104", help="Как в документе.")
    date = Column("date", "Дата документа", DateWidget(), example="30.11.2026", help=DAY)
    total = Column(
        "total",
        "Сумма итоговая, руб.",
        MoneyWidget(signed=True),
        example="717623,72",
        help="С НДС; у корректировки в меньшую сторону — со знаком минус.",
    )
    vat = Column(
        "vat",
        "Сумма НДС, руб.",
        MoneyWidget(signed=True),
        example="129407,56",
        help="Входит в итоговую; пусто — без НДС.",
        required=False,
    )

    class Meta:
        model = SupplierDocument
        fields = ("contract", "kind", "number", "date", "total", "vat")

    def problem(self, instance: models.Model) -> tuple[str, str]:
        """The tax is part of the total (``document_vat_within_total``)."""
        low, high = sorted((instance.total, 0))
        if instance.vat is None or low <= instance.vat <= high:
            return "", ""
        return "Сумма НДС, руб.", "НДС входит в итоговую сумму: он не больше неё и того же знака."


class ViolationResource(LoadResource):
    """Acts of violation."""

    code = "violations"
    title = "Акты нарушений"
    about = "Акт находят по договору, номеру и дате; остальное обновляется."
    key = ("contract_id", "number", "date")

    contract = Column("contract_id", CONTRACT, to_contract(), example="99884021", help=OF_CONTRACT)
    number = Column("number", "Номер акта", NumberWidget(), example="09-03/БУ", help="Как в акте.")
    date = Column("date", "Дата акта", DateWidget(), example="17.09.2026", help=DAY)
    kind = Column(
        "kind",
        "Вид акта",
        ChoiceWidget(ViolationKind),
        example="Безучётное потребление",
        help="Одно из названий: " + ", ".join(ViolationKind.labels) + ".",
    )
    period_from = Column("period_from", "Период учёта с", DateWidget(), example="01.06.2026", help=DAY)
    period_to = Column("period_to", "Период учёта по", DateWidget(), example="31.08.2026", help=DAY)
    point = Column(
        "point_name",
        "Точка учёта",
        CellWidget(),
        example="наружное освещение",
        help="Как в акте; пусто — точки учёта не было.",
        required=False,
    )
    meter = Column(
        "meter_serial",
        "Номер прибора учёта",
        NumberWidget(),
        example="30055418",
        help="Как в акте; пусто — прибора не было.",
        required=False,
    )
    amount = Column("amount", "Сумма по акту, руб.", MoneyWidget(), example="86389,20", help="С НДС.")

    class Meta:
        model = ViolationAct
        fields = ("contract", "number", "date", "kind", "period_from", "period_to", "point", "meter", "amount")

    def problem(self, instance: models.Model) -> tuple[str, str]:
        """The period ends after it begins (``violation_period_ordered``)."""
        if instance.period_from <= instance.period_to:
            return "", ""
        return "Период учёта по", "Период учёта кончается раньше, чем начинается."
