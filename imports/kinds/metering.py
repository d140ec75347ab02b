"""What is metered: points, meters, ratios, registers."""

from cabinet.metering.models import Meter, MeteringPoint, Register, TransformerRatio, VoltageLevel
from cabinet.metering.statuses import MeterState
from imports.references import CONTRACT, FACILITY, POINT, SERIAL, to_facility, to_meter, to_point
from imports.resource import Column, LoadResource
from imports.widgets import CellWidget, ChoiceWidget, DateWidget, FigureWidget, NumberWidget, WholeWidget

OF_METER = "Прибор находят по договору и номеру."
ENERGIES = {"А+": "A+", "А-": "A-", "A-": "A-", "P+": "R+", "P-": "R-", "R-": "R-", "Р+": "R+", "Р-": "R-"}
"""Spelt with Cyrillic letters and the hyphen of a keyboard."""
ZONES = {"Т1": "T1", "Т2": "T2", "Т3": "T3"}


class PointResource(LoadResource):
    """Metering points."""

    code = "points"
    title = "Точки учёта"
    about = "Точку находят по договору, объекту и наименованию; остальное обновляется."
    key = ("facility_id", "name")
    contract_path = "facility__contract"

    facility = Column("facility_id", FACILITY, to_facility(), example=("99884021", "Склад № 2, корпус А"))
    name = Column("name", POINT, CellWidget(), example="Ввод 1", help="Наименование точки учёта.")
    level = Column(
        "voltage_level", "Уровень напряжения", ChoiceWidget(VoltageLevel), example="НН", help="ВН, СН1, СН2 или НН."
    )
    loss_percent = Column(
        "loss_percent", "Потери, %", FigureWidget(), example="1,5", help="Пусто — без потерь.", required=False
    )
    loss_kwh = Column(
        "loss_kwh", "Потери, кВт·ч", FigureWidget(), example="0", help="За период; пусто — нет.", required=False
    )
    transit = Column(
        "transit_consumer", "Транзит: кому", CellWidget(), example="", help="Субабонент; пусто — нет.", required=False
    )
    power = Column("max_power_kw", "Максимальная мощность, кВт", FigureWidget(), example="150", required=False)

    class Meta:
        model = MeteringPoint
        fields = ("facility", "name", "level", "loss_percent", "loss_kwh", "transit", "power")


class MeterResource(LoadResource):
    """Meters."""

    code = "meters"
    title = "Приборы учёта"
    about = "Прибор находят по точке учёта и номеру; остальное обновляется. Шкалы и коэффициенты загружаются отдельно."
    key = ("point_id", "serial")
    contract_path = "point__facility__contract"

    point = Column("point_id", POINT, to_point(), example=("99884021", "Склад № 2, корпус А", "Ввод 1"))
    serial = Column("serial", SERIAL, NumberWidget(), example="40018844", help="Заводской номер.")
    type_name = Column("type_name", "Тип", CellWidget(), example="Меркурий 234 ART-03")
    before = Column("digits_before", "Знаков до запятой", WholeWidget(), example="6", help="От 1 до 10.")
    after = Column("digits_after", "Знаков после запятой", WholeWidget(), example="2", help="От 0 до 6.")
    state = Column(
        "state", "Состояние", ChoiceWidget(MeterState), example="Исправен", help="Пусто — исправен.", required=False
    )
    verification = Column(
        "verification_due",
        "Поверка действует по",
        DateWidget(),
        example="31.12.2030",
        help="Окончание межповерочного интервала (МПИ).",
        required=False,
    )

    class Meta:
        model = Meter
        fields = ("point", "serial", "type_name", "before", "after", "state", "verification")


class RatioResource(LoadResource):
    """Transformer ratios."""

    code = "ratios"
    title = "Коэффициенты трансформации"
    about = f"{OF_METER} Коэффициенты действуют с указанного дня."
    key = ("meter_id", "valid_from")
    part_of = Meter
    contract_path = "meter__point__facility__contract"

    meter = Column("meter_id", SERIAL, to_meter(), example=("99884021", "40018844"))
    since = Column("valid_from", "Действует с", DateWidget(), example="01.01.2024", help="ДД.ММ.ГГГГ.")
    current = Column("current_ratio", "Ктт", FigureWidget(), example="80", help="Трансформатора тока.")
    voltage = Column("voltage_ratio", "Ктн", FigureWidget(), example="1", help="Трансформатора напряжения.")

    class Meta:
        model = TransformerRatio
        fields = ("meter", "since", "current", "voltage")


class RegisterResource(LoadResource):
    """Registers of meters."""

    code = "registers"
    title = "Шкалы приборов учёта"
    about = f"{OF_METER} У прибора должна быть хотя бы одна шкала."
    key = ("meter_id", "energy", "zone")
    part_of = Meter
    contract_path = "meter__point__facility__contract"

    meter = Column("meter_id", SERIAL, to_meter(), example=("99884021", "40018844"))
    energy = Column(
        "energy", "Вид энергии", ChoiceWidget(Register.Energy, ENERGIES), example="А+", help="А+, А−, R+ или R−."
    )
    zone = Column(
        "zone",
        "Зона суток",
        ChoiceWidget(Register.Zone, ZONES),
        example="",
        help="Т1, Т2 или Т3; пусто — сумма зон.",
        required=False,
    )

    class Meta:
        model = Register
        fields = ("meter", "energy", "zone")


__all__ = ["CONTRACT", "MeterResource", "PointResource", "RatioResource", "RegisterResource"]
