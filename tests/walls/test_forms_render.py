"""Our form renderer serves our forms and leaves those of allauth and Wagtail whole."""

import pytest
from allauth.account.forms import ResetPasswordForm
from django import forms
from django.test import Client
from django.urls import reverse
from wagtail.admin.forms.collections import CollectionForm

from cabinet.contracts.forms.binding import BindForm
from tests.cast import Cast


def names_in(html: str, form: forms.BaseForm) -> list[str]:
    """Fields of the form that the page lacks."""
    return [name for name in form.fields if f'name="{form.add_prefix(name)}"' not in html]


def test_a_form_of_ours_renders_with_its_errors_beside_the_fields() -> None:
    form = BindForm({"email": "", "inn": "7", "number": ""})
    html = "".join(str(field.as_field_group()) for field in form)
    assert not names_in(html, form)
    assert form.errors
    assert "aria-describedby" in html


def test_a_form_of_allauth_renders() -> None:
    form = ResetPasswordForm()
    assert not names_in(form.as_p(), form)


@pytest.mark.django_db
def test_a_form_of_wagtail_renders(cast: Cast, as_user) -> None:
    assert not names_in(str(CollectionForm()), CollectionForm())
    admin: Client = as_user(cast.admin)
    html = admin.get(reverse("wagtailadmin_collections:add")).content.decode()
    assert 'name="name"' in html
