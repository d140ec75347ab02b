"""How a window is shown and how it closes."""

import json

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from cabinet.common.windows import closed
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


def asked(client: Client, headers: dict):
    """A signed-in person's request, with all that the middleware gives it."""
    return client.get(reverse("profile_edit"), headers=headers).wsgi_request


@pytest.mark.parametrize("name", ["profile_edit", "profile_password", "contract-bind"])
def test_a_window_is_kept_apart_from_the_page_by_caches(cast: Cast, as_user, name: str) -> None:
    client = as_user(cast.client)
    page, fragment = client.get(reverse(name)), client.get(reverse(name), headers=HTMX)
    assert "HX-Request" in page["Vary"] and "HX-Request" in fragment["Vary"]
    assert "<!doctype" in page.text and "<!doctype" not in fragment.text


def test_in_the_dialog_it_closes_tells_and_names_what_became_stale(cast: Cast, as_user) -> None:
    response = closed(asked(as_user(cast.client), HTMX), "Готово.", "first", "second", to="profile")
    assert response.status_code == 204 and not response.content
    events = {"closeDialog": {}, "first": {}, "second": {}, "toast": {"message": "Готово."}}
    assert json.loads(response["HX-Trigger"]) == events


def test_without_scripts_it_leads_on_and_tells_there(cast: Cast, as_user) -> None:
    request = asked(as_user(cast.client), {})
    response = closed(request, "Готово.", "first", to="profile")
    assert (response.status_code, response["Location"]) == (302, reverse("profile"))
    assert [str(message) for message in get_messages(request)] == ["Готово."]
