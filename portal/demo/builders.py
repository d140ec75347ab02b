"""One row at a time, with believable defaults: what the demo and the tests are made of.

No randomness: numbers that must be unique come from counters. Any field of the model may be
given by keyword and wins over the default.
"""

import datetime as dt
import itertools
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from stdnum.ru import inn as inn_number

from cabinet.accounts.models import User
from cabinet.billing.kinds import DocumentKind, ViolationKind
from cabinet.billing.models import Payment, SupplierDocument, ViolationAct
from cabinet.common import periods
from cabinet.contracts.models import (
    Contract,
    ContractAccess,
    Department,
    Facility,
    Organisation,
    ReceptionWindow,
    Scope,
)
from cabinet.contracts.roles import Role
from cabinet.metering.models import Meter, MeteringPoint, Register, TransformerRatio
from cabinet.readings.models import AcceptedConsumption, Reading

RATIOS_SINCE = dt.date(2015, 1, 1)
_numbers = itertools.count(1)


def valid_inn(serial: int) -> str:
    """An organisation's ИНН of Moscow with the right check digit; the same for the same serial."""
    body = f"77{serial % 10_000_000:07d}"
    return body + inn_number.calc_company_check_digit(body)


def valid_ogrn(serial: int) -> str:
    """An organisation's ОГРН with the right check digit; the same for the same serial."""
    body = f"11977{serial % 10_000_000:07d}"
    return f"{body}{int(body) % 11 % 10}"


def user(email: str, *, password: str = settings.DEMO_PASSWORD, verified: bool = True, **fields: Any) -> User:
    """A person whose e-mail is confirmed; he signs in with the demo password unless another is given."""
    names = {"last_name": "Орлова", "first_name": "Наталья", "patronymic": "Викторовна"}
    made = User(email=email.lower(), **(names | fields))
    made.password = _hashed(password, settings.PASSWORD_HASHERS[0])
    made.save()
    EmailAddress.objects.create(user=made, email=made.email, primary=True, verified=verified)
    return made


@cache
def _hashed(password: str, hasher: str) -> str:
    """The password's hash: one slow hash serves the whole cast."""
    return make_password(password)


def department(*, curators: Iterable[User] = (), **fields: Any) -> Department:
    """An office of the supplier."""
    number = next(_numbers)
    defaults = {
        "name": f"Отделение № {number}",
        "head_name": "Захаров Игорь Петрович",
        "address": "115035, Москва, ул. Пятницкая, 3",
        "phone": "+7 495 000-00-01",
    }
    made = Department.objects.create(**(defaults | fields))
    made.curators.set(curators)
    return made


def organisation(**fields: Any) -> Organisation:
    """A legal entity whose ИНН and ОГРН have right check digits."""
    number = next(_numbers)
    defaults = {
        "name": f"ООО «Потребитель {number}»",
        "inn": valid_inn(9_000_000 + number),
        "kpp": "770101001",
        "ogrn": valid_ogrn(9_000_000 + number),
        "email": f"office{number}@example.com",
    }
    return Organisation.objects.create(**(defaults | fields))


# the parameters of contract() hide their names
_new_organisation, _new_department = organisation, department


def contract(organisation: Organisation | None = None, department: Department | None = None, **fields: Any) -> Contract:
    """A supply contract; its organisation and department are made when none are given."""
    defaults = {
        "organisation": organisation or _new_organisation(),
        "department": department or _new_department(),
        "number": f"7{next(_numbers):07d}",
        "date": dt.date(2019, 3, 14),
    }
    return Contract.objects.create(**(defaults | fields))


def facility(contract: Contract, **fields: Any) -> Facility:
    """A site of the contract."""
    defaults = {"name": f"Склад № {next(_numbers)}", "address": "Москва, ул. Лобненская, 18"}
    return Facility.objects.create(contract=contract, **(defaults | fields))


def point(facility: Facility, **fields: Any) -> MeteringPoint:
    """A metering point of the facility, at low voltage without losses."""
    defaults = {"name": f"Ввод {next(_numbers)}", "voltage_level": "НН", "max_power_kw": Decimal(150)}
    return MeteringPoint.objects.create(facility=facility, **(defaults | fields))


def meter(point: MeteringPoint, *, ratio: Decimal | int = 1, **fields: Any) -> Meter:
    """A working meter of 6 digits before and 2 after the point; a ratio other than 1 is its Ктт."""
    defaults = {"serial": f"{30_000_000 + next(_numbers)}", "type_name": "Меркурий 234 ART"}
    made = Meter.objects.create(point=point, **(defaults | fields))
    if ratio != 1:
        TransformerRatio.objects.create(meter=made, valid_from=RATIOS_SINCE, current_ratio=Decimal(ratio))
    return made


def register(meter: Meter, *, energy: str = Register.Energy.ACTIVE_IN, zone: str = "") -> Register:
    """A register of the meter."""
    return Register.objects.create(meter=meter, energy=energy, zone=zone)


def access(
    user: User,
    contract: Contract,
    *,
    role: str = Role.ADMINISTRATOR,
    facilities: Iterable[Facility] | None = None,
    **fields: Any,
) -> ContractAccess:
    """The user's access to the contract; to chosen facilities only when they are given."""
    scope = Scope.WHOLE if facilities is None else Scope.CHOSEN
    made = ContractAccess.objects.create(user=user, contract=contract, role=role, **({"scope": scope} | fields))
    made.facilities.set(facilities or ())
    return made


def window(
    department: Department | None = None,
    *,
    period: dt.date | None = None,
    opens_at: dt.datetime | None = None,
    closes_at: dt.datetime | None = None,
    **fields: Any,
) -> ReceptionWindow:
    """A reception window over the whole month of its period (this month unless told otherwise)."""
    period = period or periods.this_period()
    first, last = month_bounds(period)
    return ReceptionWindow.objects.create(
        department=department, period=period, opens_at=opens_at or first, closes_at=closes_at or last, **fields
    )


def month_bounds(period: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The first minute of the period's month in Moscow and the last one."""
    first = timezone.make_aware(dt.datetime.combine(period, dt.time()))
    return first, timezone.make_aware(dt.datetime.combine(periods.shift(period, 1), dt.time())) - dt.timedelta(
        minutes=1
    )


def sent_reading(register: Register, period: dt.date, value: Decimal | int | str, **fields: Any) -> Reading:
    """A current reading that was sent in its period's month and waits for acceptance."""
    sent_at = min(month_bounds(period)[1] - dt.timedelta(days=3), timezone.now())
    return Reading.objects.create(
        register=register, period=period, **({"sent": Decimal(value), "sent_at": sent_at} | fields)
    )


def accepted_consumption(register: Register, **fields: Any) -> AcceptedConsumption:
    """What was taken into calculation of the register for the month before this one."""
    period = periods.shift(periods.this_period(), -1)
    return AcceptedConsumption.objects.create(
        register=register, **({"period": period, "energy": Decimal(1200)} | fields)
    )


def payment(contract: Contract, **fields: Any) -> Payment:
    """A payment by the contract, of today."""
    defaults = {"number": f"{next(_numbers)}", "date": timezone.localdate(), "amount": Decimal("1240000.00")}
    return Payment.objects.create(contract=contract, **(defaults | fields))


def supplier_document(contract: Contract, **fields: Any) -> SupplierDocument:
    """A bill by the contract, of today, with VAT of 20 %."""
    defaults = {
        "kind": DocumentKind.BILL,
        "number": f"СЧ-{next(_numbers)}",
        "date": timezone.localdate(),
        "total": Decimal("1200000.00"),
        "vat": Decimal("200000.00"),
    }
    return SupplierDocument.objects.create(contract=contract, **(defaults | fields))


def violation_act(contract: Contract, **fields: Any) -> ViolationAct:
    """An act of unaccounted consumption in the month before."""
    month = periods.shift(periods.this_period(), -1)
    defaults = {
        "number": f"БУ-{next(_numbers)}",
        "date": timezone.localdate(),
        "kind": ViolationKind.UNACCOUNTED,
        "period_from": month,
        "period_to": month_bounds(month)[1].date(),
        "point_name": "Ввод 1",
        "meter_serial": "31877102",
        "amount": Decimal("86400.50"),
    }
    return ViolationAct.objects.create(contract=contract, **(defaults | fields))
