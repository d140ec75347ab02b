"""Two years of a contract's money: what its energy cost month by month, how it was paid, a few acts of violation."""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from operator import attrgetter
from random import Random

from cabinet.billing.kinds import DocumentKind, ViolationKind
from cabinet.billing.models import Payment, SupplierDocument, ViolationAct
from cabinet.common import periods
from cabinet.contracts.models import Contract
from portal.demo.builders import month_bounds
from portal.demo.clock import Clock
from portal.demo.sites import SEASONS, Site

MONTHS = 24
PRICE = Decimal("8.42")  # roubles a kWh, VAT included
FIRST_ADVANCE, SECOND_ADVANCE = Decimal("0.30"), Decimal("0.40")  # of the month, paid by the 10th and the 25th
OLD_VAT, VAT, VAT_SINCE = Decimal(20), Decimal(22), dt.date(2026, 1, 1)
CORRECTED_MONTHS_AGO = 7


@dataclass(frozen=True)
class Violation:
    """An act of violation as the demo's table has it; ``kwh`` is what it reckoned."""

    contract: str
    months_ago: int
    kind: ViolationKind
    point: str
    serial: str
    kwh: int


VIOLATIONS = (
    Violation("99884021", 3, ViolationKind.UNACCOUNTED, "наружное освещение", "30055418", 10_260),
    Violation("99884021", 11, ViolationKind.UNACCOUNTED, "насосная", "30055427", 24_815),
    Violation("99884021", 16, ViolationKind.RESTRICTION, "компрессорная", "32104477", 1_930),
    Violation("99884021", 22, ViolationKind.UNCONTRACTED, "временный ввод строительной площадки", "", 7_400),
    Violation("99884050", 6, ViolationKind.UNACCOUNTED, "РУ-10 кВ, ячейка 4", "", 61_070),
    Violation("99770311", 9, ViolationKind.UNACCOUNTED, "печной цех", "", 18_350),
)


@dataclass
class Billing:
    """Collects the money of one contract, to be written in bulk; what lies after the demo's day is left out."""

    contract: Contract
    sites: tuple[Site, ...]
    clock: Clock
    random: Random
    payments: list[Payment] = field(default_factory=list)
    documents: list[SupplierDocument] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(self.random.randrange(1_000, 4_000), 7)

    def write(self) -> None:
        """Write all of it."""
        for months_ago in range(MONTHS, -1, -1):
            self._month(self.clock.months_ago(months_ago), months_ago)
        for payment in sorted(self.payments, key=attrgetter("date")):  # payers number their orders as they go
            payment.number = str(next(self._numbers) + self.random.randrange(7))
        Payment.objects.bulk_create(one for one in self.payments if one.date <= self.clock.today)
        SupplierDocument.objects.bulk_create(one for one in self.documents if one.date <= self.clock.today)
        ViolationAct.objects.bulk_create(self._violations())

    def _month(self, period: dt.date, months_ago: int) -> None:
        """Two advances, what the month came to, and the rest of it in the month after."""
        cost, following = self._cost(period), periods.shift(period, 1)
        first, second = (_kopecks(cost * share) for share in (FIRST_ADVANCE, SECOND_ADVANCE))
        self._issue(DocumentKind.ADVANCE_BILL, period.replace(day=3), first + second)
        self._pay(period.replace(day=self.random.randint(8, 10)), first)
        self._pay(period.replace(day=self.random.randint(22, 25)), second)
        closing = month_bounds(period)[1].date()
        if self.contract.signature_agreement_date:
            self._issue(DocumentKind.TRANSFER_DOCUMENT, closing, cost)
        else:
            self._issue(DocumentKind.TAX_INVOICE, closing, cost)
            self._issue(DocumentKind.DELIVERY_ACT, closing, cost)
        if months_ago == CORRECTED_MONTHS_AGO:
            self._issue(DocumentKind.CORRECTION_INVOICE, following.replace(day=20), -_kopecks(cost / 50))
        self._issue(DocumentKind.BILL, following.replace(day=5), cost - first - second)
        self._pay(following.replace(day=self.random.randint(15, 18)), cost - first - second)
        if period.month % 3 == 0:
            self._issue(DocumentKind.RECONCILIATION, following.replace(day=12), cost - first - second, taxed=False)

    def _cost(self, period: dt.date) -> Decimal:
        points = [point for site in self.sites for point in site.points]
        energy = sum(point.month * SEASONS[point.season][period.month - 1] for point in points)
        return _kopecks(Decimal(energy * self.random.uniform(0.95, 1.05)) * PRICE)

    def _pay(self, date: dt.date, amount: Decimal) -> None:
        self.payments.append(Payment(contract=self.contract, date=date, amount=amount))

    def _issue(self, kind: DocumentKind, date: dt.date, total: Decimal, taxed: bool = True) -> None:
        vat = _vat(date, total) if taxed else None
        number = f"{self.contract.number[-4:]}/{len(self.documents) + 1}"
        document = SupplierDocument(contract=self.contract, kind=kind, number=number, date=date, total=total, vat=vat)
        self.documents.append(document)

    def _violations(self) -> Iterator[ViolationAct]:
        for each in VIOLATIONS:
            if each.contract == self.contract.number:
                found = self.clock.months_ago(each.months_ago)
                since = periods.shift(found, -3)
                yield ViolationAct(
                    contract=self.contract,
                    number=f"{found:%m}-{each.months_ago:02d}/БУ",
                    date=found.replace(day=17),
                    kind=each.kind,
                    period_from=since,
                    period_to=found - dt.timedelta(days=1),
                    point_name=each.point,
                    meter_serial=each.serial,
                    amount=_kopecks(each.kwh * PRICE),
                )


def _kopecks(roubles: Decimal) -> Decimal:
    return roubles.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _vat(date: dt.date, total: Decimal) -> Decimal:
    """The tax within the total."""
    rate = VAT if date >= VAT_SINCE else OLD_VAT
    return _kopecks(total * rate / (100 + rate))
