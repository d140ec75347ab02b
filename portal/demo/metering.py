"""Makes the facilities, points, meters and registers of a demo contract."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from cabinet.contracts.models import Contract, Facility
from cabinet.metering.models import Register, TransformerRatio
from cabinet.metering.statuses import MeterState
from portal.demo import builders
from portal.demo.clock import Clock
from portal.demo.sites import Point, Scale, Site

SOON = dt.timedelta(days=21)


@dataclass(frozen=True)
class Metered:
    """A demo point with the registers that were made for it."""

    point: Point
    registers: list[tuple[Scale, Register]]


def make_sites(contract: Contract, sites: tuple[Site, ...], clock: Clock) -> list[Metered]:
    """All that is metered in the contract."""
    metered = []
    for site in sites:
        facility = builders.facility(contract, name=site.name, address=site.address)
        metered += [_make_point(facility, point, clock) for point in site.points]
    return metered


def _make_point(facility: Facility, point: Point, clock: Clock) -> Metered:
    made = builders.point(
        facility,
        name=point.name,
        voltage_level=point.level,
        loss_percent=Decimal(point.loss_percent),
        loss_kwh=Decimal(point.loss_kwh),
        transit_consumer=point.transit,
        max_power_kw=Decimal(point.power),
    )
    before, after = point.digits
    meter = builders.meter(
        made,
        serial=point.serial,
        type_name=point.type_name,
        digits_before=before,
        digits_after=after,
        state=MeterState.FAULTY if point.faulty else MeterState.WORKING,
        verification_due=_verification_due(point, clock),
    )
    for ratio in point.ratios:
        TransformerRatio.objects.create(
            meter=meter,
            valid_from=facility.contract.date if ratio.months_ago is None else clock.months_ago(ratio.months_ago),
            current_ratio=Decimal(ratio.current),
            voltage_ratio=Decimal(ratio.voltage),
        )
    registers = [(scale, builders.register(meter, energy=scale.energy, zone=scale.zone)) for scale in point.scales]
    return Metered(point, registers)


def _verification_due(point: Point, clock: Clock) -> dt.date:
    """Years ahead for most; expired with the last closed period, so that its reading was still taken."""
    if point.due == "expired":
        return clock.period - dt.timedelta(days=1)
    if point.due == "soon":
        return clock.today + SOON
    return clock.today + dt.timedelta(days=400 + int(point.serial) % 1500)
