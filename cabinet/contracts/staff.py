"""Which departments a member of the supplier's staff works for: what every staff query starts from."""

from typing import Any

from django.db.models import QuerySet

from cabinet.contracts.models import Department

ALL_DEPARTMENTS = "contracts.all_departments"


def sees_all_departments(user: Any) -> bool:
    """Whether the user is an administrator of the back office (a superuser, or by his group)."""
    return user.is_authenticated and user.is_active and user.has_perm(ALL_DEPARTMENTS)


def departments_for(user: Any) -> QuerySet[Department]:
    """The departments given to a curator, all for an administrator, none for anybody else."""
    if not user.is_authenticated or not user.is_active:
        return Department.objects.none()
    if sees_all_departments(user):
        return Department.objects.all()
    return Department.objects.filter(curators=user)
