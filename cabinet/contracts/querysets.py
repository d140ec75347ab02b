"""Whose rows a person may know of. Every query of a tenant's data starts here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from cabinet.contracts.roles import Ability, Role, roles_with


def ended() -> Q:
    """That an access has ended: its last day has passed."""
    return Q(until__lt=timezone.localdate())


class ContractAccessQuerySet(models.QuerySet["ContractAccess"]):
    """Accesses of people to contracts."""

    def active(self) -> ContractAccessQuerySet:
        """Those that have not ended."""
        return self.filter(Q(until=None) | Q(until__gte=timezone.localdate()))

    def ended(self) -> ContractAccessQuerySet:
        """Those whose last day has passed."""
        return self.filter(ended())

    def usable(self) -> ContractAccessQuerySet:
        """Those of people who can sign in and work with the contract today."""
        return self.active().filter(user__is_active=True)

    def administrators(self) -> ContractAccessQuerySet:
        """Those that make their people administrators today."""
        return self.usable().filter(role=Role.ADMINISTRATOR)

    def of(self, user: Any, ability: Ability | None = None) -> ContractAccessQuerySet:
        """The user's active accesses, with an ability if one is asked for; none for the anonymous."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = self.active().filter(user=user)
        return mine if ability is None else mine.filter(role__in=roles_with(ability))


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    """Requests for access of people who bound a contract second."""

    def waiting(self) -> AccessRequestQuerySet:
        """Those nobody has decided."""
        return self.filter(state="waiting")

    def for_user(self, user: Any) -> AccessRequestQuerySet:
        """Those the user made, and those to contracts whose access he manages."""
        from cabinet.contracts.models import ContractAccess

        managed = ContractAccess.objects.of(user, Ability.ACCESS).filter(contract=OuterRef("contract"))
        return self.filter(Q(user=user.pk) | Exists(managed))

    def to_decide_by(self, user: Any) -> AccessRequestQuerySet:
        """The waiting ones to contracts whose access the user manages, the oldest first."""
        return self.waiting().for_user(user).exclude(user=user.pk).order_by("created_at", "pk")

    def open_to_curators(self) -> AccessRequestQuerySet:
        """The waiting ones that a curator may decide: in time, or when the contract has no administrator left."""
        from cabinet.contracts.models import ContractAccess

        administrators = ContractAccess.objects.administrators().filter(contract=OuterRef("contract"))
        return self.waiting().filter(Q(curator_from__lte=timezone.now()) | ~Exists(administrators))

    def shown_to(self, user: Any) -> AccessRequestQuerySet:
        """The user's own that wait, and those refused within a month, each with its contract."""
        lately = timezone.now() - dt.timedelta(days=30)
        shown = Q(state="waiting") | Q(state="refused", decided_at__gt=lately)
        return self.filter(shown, user=user.pk).select_related("contract")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations of people who have no account."""

    def pending(self) -> InvitationQuerySet:
        """Those neither accepted nor withdrawn; ``state`` tells whether they still hold."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def alive(self) -> InvitationQuerySet:
        """Those that can still be accepted."""
        return self.pending().filter(expires_at__gt=timezone.now(), tries__lt=settings.INVITATION_CODE_TRIES)

    def for_contract(self, contract: Any) -> InvitationQuerySet:
        """The pending ones of a contract with what they give in it: ``role``, ``scope``, ``until``; who invited.

        ``covered`` tells whether he still administers the contract as long as the invited would work with it.
        """
        from cabinet.contracts.models import ContractAccess

        given = {name: F(f"accesses__{name}") for name in ("role", "scope", "until")}
        inviters = ContractAccess.objects.administrators().filter(contract=contract, user=OuterRef("invited_by"))
        covered = Exists(inviters.filter(Q(until=None) | Q(until__gte=OuterRef("until"))))
        pending = self.pending().filter(accesses__contract=contract).annotate(**given)
        return pending.annotate(covered=covered).select_related("invited_by")


class OrganisationQuerySet(models.QuerySet):
    """Organisations."""

    def for_user(self, user: Any) -> OrganisationQuerySet:
        """Those that have a contract the user may see."""
        from cabinet.contracts.models import Contract

        return self.filter(Exists(Contract.objects.for_user(user).filter(organisation=OuterRef("pk"))))


class ContractQuerySet(models.QuerySet):
    """Contracts."""

    def for_user(self, user: Any, ability: Ability | None = None) -> ContractQuerySet:
        """The contracts bound to the user (where his role has the ability, if one is asked for)."""
        from cabinet.contracts.models import ContractAccess

        return self.filter(Exists(ContractAccess.objects.of(user, ability).filter(contract=OuterRef("pk"))))

    def with_own_role(self, user: Any) -> ContractQuerySet:
        """Annotated with ``own_role``: the user's role, None without an active access."""
        return self.annotate(own_role=_of_own_access(user, "role"))

    def for_list(self, user: Any) -> ContractQuerySet:
        """The user's contracts with what a row shows: who, the own role and its last day, count of own facilities."""
        from cabinet.contracts.models import Facility

        facilities = Facility.objects.for_user(user).filter(contract=OuterRef("pk")).order_by().values("contract")
        return (
            self.for_user(user)
            .with_own_role(user)
            .select_related("organisation", "department", "curator")
            .annotate(own_until=_of_own_access(user, "until"))
            .annotate(own_facilities=Coalesce(Subquery(facilities.annotate(n=Count("pk")).values("n")), 0))
        )

    def search(self, text: str) -> ContractQuerySet:
        """Those whose number, organisation's name or ИНН, or department has the text."""
        found = Q(number__icontains=text) | Q(organisation__inn__startswith=text)
        found |= Q(organisation__name__icontains=text) | Q(department__name__icontains=text)
        return self.filter(found) if text else self


def _of_own_access(user: Any, field: str) -> Subquery:
    """A field of the user's access to the contract of the row."""
    from cabinet.contracts.models import ContractAccess

    return Subquery(ContractAccess.objects.of(user).filter(contract=OuterRef("pk")).values(field)[:1])


class FacilityQuerySet(models.QuerySet):
    """Facilities (объекты)."""

    def for_user(self, user: Any, ability: Ability | None = None) -> FacilityQuerySet:
        """Facilities of the user's contracts; with «К выбранным объектам» only the chosen ones."""
        from cabinet.contracts.models import ContractAccess, Scope

        mine = ContractAccess.objects.of(user, ability).filter(contract=OuterRef("contract"))
        chosen = ContractAccess.facilities.through.objects.filter(
            facility=OuterRef(OuterRef("pk")), contractaccess=OuterRef("pk")
        )
        return self.filter(Exists(mine.filter(Q(scope=Scope.WHOLE) | Q(Exists(chosen)))))


class ReceptionWindowQuerySet(models.QuerySet):
    """Reception windows."""

    def of_contract(self, contract: Any, kind: str) -> ReceptionWindowQuerySet:
        """The windows that hold for the contract: its department's, and the common ones it has none for."""
        own = self.filter(department=contract.department_id, kind=kind)
        return self.filter(kind=kind).filter(
            Q(department=contract.department_id) | Q(department=None) & ~Exists(own.filter(period=OuterRef("period")))
        )
