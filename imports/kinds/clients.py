"""Who buys electricity: organisations, contracts, facilities."""

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from cabinet.contracts.models import Contract, Facility, Organisation
from imports.references import (
    CONTRACT,
    DEPARTMENT,
    FACILITY,
    INN,
    KPP,
    OrganisationReference,
    contract_number,
    inn,
    to_contract,
    to_department,
)
from imports.resource import Column, LoadResource
from imports.widgets import CellWidget, DateWidget, EmailWidget, NumberWidget, Reference, WholeWidget

CURATOR = "Куратор (e-mail)"


class OrganisationResource(LoadResource):
    """Organisations."""

    code = "organisations"
    title = "Организации"
    about = "Организацию находят по ИНН и КПП; остальное обновляется."
    key = ("inn", "kpp")
    contract_path = "contracts"

    inn = Column("inn", INN, inn(), example="7742103574", help="10 цифр, у предпринимателя 12.")
    kpp = Column(
        "kpp", KPP, NumberWidget(lengths=(9,)), example="774201001", help="Пусто — у предпринимателя.", required=False
    )
    name = Column("name", "Наименование", CellWidget(), example="ООО «Вымпел-Снаб»")
    ogrn = Column("ogrn", "ОГРН", NumberWidget(), example="1197746000011", help="13 или 15 цифр.", required=False)
    email = Column(
        "email",
        "Адрес электронной почты",
        EmailWidget(),
        example="office.vympel@example.com",
        help="По нему с ИНН и номером договора клиент привязывает договор.",
    )

    class Meta:
        model = Organisation
        fields = ("inn", "kpp", "name", "ogrn", "email")


class ContractResource(LoadResource):
    """Contracts."""

    code = "contracts"
    title = "Договоры"
    about = "Договор находят по номеру; остальное обновляется. Организация уже должна быть в базе."
    key = ("number",)
    contract_path = "pk"

    number = Column("number", CONTRACT, contract_number(), example="99884021", help="Можно с «№» и пробелами.")
    date = Column("date", "Дата договора", DateWidget(), example="14.03.2019", help="ДД.ММ.ГГГГ.")
    organisation = Column(
        "organisation_id",
        INN,
        OrganisationReference(),
        example=("7742103574", "774201001"),
        help="ИНН организации; КПП, если организаций с этим ИНН несколько.",
    )
    department = Column("department_id", DEPARTMENT, to_department(), example="Центральное отделение")
    curator = Column(
        "curator_id",
        CURATOR,
        Reference(get_user_model(), {CURATOR: EmailWidget()}, ["email"], "Сотрудника {} нет среди кураторов."),
        example="curator@example.com",
        help="Логин сотрудника; пусто — без куратора.",
        required=False,
    )
    price_category = Column("price_category", "Ценовая категория", WholeWidget(), example="1", help="От 1 до 6.")
    signature = Column(
        "signature_agreement_date",
        "Дата соглашения об ЭЦП",
        DateWidget(),
        example="01.09.2020",
        help="Пусто — соглашения нет.",
        required=False,
    )

    class Meta:
        model = Contract
        fields = ("number", "date", "organisation", "department", "curator", "price_category", "signature")

    def reach_of(self, reference: Reference) -> QuerySet:
        """A curator is one of the supplier's staff."""
        rows = super().reach_of(reference)
        return rows.filter(is_staff=True, is_active=True) if reference.model is get_user_model() else rows


class FacilityResource(LoadResource):
    """Facilities."""

    code = "facilities"
    title = "Объекты"
    about = "Объект находят по договору и наименованию: у него меняется только адрес."
    key = ("contract_id", "name")

    contract = Column("contract_id", CONTRACT, to_contract(), example="99884021", help="Как в договоре.")
    name = Column("name", FACILITY, CellWidget(), example="Склад № 2, корпус А", help="Наименование объекта.")
    address = Column("address", "Адрес", CellWidget(), example="Москва, ул. Лобненская, 18", required=False)

    class Meta:
        model = Facility
        fields = ("contract", "name", "address")


__all__ = ["ContractResource", "FacilityResource", "OrganisationResource"]
