"""Changing and removing an access that a person has."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cabinet.common.errors import DomainError, NotAllowed
from cabinet.common.verdict import ALLOWED, Verdict, refused
from cabinet.contracts.actions.administering import administering, give_access, last_days
from cabinet.contracts.actions.telling import tell_of_change, tell_of_removal
from cabinet.contracts.administrators import may_become, may_go
from cabinet.contracts.doors import Door
from cabinet.contracts.models import Contract, ContractAccess
from cabinet.contracts.rules import outlasts
from cabinet.contracts.terms import Terms
from cabinet.contracts.wording import access_in_words, change_in_words

OWN = "Свой доступ изменить нельзя. Передайте администрирование коллеге или отвяжите договор от своей учётной записи."
OUTLASTS = (
    "Вы администратор договора по {}, а этот доступ действует дольше. Изменить или удалить его может администратор "
    "без срока или куратор."
)
GONE = "Этого доступа больше нет: его удалил другой администратор."


class ChangedMeanwhile(DomainError):
    """A colleague changed the access after the page was shown."""

    def __init__(self, now: str) -> None:
        super().__init__(
            f"Пока окно было открыто, доступ изменил другой администратор. Сейчас: {now}. "
            "Проверьте ваши изменения и сохраните ещё раз."
        )


def seen_of(access: ContractAccess) -> str:
    """What a page shows of an access, as a mark: it differs once anything of it has changed."""
    facilities = sorted(access.facilities.values_list("pk", flat=True))
    shown = f"{access.role} {access.scope} {access.until} {facilities}"
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def change_access(*, actor: Any, contract: Contract, access_id: int, terms: Terms, seen: str) -> bool:
    """Give a colleague's access other terms; False when they are what they were.

    ``seen`` is ``seen_of`` what was shown: raises ChangedMeanwhile when a colleague was quicker. Raises NotAllowed
    for one's own access, the last administrator's and one that outlasts the actor's own.
    """
    with _others_access(actor, contract, access_id) as access:
        if seen != seen_of(access):
            raise ChangedMeanwhile(access_in_words(access))
        old = Terms.of(access)
        if terms == old:
            return False
        _insist(may_become(access, terms.role, terms.until))
        _insist(_may_touch(actor, access))
        before = access_in_words(access)
        after = change_in_words(give_access(contract, access.user, terms, by=actor), old)
        tell_of_change(access=access, actor=actor, door=Door.PAGE, before=before, after=after)
    return True


def remove_access(*, actor: Any, contract: Contract, access_id: int) -> None:
    """Take a colleague's access away. Raises NotAllowed for those that ``change_access`` does not touch."""
    with _others_access(actor, contract, access_id) as access:
        _insist(may_go(access))
        _insist(_may_touch(actor, access))
        tell_of_removal(access=access, actor=actor, door=Door.PAGE)
        access.delete()


@contextmanager
def _others_access(actor: Any, contract: Contract, access_id: int) -> Iterator[ContractAccess]:
    """A colleague's access, locked with its contract, the actor's right asked for anew."""
    with administering(actor, [contract]):
        rows = ContractAccess.objects.select_related("user", "contract__organisation")
        access = rows.filter(contract=contract, pk=access_id).first()
        if access is None:
            raise DomainError(GONE)
        if access.user_id == actor.pk:
            raise NotAllowed(OWN)
        yield access


def _may_touch(actor: Any, access: ContractAccess) -> Verdict:
    """Who is let in for a time does not turn out those who stay longer."""
    last = last_days(actor, [access.contract]).get(access.contract)
    return refused(OUTLASTS.format(f"{last:%d.%m.%Y}")) if outlasts(access.until, last) else ALLOWED


def _insist(verdict: Verdict) -> None:
    if not verdict:
        raise NotAllowed(verdict.reason)
