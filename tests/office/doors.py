"""Every address of the back office, and a foreign department's rows that none of them may show."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import openpyxl
from django.db.models import Model
from django.http import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from wagtail.admin import urls as wagtailadmin_urls

from cabinet.billing.wagtail_hooks import VIEWSETS as BILLING
from cabinet.contracts.models import BindingAttempt
from cabinet.contracts.wagtail_hooks import VIEWSETS as CONTRACTS
from cabinet.metering.wagtail_hooks import VIEWSETS as METERING
from cabinet.readings.wagtail_hooks import VIEWSETS as READINGS
from portal.demo import builders

TENANT = {viewset.name: viewset for viewset in [*CONTRACTS, *METERING, *READINGS, *BILLING]}
NEVER = ("logout", "sprite", "javascript_catalog", "error_test")
QUERIES = ("", "?export=xlsx", "?q=8", "?multiple=1", "?_w_filter_fragment=1", "?describe_on_delete=1")


@dataclass(frozen=True)
class Door:
    """An address: its name, the namespaces before it, the names of its arguments."""

    name: str
    namespace: str
    arguments: tuple[str, ...]

    @property
    def model(self) -> type[Model] | None:
        """The tenant's model whose viewset or chooser it is."""
        viewset = TENANT.get(self.namespace.removesuffix("_chooser"))
        return viewset.model if viewset else None

    def url(self, value: Any) -> str:
        """The address with every argument set to the value."""
        full = f"{self.namespace}:{self.name}" if self.namespace else self.name
        return reverse(full, args=[value] * len(self.arguments))


def doors() -> list[Door]:
    """Every named address under /admin/."""
    admin = next(
        each for each in get_resolver().url_patterns if getattr(each, "urlconf_name", None) is wagtailadmin_urls
    )
    return [door for door in _walk(admin, "") if not door.name.endswith(NEVER)]


def _walk(resolver: URLResolver, namespace: str) -> Iterator[Door]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            inner = ":".join(part for part in (namespace, each.namespace) if part)
            yield from _walk(each, inner)
        elif isinstance(each, URLPattern) and each.name:
            groups = tuple(each.pattern.converters or each.pattern.regex.groupindex)
            yield Door(each.name, namespace, groups or ("",) * each.pattern.regex.groups)


def reachable_url(door: Door, value: Any) -> str | None:
    """The address, or None when it takes no such value (a uuid, a code)."""
    try:
        return door.url(value)
    except NoReverseMatch:
        return None


def text_of(response: HttpResponseBase) -> str:
    """All that an answer says, the cells of a workbook included."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if "spreadsheet" in response.get("Content-Type", ""):
        sheets = openpyxl.load_workbook(BytesIO(body), read_only=True).worksheets
        return "\n".join(str(cell) for sheet in sheets for row in sheet.values for cell in row)
    return body.decode(errors="replace")


def foreign_rows(cast: Any) -> dict[type[Model], Model]:
    """A row of the other department for each of the tenant's models."""
    meter = cast.other_register.meter
    attempt = BindingAttempt.objects.create(
        user=cast.other, email="foreign@example.com", inn="7700000000", number="X", outcome="not_found"
    )
    rows = [
        cast.other_contract.organisation,
        cast.other_contract,
        cast.other_facility,
        cast.other_contract.accesses.get(),
        cast.other_department,
        cast.other_department.windows.get(),
        attempt,
        meter.point,
        meter,
        builders.accepted_consumption(cast.other_register),
        builders.payment(cast.other_contract, number="ПД-чужой"),
        builders.supplier_document(cast.other_contract, number="СФ-чужой"),
        builders.violation_act(cast.other_contract, number="БУ-чужой", meter_serial="чужой-1"),
    ]
    return {type(row): row for row in rows}


def marks(cast: Any) -> set[str]:
    """What only the other department's pages may say."""
    contract, meter = cast.other_contract, cast.other_register.meter
    return {
        contract.number,
        contract.organisation.name,
        contract.organisation.inn,
        cast.other_facility.name,
        meter.serial,
        meter.point.name,
        cast.other_department.name,
        cast.other.email,
        "foreign@example.com",
        "ПД-чужой",
        "СФ-чужой",
        "БУ-чужой",
        "чужой-1",
    }


def leaks(client: Client, url: str, secrets: set[str], **post: Any) -> list[str]:
    """The secrets that an answer tells; a server error counts as one."""
    response = client.post(url, post) if post else client.get(url)
    if response.status_code >= 500:
        return [f"{response.status_code}"]
    said = text_of(response)
    return sorted(secret for secret in secrets if secret in said)
