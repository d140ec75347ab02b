"""Users in the back office: Wagtail's own viewset with our names, groups and departments."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton
from wagtail.users.forms import UserForm
from wagtail.users.views import users as wagtail_users

from cabinet.accounts.models import User
from cabinet.common.fields import EmailField
from cabinet.contracts.actions.administering import lock
from cabinet.contracts.actions.switching import note_switch
from cabinet.contracts.administrators import left_without
from cabinet.contracts.back_office.views import RefusedByDatabase, Total
from cabinet.contracts.models import ContractAccess, Department
from cabinet.contracts.wording import some_of

CONTRACTS_NAMED = 20
FIELDS = ["email", "last_name", "first_name", "patronymic", "phone", "groups"]


class PersonForm(UserForm):
    """A person's names, telephone, groups and departments; passwords and superusers are not made here."""

    is_superuser = None  # rights come from groups alone
    email = EmailField(label="Логин (адрес электронной почты)")
    last_name = forms.CharField(label="Фамилия", max_length=100)
    first_name = forms.CharField(label="Имя", max_length=100)
    departments = forms.ModelMultipleChoiceField(
        Department.objects.all(),
        label="Отделения",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Куратор видит договоры этих отделений.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].label = "Группы сотрудников"
        self.fields["groups"].help_text = "У клиента групп нет."
        if self.instance.pk:
            self.initial["departments"] = list(self.instance.departments.all())

    def save(self, commit: bool = True) -> User:
        """Whoever is in a group is staff; his departments are saved with him."""
        self.instance.is_staff = self.instance.is_superuser or bool(self.cleaned_data["groups"])
        user = super().save(commit)
        user.departments.set(self.cleaned_data["departments"])
        return user


class NewPersonForm(PersonForm):
    """A new person: he sets his password by «Забыли пароль?», which proves his address too."""

    class Meta:
        model = User
        fields = FIELDS
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def save(self, commit: bool = True) -> User:
        """Without a password; the address is known to the sign-in."""
        self.instance.set_unusable_password()
        user = super().save(commit)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
        return user


class KnownPersonForm(PersonForm):
    """A person's record; his login changes only by a letter he confirms, in his profile.

    Whoever is the last administrator of contracts is switched off only when it is meant.
    """

    without_administrator = forms.BooleanField(label="Оставить договоры без администратора", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.editing_self = kwargs.pop("editing_self", False)
        super().__init__(*args, **kwargs)
        self.left = [] if self.editing_self or not self.instance.is_active else left_without(self.instance)
        """By which accesses he is the last administrator."""
        if self.left:
            self.fields["without_administrator"].help_text = self._warning()
        else:
            del self.fields["without_administrator"]
        self.fields["email"].disabled = True
        self.fields["email"].help_text = "Меняет сам пользователь: в профиле, с подтверждением по почте."
        if self.editing_self:
            del self.fields["is_active"]
            self.fields["groups"].disabled = True

    def _warning(self) -> str:
        numbers = some_of([f"№ {access.contract.number}" for access in self.left], CONTRACTS_NAMED)
        return f"Последний администратор: {numbers}. Если отключить учётную запись, управлять доступом будет некому."

    def clean(self) -> dict[str, Any]:
        """Contracts are left without an administrator only when the mark says so."""
        data = super().clean()
        if self.left and data.get("is_active") is False and not data.get("without_administrator"):
            self.add_error("without_administrator", f"{self._warning()} Если это нужно, поставьте отметку.")
        return data

    class Meta:
        model = User
        fields = [*FIELDS, "is_active"]
        widgets = {"groups": forms.CheckboxSelectMultiple}


class PeopleIndexView(wagtail_users.IndexView):
    """Everybody: clients and staff."""

    page_title = "Пользователи"
    search_backend_name = None
    paginator_class = Total
    search_fields = ("email", "last_name", "first_name", "patronymic", "phone")

    def get_base_queryset(self) -> QuerySet[User]:
        """With what the columns read."""
        return User.objects.prefetch_related("groups", "departments")

    @cached_property
    def columns(self) -> list[Column]:
        """Name, login, groups, departments, whether he may sign in, last time he did."""
        name = self._get_title_column_class(TitleColumn)
        return [
            name("name", label="ФИО", accessor=str, sort_key="last_name", get_url=self.get_edit_url),
            Column("email", label="Логин", sort_key="email"),
            Column("groups", label="Группы", accessor=lambda one: joined(one.groups.all())),
            Column("departments", label="Отделения", accessor=lambda one: joined(one.departments.all())),
            BooleanColumn("is_active", label="Включён", sort_key="is_active"),
            DateColumn("last_login", label="Последний вход", sort_key="last_login"),
        ]


def joined(things: Any) -> str:
    """Names in one line, or a dash."""
    return ", ".join(str(thing) for thing in things) or "—"


class PeopleFilterSet(wagtail_users.UserFilterSet):
    """By state, group and last sign-in; superusers are no concern here."""

    is_superuser = None

    class Meta(wagtail_users.UserFilterSet.Meta):
        pass


class NewPersonView(RefusedByDatabase, wagtail_users.CreateView):
    """The form of a new person."""


class KnownPersonView(RefusedByDatabase, wagtail_users.EditView):
    """The form of a person; switching him off or on is told where he has access."""

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """A client's cabinet can be looked at as he sees it."""
        buttons = list(super().header_buttons)
        if self.object.is_active and self.object.is_a_clients:
            url = reverse("seeing_begin", args=[self.object.pk])
            buttons.append(HeaderButton("Открыть кабинет как клиент", url=url, icon_name="view"))
        return buttons

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Takes the form under the lock of the contracts he administers: who is the last is asked once."""
        with transaction.atomic():
            administered = ContractAccess.objects.administrators().filter(user=self.object)
            lock(administered.values_list("contract", flat=True))
            return super().post(request, *args, **kwargs)

    def save_instance(self) -> User:
        """Saves, and tells of the switch."""
        was_active = User.objects.values_list("is_active", flat=True).get(pk=self.object.pk)
        person = super().save_instance()
        if person.is_active != was_active:
            note_switch(actor=self.request.user, person=person, left=self.form.left)
        return person


class PeopleViewSet(wagtail_users.UserViewSet):
    """Users are switched off, not deleted: their name stands in histories."""

    index_view_class = PeopleIndexView
    add_view_class = NewPersonView
    edit_view_class = KnownPersonView
    filterset_class = PeopleFilterSet
    add_to_settings_menu = False
    copy_view_enabled = False
    ordering = "last_name"
    search_backend_name = None
    create_template_name = "wagtailadmin/generic/create.html"
    edit_template_name = "wagtailadmin/generic/edit.html"

    def get_form_class(self, for_update: bool = False) -> type[PersonForm]:
        """One form for a new person, one for a known one."""
        return KnownPersonForm if for_update else NewPersonForm

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Without the addresses that are off."""
        return super().get_common_view_kwargs(delete_url_name=self.UNDEFINED, usage_url_name=self.UNDEFINED, **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        """All but deleting and usage."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name not in ("delete", "usage")]
