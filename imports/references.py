"""The rows that files name by their own numbers: a contract by its number, a facility by contract and name …"""

from collections.abc import Iterable, Mapping
from typing import Any

from cabinet.contracts.models import Contract, Department, Facility, Organisation
from cabinet.contracts.rules import plain_inn, plain_number
from cabinet.metering.models import Meter, MeteringPoint
from imports.widgets import CellWidget, NumberWidget, Reference

CONTRACT, FACILITY, POINT, SERIAL = "Номер договора", "Объект", "Точка учёта", "Номер прибора учёта"
DEPARTMENT, INN, KPP = "Отделение", "ИНН", "КПП"


def contract_number() -> NumberWidget:
    """A contract's number in one spelling."""
    return NumberWidget(plain_number)


def inn() -> NumberWidget:
    """An ИНН: a cell of figures has lost the nought before a region under 10."""
    return NumberWidget(plain_inn, lengths=(10, 12))


def to_contract() -> Reference:
    """A contract by its number."""
    return Reference(Contract, {CONTRACT: contract_number()}, ["number"], "Договора № {} нет среди ваших.")


def to_facility() -> Reference:
    """A facility by its contract and name."""
    columns = {CONTRACT: contract_number(), FACILITY: CellWidget()}
    return Reference(Facility, columns, ["contract__number", "name"], "В договоре № {} нет объекта «{}».")


def to_point() -> Reference:
    """A metering point by contract, facility and name."""
    columns = {CONTRACT: contract_number(), FACILITY: CellWidget(), POINT: CellWidget()}
    lookups = ["facility__contract__number", "facility__name", "name"]
    return Reference(MeteringPoint, columns, lookups, "В договоре № {} у объекта «{}» нет точки учёта «{}».")


def to_meter() -> Reference:
    """A meter by contract and serial."""
    columns = {CONTRACT: contract_number(), SERIAL: NumberWidget()}
    lookups = ["point__facility__contract__number", "serial"]
    return Reference(Meter, columns, lookups, "В договоре № {} нет прибора учёта № {}.")


def to_department() -> Reference:
    """A department by its name."""
    return Reference(Department, {DEPARTMENT: CellWidget()}, ["name"], "Отделения «{}» нет среди ваших.")


class OrganisationReference(Reference):
    """An organisation by ИНН, and by КПП where several have it."""

    def __init__(self) -> None:
        super().__init__(Organisation, {INN: inn(), KPP: NumberWidget(lengths=(9,))}, ["inn", "kpp"], "")
        self.optional = frozenset({KPP})

    def prepare(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Look up the organisations with these ИНН that are not known yet."""
        wanted = {name[0] for cells in lines if (name := self._name_or_none(cells))} - self.known.keys()
        self.known |= {number: [] for number in wanted}
        for number, kpp, pk in self.rows.filter(inn__in=wanted).values_list("inn", "kpp", "pk"):  # type: ignore[union-attr]
            self.known[number].append((kpp, pk))

    def _name_or_none(self, cells: Mapping[str, Any]) -> tuple | None:
        try:
            return self.name_in(cells)
        except ValueError:
            return None

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        """The primary key of the organisation."""
        name = self.name_in(row)
        if name is None:
            return None
        number, kpp = name
        found = [pk for own, pk in self.known.get(number, []) if not kpp or own == kpp]
        if not found:
            raise ValueError(f"Организации с ИНН {number}{f' и КПП {kpp}' if kpp else ''} нет среди ваших.")
        if len(found) > 1:
            raise ValueError(f"Организаций с ИНН {number} несколько: укажите КПП.")
        return found[0]
