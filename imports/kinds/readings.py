"""What the supplier knows of registers: the readings they begin with, the consumption he accepted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from cabinet.common import periods
from cabinet.common.digits import DigitsError, check_digits
from cabinet.contracts.back_office import reachable
from cabinet.contracts.doors import Door
from cabinet.metering.models import Meter, Register
from cabinet.readings.models import AcceptedConsumption, Reading, ReadingEvent
from cabinet.readings.openings import judge_drafts
from cabinet.readings.statuses import Acceptance, Event, Kind
from imports.kinds.metering import ENERGIES, ZONES
from imports.references import CONTRACT, SERIAL, contract_number
from imports.resource import Column, LoadResource
from imports.widgets import ChoiceWidget, FigureWidget, NumberWidget, PeriodWidget, Reference

ENERGY, ZONE, VALUE = "Вид энергии", "Зона суток", "Начальное показание"
ENERGY_COLUMN = "Принятый расход"


class RegisterReference(Reference):
    """A register by contract, serial, energy and zone; knows the digits of its meter."""

    def __init__(self) -> None:
        columns = {
            CONTRACT: contract_number(),
            SERIAL: NumberWidget(),
            ENERGY: ChoiceWidget(Register.Energy, ENERGIES),
            ZONE: ChoiceWidget(Register.Zone, ZONES),
        }
        lookups = ["meter__point__facility__contract__number", "meter__serial", "energy", "zone"]
        missing = "В договоре № {} у прибора учёта № {} нет шкалы {} {}."
        super().__init__(Register, columns, lookups, missing)
        self.optional = frozenset({ZONE})
        self.digits: dict[int, tuple[int, int]] = {}

    def prepare(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Look the registers up, and the digits of their meters."""
        super().prepare(lines)
        unknown = {pk for pk in self.known.values() if isinstance(pk, int)} - self.digits.keys()
        found = Register.objects.filter(pk__in=unknown)
        for pk, before, after in found.values_list("pk", "meter__digits_before", "meter__digits_after"):
            self.digits[pk] = (before, after)


def registers_within(user: Any) -> QuerySet:
    """Registers of the meters that the person reaches."""
    return Register.objects.filter(meter__in=reachable(user, Meter))


class OpeningResource(LoadResource):
    """Readings that registers begin with: accepted as they are, for the supplier knows them."""

    code = "openings"
    title = "Начальные показания"
    about = "Показание на начало периода: от него считается расход, если более раннего показания у шкалы нет."
    key = ("register_id", "period", "kind")
    part_of = Meter
    constants = {"kind": Kind.OPENING, "acceptance": Acceptance.ACCEPTED, "acceptance_reason": ""}
    owned = ("events",)
    contract_path = "register__meter__point__facility__contract"

    register = Column("register_id", SERIAL, RegisterReference(), example=("99884021", "40018844", "А+", ""))
    period = Column("period", "Период", PeriodWidget(), example="Декабрь 2026", help="Месяц, с которого считать.")
    value = Column(
        "sent",
        VALUE,
        FigureWidget(),
        example="15064,15",
        help="В пределах значности прибора учёта.",
    )

    class Meta:
        model = Reading
        fields = ("register", "period", "value")

    def reach_of(self, reference: Reference) -> QuerySet:
        """Registers of the meters within reach."""
        return registers_within(self.user)

    def problem(self, instance: models.Model) -> tuple[str, str]:
        """A reading has no more digits than its meter (значность), and none below nought."""
        reading: Any = instance
        if reading.sent < 0:
            return VALUE, "Показание не может быть отрицательным."
        try:
            check_digits(reading.sent, *self.columns[0].widget.digits[reading.register_id])
        except DigitsError as problem:
            return VALUE, f"{problem}."
        return "", ""

    def before_writing(self, instances: Iterable[models.Model]) -> set[str]:
        """When, by whom and through which door; a page that is open with the reading must see that it changed."""
        now, rows = timezone.now(), list[Any](instances)
        for reading in rows:
            reading.sent_at, reading.sent_by, reading.door = now, self.user, Door.SUPPLIER
            reading.version += 1
        return {"sent_at", "sent_by_id", "door", "version"}

    def after_writing(self, instances: Sequence[models.Model]) -> None:
        """The history; what was typed for the period on top of the reading is judged anew."""
        now, by_period = timezone.now(), defaultdict(list)
        said = {"at": now, "actor": self.user, "door": Door.SUPPLIER, "event": Event.OPENED}
        ReadingEvent.objects.bulk_create(ReadingEvent(reading=one, value=one.sent, **said) for one in instances)
        for reading in instances:
            by_period[reading.period].append(reading)
        for period, readings in by_period.items():
            judge_drafts(readings, period)


class ConsumptionResource(LoadResource):
    """Accepted consumption of closed periods."""

    code = "consumption"
    title = "Принятый расход"
    about = (
        "Расход, который поставщик принял в расчет за закрытый период: клиент видит его рядом со своими показаниями."
    )
    key = ("register_id", "period")
    contract_path = "register__meter__point__facility__contract"

    register = Column("register_id", SERIAL, RegisterReference(), example=("99884021", "40018844", "А+", ""))
    period = Column("period", "Период", PeriodWidget(), example="Ноябрь 2026", help="Месяц, который уже закончился.")
    energy = Column(
        "energy",
        ENERGY_COLUMN,
        FigureWidget(),
        example="12450,5",
        help="кВт·ч или кВар·ч; после перерасчёта бывает меньше нуля.",
    )

    class Meta:
        model = AcceptedConsumption
        fields = ("register", "period", "energy")

    def reach_of(self, reference: Reference) -> QuerySet:
        """Registers of the meters within reach."""
        return registers_within(self.user)

    def problem(self, instance: models.Model) -> tuple[str, str]:
        """A period that goes on has no accepted consumption."""
        consumption: Any = instance
        if consumption.period >= periods.this_period():
            return "Период", "Этот период ещё не закрыт."
        return "", ""
