"""Loads the demo and takes it away again."""

from functools import partial
from random import Random

from django.db import transaction
from django.db.models import QuerySet

from cabinet.accounts.models import User
from cabinet.contracts.models import Contract, Department, Organisation
from cabinet.contracts.trail.recording import ContractLogEntry
from cabinet.metering.models import Meter
from cabinet.readings.models import ActPrint
from portal.demo import big, people, trail
from portal.demo.billing import Billing
from portal.demo.clock import Clock
from portal.demo.history import History
from portal.demo.metering import make_sites
from portal.demo.windows import make_windows, remove_windows


def cast_is_there() -> bool:
    """Whether the demo was loaded already."""
    return User.objects.filter(email=people.CLIENT, is_demo=True).exists()


def big_meters() -> int:
    """How many meters the big contract has; 0 when it is not there."""
    return Meter.objects.filter(point__facility__contract__number=people.BIG_AGREEMENT.number).count()


@transaction.atomic
def make_cast(clock: Clock) -> None:
    """The people of the design's table with their contracts, meters and two years of readings."""
    cast = people.make_people()
    departments = people.make_departments(cast)
    make_windows(list(departments.values()), clock)
    random, money = Random(1), Random(2)
    contracts: dict[str, Contract] = {}
    for agreement in people.AGREEMENTS:
        contract = people.make_contract(agreement, cast, departments)
        contracts[agreement.number] = contract
        metered = make_sites(contract, agreement.sites, clock)
        sender = cast[agreement.administrator] if agreement.administrator else None
        History(clock, random, sender, cast[agreement.curator], agreement.all_sent).write(metered)
        Billing(contract, agreement.sites, clock, money).write()
        trail.write_readings(contract, cast[agreement.curator], clock.now)
    people.make_colleagues(cast, contracts)
    for contract in contracts.values():
        trail.write_accesses(contract)


@transaction.atomic
def make_big(meters: int, clock: Clock) -> None:
    """big@example.com and his contract with so many meters; the cast must be there."""
    agreement = people.BIG_AGREEMENT
    curator = User.objects.get(email=agreement.curator, is_demo=True)
    person = people.make_big_person()
    departments = {agreement.curator: curator.departments.get()}
    contract = people.make_contract(agreement, {person.email: person, curator.email: curator}, departments)
    big.make_meters(contract, meters, person, clock)


@transaction.atomic
def remove() -> int:
    """Remove the demo accounts and all that belongs to them; how many accounts there were.

    Only what the demo made: its organisations (known by ИНН and mailbox together) with their
    contracts, its departments where nobody else's contract is served, its windows, and the trail
    of all these.
    """
    owners = Organisation.objects.filter(
        inn__in=[owner["inn"] for owner in people.ORGANISATIONS],
        email__in=[owner["email"] for owner in people.ORGANISATIONS],
    )
    contracts = Contract.objects.filter(organisation__in=owners)
    _remove_files(contracts)
    ContractLogEntry.objects.filter(contract__in=contracts).delete()
    contracts.delete()
    owners.delete()
    for fields in people.DEPARTMENTS.values():
        department = Department.objects.filter(name=fields["name"], phone=fields["phone"], contracts=None)
        ContractLogEntry.objects.filter(department__in=department).delete()
        department.delete()
    remove_windows()
    demo = User.objects.filter(is_demo=True)
    count = demo.count()
    demo.delete()
    return count


def _remove_files(contracts: QuerySet[Contract]) -> None:
    """Remove the printed acts' files once their rows are gone for good."""
    for printed in ActPrint.objects.filter(contract__in=contracts).exclude(file=""):
        transaction.on_commit(partial(printed.file.storage.delete, printed.file.name))
