"""The tabs of «Информация по договору»; pages of higher floors stand here by the names of their addresses."""

from typing import NamedTuple

from django.urls import reverse

from cabinet.contracts.models import Contract

TABS = {
    "contract-payments": "Платежи",
    "contract-documents": "Документы",
    "contract-violations": "Акты нарушений",
}


class TabLink(NamedTuple):
    """The way to a tab."""

    name: str
    label: str
    url: str
    current: bool


def first_tab() -> str:
    """Where the window opens: the name of the address."""
    return next(iter(TABS))


def tab_links(contract: Contract, current: str) -> list[TabLink]:
    """The tabs of the contract, in the order of the manual; ``current`` names the one that is open."""
    return [TabLink(name, label, reverse(name, args=[contract.pk]), name == current) for name, label in TABS.items()]
