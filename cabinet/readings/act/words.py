"""What the act says beside its figures, and how its figures are written: the same in PDF, Word and Excel.

Spaces within figures are the portal's own (U+202F); a rendering whose font has none puts its own in their place.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from cabinet.common import periods
from cabinet.common.digits import format_figure, format_reading, plural
from cabinet.common.templatetags.figures import ratio
from cabinet.metering.models import Meter, MeteringPoint, Register
from cabinet.readings.act.content import Act, Totals

SIDES = ("Показания снял представитель потребителя", "Показания принял представитель отделения")
TITLE = "Акт снятия показаний расчётных приборов учёта"
RULES = "Расход = разность показаний × Ктр. Итого = расход + потери − транзит; суммы сложены до округления."
TRANSIT_RULE = "Расход и потери транзитных точек входят в итоги только графой «Транзит»."
AGREEMENT = "По договору подписано соглашение об использовании электронно-цифровой подписи от {}."


@dataclass(frozen=True)
class Words:
    """The act's own sentences; ``agreement`` is empty where there is nothing to state."""

    document: str
    running: str
    formed: str
    number_and_date: str
    under: str
    organisation: str
    inn_and_kpp: str
    contract: str
    department: str
    act_total: str
    rules: str
    agreement: str


def words_of(act: Act) -> Words:
    """The sentences of this act."""
    contract, organisation = act.contract, act.contract.organisation
    period, formed = periods.label(act.period).lower(), timezone.localtime(act.formed_at)
    chosen = "по выбранным объектам"
    return Words(
        document=f"Акт снятия показаний, договор № {contract.number}, {period}",
        running=f"Акт снятия показаний · {organisation.name} · договор № {contract.number} · {period}",
        formed=f"{f'Документ № {act.number}, сформирован' if act.number else 'Сформирован'} "
        f"{periods.moment(act.formed_at)} (МСК) в личном кабинете",
        number_and_date=f"{f'№ {act.number} от ' if act.number else ''}{day(formed.date())}",
        under=f"ПРОМ10 · {period} · показания на 00:00 {day(act.taken_on)}{f' · {chosen}' if act.is_partial else ''}",
        organisation=organisation.name,
        inn_and_kpp=" / ".join(filter(None, (organisation.inn, organisation.kpp))),
        contract=f"№ {contract.number} от {day(contract.date)}",
        department=contract.department.name,
        act_total=f"Итого по договору{f' ({chosen})' if act.is_partial else ''}",
        rules=f"{RULES} {TRANSIT_RULE}" if act.has_transit else RULES,
        agreement=AGREEMENT.format(day(act.agreement_date)) if act.agreement_date else "",
    )


def day(value: dt.date | None) -> str:
    """«01.12.2026»; nothing for None."""
    return f"{value:%d.%m.%Y}" if value else ""


def figure(value: Decimal | None, places: int = 2) -> str:
    """Thousands apart, decimal comma; nothing for None."""
    return "" if value is None else format_figure(value, places)


def losses(value: Decimal | None) -> Decimal | None:
    """Losses as they are shown: none at all rather than a zero in every line."""
    return value or None


def reading(value: Decimal | None, meter: Meter) -> str:
    """A reading as its meter shows it; nothing for None."""
    return "" if value is None else format_reading(value, meter.digits_before, meter.digits_after)


def digits(meter: Meter) -> str:
    """Значность: «6,2»."""
    return f"{meter.digits_before},{meter.digits_after}"


def factor(value: Decimal) -> str:
    """A factor without zeros at its end: «1 800», «2,5»."""
    return ratio(value)


def unit(register: Register) -> str:
    """The unit where it is not the kWh of the columns' heads."""
    return register.unit if register.unit != "кВт·ч" else ""


def remarks(point: MeteringPoint) -> tuple[str, ...]:
    """What stands under the point's name: to whom its energy goes on, what losses are added."""
    terms = [f"{factor(point.loss_percent)} %"] if point.loss_percent else []
    if point.loss_kwh:
        terms.append(f"{factor(point.loss_kwh)} кВт·ч")
    transit = (f"транзит: {point.transit_consumer}",) if point.is_transit else ()
    return (*transit, f"потери: {' + '.join(terms)}") if terms else transit


def totals_note(totals: Totals) -> str:
    """What a reader of the sums has to know."""
    unknown = f"без {plural(totals.unknown, 'показания', 'показаний', 'показаний')}" if totals.unknown else ""
    below = "транзит больше расхода" if totals.is_below_zero else ""
    return ". ".join(filter(None, (unknown, below)))
