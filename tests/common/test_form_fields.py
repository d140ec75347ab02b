"""How a form looks: fields of ours by components/field.html, while Wagtail's and allauth's forms still render."""

import re

import pytest
from allauth.account.forms import AddEmailForm
from django import forms
from django.template import Context, Engine
from wagtail.users.forms import GroupForm

from cabinet.accounts.models import User


class Card(forms.Form):
    name = forms.CharField(label="Фамилия", help_text="Как в паспорте")
    phone = forms.CharField(label="Телефон", required=False)
    password = forms.CharField(
        label="Пароль", help_text="Правило", widget=forms.PasswordInput(attrs={"data-password-rules": ""})
    )
    agreed = forms.BooleanField(label="Отчества нет", required=False)
    scope = forms.ChoiceField(label="Доступ", widget=forms.RadioSelect, choices=[("all", "Ко всем")])


def shown(field: str, data: dict | None = None) -> str:
    return Card(data)[field].as_field_group()


def test_a_field_has_its_label_and_its_hint_tied_to_it():
    html = shown("name")
    assert '<label class="field__label" for="id_name">Фамилия</label>' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert 'id="id_name_helptext">Как в паспорте<' in html


def test_a_wrong_field_says_what_is_wrong_beside_itself():
    html = shown("name", {"name": ""})
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert re.search(r'id="id_name_error"><li>[^<]+</li>', html)


def test_only_a_field_that_may_be_left_empty_says_so():
    assert "необязательно" in shown("phone")
    assert "необязательно" not in shown("name")


def test_the_label_of_a_check_box_follows_it():
    html = shown("agreed")
    assert html.index("<input") < html.index("<label")
    assert "необязательно" not in html


def test_choices_stand_in_a_group_with_a_name():
    assert '<legend class="field__label">Доступ</legend>' in shown("scope")


def test_the_rule_of_a_new_password_is_there_before_typing_and_without_scripts():
    html = shown("password")
    assert "не менее 8 символов" in html
    assert 'id="id_password_helptext" data-password-rules="id_password"' in html
    assert "Правило" not in html


def test_the_button_that_shows_a_password_waits_for_its_script():
    assert re.search(r'<button [^>]*data-reveal="id_password"[^>]* hidden>', shown("password"))


def test_what_was_typed_is_kept_and_escaped():
    assert "&lt;b&gt;Иванов" in shown("name", {"name": "<b>Иванов"})


def test_errors_of_the_whole_form_come_first_and_can_be_focused():
    form = Card({})
    form.add_error(None, "Неверный логин или пароль.")
    template = Engine.get_default().from_string('{% include "components/form.html" %}')
    html = template.render(Context({"form": form}))
    assert html.index("data-form-errors") < html.index("Фамилия")
    assert "Неверный логин или пароль." in html


@pytest.mark.django_db
def test_forms_of_wagtail_and_allauth_still_render():
    assert 'name="name"' in GroupForm().as_p()
    assert 'name="email"' in AddEmailForm(user=User()).as_p()
