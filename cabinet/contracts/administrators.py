"""Who administers a contract, and what must not leave it without an administrator."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cabinet.common.verdict import ALLOWED, Verdict, refused
from cabinet.contracts.models import Contract, ContractAccess
from cabinet.contracts.roles import Role

LAST = (
    "Это последний администратор договора. Его нельзя удалить, назначить на другую роль или ограничить сроком: "
    "сначала сделайте администратором другого пользователя."
)


def administrators_of(contract: Contract) -> QuerySet[ContractAccess]:
    """The accesses of its administrators who can sign in, the oldest first."""
    return ContractAccess.objects.administrators().filter(contract=contract).select_related("user").order_by("pk")


def name_administrators(contracts: Iterable[Contract]) -> None:
    """Put the short names of each contract's administrators on it, asked for once (``administrators``)."""
    by_key = {contract.pk: contract for contract in contracts}
    for contract in by_key.values():
        contract.administrators = []  # type: ignore[attr-defined]
    if by_key:
        named = ContractAccess.objects.administrators().filter(contract__in=by_key)
        for access in named.select_related("user").order_by("pk"):
            by_key[access.contract_id].administrators.append(access.user.get_short_name())  # type: ignore[attr-defined]


def administers(access: ContractAccess) -> bool:
    """Whether the access makes its person an administrator today."""
    return access.role == Role.ADMINISTRATOR and access.user.is_active and not access.has_ended


def is_last(access: ContractAccess) -> bool:
    """Whether without this access nobody would administer the contract (for good, if this one is for good)."""
    if not administers(access):
        return False
    others = administrators_of(access.contract).exclude(pk=access.pk)
    return not (others.filter(until=None) if access.until is None else others).exists()


def left_without(user: Any) -> list[ContractAccess]:
    """The accesses by which the person is the last administrator (``is_last``), in one statement."""
    others = ContractAccess.objects.administrators().filter(contract=OuterRef("contract")).exclude(pk=OuterRef("pk"))
    followed = Q(until=None) & Exists(others.filter(until=None)) | Q(until__isnull=False) & Exists(others)
    own = ContractAccess.objects.administrators().filter(user=user).exclude(followed)
    return list(own.select_related("user", "contract__organisation", "contract__curator").order_by("contract__number"))


def may_become(access: ContractAccess, role: str, until: object) -> Verdict:
    """Whether an access may get this role and last day, seen from the contract's need of an administrator."""
    stays = role == Role.ADMINISTRATOR and (until is None or access.until is not None)
    return ALLOWED if stays or not is_last(access) else refused(LAST)


def may_go(access: ContractAccess) -> Verdict:
    """Whether an access may be removed."""
    return refused(LAST) if is_last(access) else ALLOWED
