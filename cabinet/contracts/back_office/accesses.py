"""Accesses of people to contracts in the back office: the cabinet's rules, the trail and letters are the same."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.views import generic

from cabinet.accounts.models import User
from cabinet.common.errors import DomainError
from cabinet.common.fields import EmailField
from cabinet.common.ids import parse_id
from cabinet.contracts.actions.administering import check_each, grant_waiting, lock
from cabinet.contracts.actions.switching import LEFT_WITHOUT
from cabinet.contracts.actions.telling import note, tell_of_access, tell_of_change, tell_of_removal, tell_who_stay
from cabinet.contracts.administrators import is_last, may_become
from cabinet.contracts.back_office.forms import DepartmentFilterSet, DepartmentForm, FreeText
from cabinet.contracts.back_office.terms import facilities_field
from cabinet.contracts.back_office.viewset import DepartmentViewSet
from cabinet.contracts.doors import BY_STAFF, Door
from cabinet.contracts.models import ContractAccess, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.terms import Terms
from cabinet.contracts.wording import access_in_words, change_in_words

WARNED = "last"


class AccessForm(DepartmentForm):
    """An access is given to a user by his e-mail: clients are not shown as a list."""

    email = EmailField(label="Логин пользователя", help_text="Адрес электронной почты, с которым он входит.")
    facilities = facilities_field()
    without_administrator = forms.BooleanField(label="Оставить договор без администратора", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = self.fields["facilities"].queryset
        known = self.instance.contract_id
        self.fields["facilities"].queryset = mine.filter(contract=known) if known else mine.none()
        if not known:
            self.fields["facilities"].help_text = "Объекты можно выбрать после первого сохранения."
        if self.instance.pk:
            self.fields["contract"].disabled = True
            self.fields["email"].disabled = True
            self.initial["email"] = self.instance.user.email
        if not (self.instance.pk and is_last(self.instance)):
            del self.fields["without_administrator"]

    def clean_email(self) -> str:
        """The login of a client who has confirmed his address; whose an access is already is not asked again."""
        if self.instance.pk:
            return self.instance.user.email
        email = self.cleaned_data["email"]
        account = User.objects.account_of(email)
        if account is None or not (account.confirmed and account.is_a_clients):
            raise forms.ValidationError("Пользователя с таким логином нет. Сначала он должен зарегистрироваться.")
        self.instance.user = account
        return email

    def clean(self) -> dict[str, Any]:
        """The terms are such as the contract has; its last administrator goes only when it is meant."""
        data = super().clean()
        contract = data.get("contract")
        if contract and {"role", "scope"} <= data.keys():
            self._check_terms(data)
        if contract and not self.instance.pk:
            known = ContractAccess.objects.filter(contract=contract, user__email=data.get("email", ""))
            if known.exists():
                self.add_error("email", "У этого пользователя уже есть доступ к договору.")
        return data

    def _check_terms(self, data: dict[str, Any]) -> None:
        facilities = frozenset(one.pk for one in data.get("facilities") or ())
        terms = Terms(Role(data["role"]), Scope(data["scope"]), facilities, data.get("until"))
        chosen_later = not self.instance.pk and terms.scope == Scope.CHOSEN and terms.role == Role.ENGINEER
        try:
            if not chosen_later:
                check_each({data["contract"]: terms})
        except DomainError as refusal:
            self.add_error(refusal.field, str(refusal))
        if "without_administrator" in self.fields and not data.get("without_administrator"):
            saved = ContractAccess.objects.select_related("user", "contract").get(pk=self.instance.pk)
            if not may_become(saved, terms.role, terms.until):
                self.add_error(
                    "without_administrator",
                    "Это последний администратор договора. Если договор нужно оставить без администратора, "
                    "поставьте отметку.",
                )


class AccessCreateView(generic.CreateView):
    """A new access: the person is told, what he asked for is answered."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Takes the form under the lock of its contract: what the form asks for still holds when it is saved."""
        contract = parse_id(request.POST.get("contract", ""))
        with transaction.atomic():
            lock([contract] if contract else [])
            return super().post(request, *args, **kwargs)

    def save_instance(self) -> ContractAccess:
        """Saves, with the trail and the letter of ours in place of Wagtail's entry."""
        actor, access = self.request.user, self.form.instance
        self.action_class(access, user=actor, form=self.form, log_action=None).execute(skip_permission_checks=True)
        grant_waiting(access.user, [access.contract], by=actor)
        terms = access_in_words(access)
        note(action="contracts.access_grant", row=access, actor=actor, door=Door.OFFICE, terms=terms)
        tell_of_access(access.user, [access.contract], by=BY_STAFF.capitalize(), terms=terms)
        return access


class AccessEditView(generic.EditView):
    """Another role, scope or last day: the person is told."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Takes the form under the lock of its contract, the access as it is now: who is the last is asked once."""
        contract = self.get_object().contract_id
        with transaction.atomic():
            lock([contract])
            self.object = self.get_object()
            return super().post(request, *args, **kwargs)

    def save_instance(self) -> ContractAccess:
        """Saves, with the trail and the letter of ours in place of Wagtail's entry."""
        actor, access = self.request.user, self.form.instance
        saved = ContractAccess.objects.select_related("user", "contract").get(pk=access.pk)
        old, before, was_last = Terms.of(saved), access_in_words(saved), is_last(saved)
        self.action_class(access, user=actor, form=self.form, log_action=None).execute(skip_permission_checks=True)
        reason = LEFT_WITHOUT if was_last and not is_last(access) else ""
        if Terms.of(access) != old:
            after = change_in_words(access, old)
            tell_of_change(access=access, actor=actor, door=Door.OFFICE, before=before, after=after, reason=reason)
            tell_who_stay(saved)
        return access


class AccessDeleteView(generic.DeleteView):
    """An access is taken away: the person is told."""

    @property
    def warning(self) -> str:
        """What the page says before it is done."""
        last = is_last(self.object)
        return "Это последний администратор договора: управлять доступом к нему будет некому." if last else ""

    def get_delete_url(self) -> str:
        """Where the answer goes: it says whether the person was warned."""
        return f"{super().get_delete_url()}?{WARNED}=1" if self.warning else super().get_delete_url()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Deletes under the lock of the contract; who has become the last administrator is asked about anew."""
        with transaction.atomic():
            lock([self.object.contract_id])
            self.object = get_object_or_404(self.get_queryset(), pk=self.object.pk)
            if self.warning and WARNED not in request.GET:
                messages.error(request, "Не удалено: прочитайте, что это значит, и подтвердите ещё раз.")
                return self.render_to_response(self.get_context_data(), status=422)
            return super().post(request, *args, **kwargs)

    def delete_action(self) -> None:
        """Deletes, with the trail and the letter of ours in place of Wagtail's entry."""
        actor, access = self.request.user, self.object
        reason = LEFT_WITHOUT if is_last(access) else ""
        tell_of_removal(access=access, actor=actor, door=Door.OFFICE, reason=reason)
        self.action_class(access, user=actor, log_action=None).execute(skip_permission_checks=True)
        tell_who_stay(access)


class AccessFilterSet(DepartmentFilterSet):
    """Accesses by contract, role and department."""

    contract = FreeText("contract__number", "Номер договора")

    class Meta:
        model = ContractAccess
        fields = ["role", "contract__department"]


class AccessViewSet(DepartmentViewSet):
    """Accesses of people to contracts."""

    model = ContractAccess
    icon = "key"
    menu_label = "Доступы клиентов"
    base_form_class = AccessForm
    add_view_class = AccessCreateView
    edit_view_class = AccessEditView
    delete_view_class = AccessDeleteView
    joined = ("user", "contract__organisation")
    list_display = ["user", "user__email", "role", "scope", "contract", "contract__organisation", "until"]
    list_export = ["user", "user.email", "get_role_display", "get_scope_display", "contract.number", "until"]
    export_headings = {
        "user.email": "Логин",
        "get_role_display": "Роль",
        "get_scope_display": "Доступ",
        "contract.number": "Номер договора",
    }
    search_fields = ("user__last_name", "user__first_name", "user__email", "contract__number")
    filterset_class = AccessFilterSet
    panels = [
        FieldPanel("contract"),
        FieldPanel("email", heading="Логин пользователя"),
        FieldRowPanel([FieldPanel("role"), FieldPanel("scope"), FieldPanel("until")]),
        FieldPanel("facilities"),
        FieldPanel("without_administrator", heading="Оставить договор без администратора"),
    ]
