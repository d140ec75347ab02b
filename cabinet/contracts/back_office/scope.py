"""Which rows of each model a member of staff can reach: the one rule behind every door of the back office."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from wagtail.hooks import search_for_hooks
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from cabinet.accounts.models import User
from cabinet.contracts.models import (
    AccessRequest,
    BindingAttempt,
    Contract,
    ContractAccess,
    Department,
    Facility,
    Organisation,
    ReceptionWindow,
)
from cabinet.contracts.staff import departments_for, sees_all_departments

Rule = Callable[[Any], Q]
_rules: dict[type[Model], Rule] = {}


class DepartmentPermissionPolicy(ModelPermissionPolicy):
    """Django's permissions say what a person may do, the rule says with which rows."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        """Whether the action is allowed and the row within reach."""
        allowed = self.user_has_permission(user, action)
        return allowed and reachable(user, self.model).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user: Any, actions: list[str]) -> QuerySet:
        """The rows within reach, if any of the actions is allowed."""
        everything = reachable(user, self.model)
        return everything if self.user_has_any_permission(user, actions) else everything.none()


def scoped(model: type[Model], rule: Rule) -> None:
    """Say which rows of the model a curator reaches; administrators reach all of them."""
    _rules[model] = rule
    register_permission_policy(model, DepartmentPermissionPolicy(model), exact_class=True)


def scoped_by(model: type[Model], path: str) -> None:
    """The usual rule: the department at the end of this path is one of the curator's."""
    scoped(model, lambda user: Q(**{f"{path}__in": departments_for(user)}))


def reachable(user: Any, model: type[Model]) -> QuerySet:
    """The rows of the model that the user may know of in the back office; a model without a rule is a mistake."""
    if model not in _rules:
        search_for_hooks()  # the apps say their rules with their back offices, which a worker has not loaded yet
    if model not in _rules:
        raise ImproperlyConfigured(f"{model.__name__} has no rule: which rows of it may a curator reach?")
    rows = model._default_manager.all()
    if sees_all_departments(user):
        return rows
    if not departments_for(user).exists():
        return rows.none()
    return rows.filter(_rules[model](user))


def _served_or_new(user: Any) -> Q:
    """Organisations with a contract of the curator's departments, and those that have no contract yet."""
    contracts = Contract.objects.filter(organisation=OuterRef("pk"))
    return Q(Exists(contracts.filter(department__in=departments_for(user)))) | ~Q(Exists(contracts))


def _colleagues(user: Any) -> Q:
    """Members of staff of the curator's departments."""
    return Q(pk__in=Department.curators.through.objects.filter(department__in=departments_for(user)).values("user"))


NOBODY = Q(pk__in=[])
scoped(Organisation, _served_or_new)
scoped_by(Contract, "department")
scoped_by(Facility, "contract__department")
scoped_by(ContractAccess, "contract__department")
scoped_by(AccessRequest, "contract__department")
scoped_by(ReceptionWindow, "department")
scoped(Department, lambda user: Q(pk__in=departments_for(user)))
scoped(BindingAttempt, lambda user: NOBODY)
_rules[User] = _colleagues  # its permission policy is Wagtail's: only administrators open users
_rules[Group] = lambda user: NOBODY
