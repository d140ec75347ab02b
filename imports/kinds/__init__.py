"""The kinds of loads, in the order in which they build on one another."""

from imports.kinds.access import AccessResource
from imports.kinds.billing import DocumentResource, PaymentResource, ViolationResource
from imports.kinds.clients import ContractResource, FacilityResource, OrganisationResource
from imports.kinds.metering import MeterResource, PointResource, RatioResource, RegisterResource
from imports.kinds.readings import ConsumptionResource, OpeningResource
from imports.resource import LoadResource

KINDS: dict[str, type[LoadResource]] = {
    kind.code: kind
    for kind in (
        OrganisationResource,
        ContractResource,
        FacilityResource,
        PointResource,
        MeterResource,
        RatioResource,
        RegisterResource,
        OpeningResource,
        ConsumptionResource,
        PaymentResource,
        DocumentResource,
        ViolationResource,
        AccessResource,
    )
}
