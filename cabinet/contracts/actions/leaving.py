"""Leaving a contract, and handing its administration over."""

from typing import Any

from django.db import transaction
from django.urls import reverse

from cabinet.common.errors import DomainError, NotAllowed
from cabinet.common.letters import at_portal
from cabinet.contracts.actions.administering import administering, give_access, lock
from cabinet.contracts.actions.telling import note, tell, tell_who_stay
from cabinet.contracts.administrators import is_last
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract, ContractAccess
from cabinet.contracts.roles import Role
from cabinet.contracts.terms import Terms
from cabinet.contracts.wording import access_in_words

FOR_A_TIME = "Вы администратор договора по {}: передать администрирование может только администратор без срока."
NO_LONGER = "Договор № {} уже не привязан к вашей учётной записи."


class LastAdministrator(NotAllowed):
    """Whoever leaves is the last administrator and has not been told what that means."""

    def __init__(self) -> None:
        super().__init__("Вы последний администратор договора: прочитайте, что это значит, и поставьте отметку.")


@transaction.atomic
def unbind_contract(*, user: Any, contract: Contract, knows_to_be_last: bool) -> None:
    """Unbind the contract from the person; all data of the organisation stay.

    Raises LastAdministrator when nobody would administer the contract and the person was not warned.
    """
    lock([contract.pk])
    access = _own(user, contract)
    if is_last(access) and not knows_to_be_last:
        raise LastAdministrator
    _leave(user, access)


def hand_over(*, actor: Any, contract: Contract, access_id: int, stay_as: Role | None) -> ContractAccess:
    """Make a colleague the «Администратор» of the whole contract; the actor stays in another role or leaves (None).

    Raises NotAllowed for one who does not manage access for good, DomainError for somebody who has none or for oneself.
    """
    with administering(actor, [contract]):
        own = _own(actor, contract)
        if own.until:
            raise NotAllowed(FOR_A_TIME.format(f"{own.until:%d.%m.%Y}"))
        access = _colleague(actor, contract, access_id)
        before = access_in_words(access)
        access = give_access(contract, access.user, Terms(Role.ADMINISTRATOR), by=actor)
        note(
            action="contracts.hand_over",
            row=access,
            actor=actor,
            door=Door.PAGE,
            before=before,
            terms=access_in_words(access),
        )
        url = at_portal(reverse("contract-access", args=[contract.pk]))
        tell(access, "administration_handed_over", by=actor.get_short_name(), url=url)
        if stay_as is None:
            _leave(actor, own)
        else:
            _stay(actor, own, stay_as)
    return access


def _own(user: Any, contract: Contract) -> ContractAccess:
    mine = ContractAccess.objects.of(user).select_related("user", "contract__organisation")
    access = mine.filter(contract=contract).first()
    if access is None:
        raise NotAllowed(NO_LONGER.format(contract.number))
    return access


def _colleague(actor: Any, contract: Contract, access_id: int) -> ContractAccess:
    others = ContractAccess.objects.usable().filter(contract=contract).exclude(user=actor)
    access = others.select_related("user", "contract__organisation").filter(pk=access_id).first()
    if access is None:
        raise DomainError("У этого пользователя больше нет доступа к договору. Выберите другого.", field="colleague")
    return access


def _leave(user: Any, access: ContractAccess) -> None:
    note(action="contracts.unbind", row=access, actor=user, door=Door.PAGE, before=access_in_words(access))
    access.delete()
    tell_who_stay(access)


def _stay(actor: Any, own: ContractAccess, role: Role) -> None:
    before = access_in_words(own)
    after = access_in_words(give_access(own.contract, actor, Terms(role), by=actor))
    note(action="contracts.access_changed", row=own, actor=actor, door=Door.PAGE, before=before, terms=after)
