from collections.abc import Callable

import pytest
from django.test import Client

from tests.accounts.conftest import text_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_back_office_asks_for_the_portals_own_sign_in(client: Client) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"


@pytest.mark.parametrize("door", ["/admin/login/", "/_util/login/"])
def test_wagtails_sign_in_takes_no_password(client: Client, cast: Cast, door: str) -> None:
    response = client.post(door, {"username": cast.admin.email, "password": "Demo-2026"})
    assert response.url.startswith("/accounts/login/?next=")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["", "confirm/MQ/abc-def/", "done/", "complete/"])
def test_wagtails_recovery_does_not_exist(client: Client, path: str) -> None:
    assert client.get(f"/admin/password_reset/{path}").status_code == 404


def test_users_are_changed_by_their_form_alone(as_user: Callable, cast: Cast) -> None:
    browser = as_user(cast.admin)
    for action in ("delete", "assign_role", "set_active_state"):
        url = f"/admin/bulk/accounts/user/{action}/?id={cast.other.pk}"
        assert browser.get(url).status_code == 404
        assert browser.post(url, {"role": 1, "mark_as_active": ""}).status_code == 404
    cast.other.refresh_from_db()
    assert cast.other.is_active and not cast.other.groups.exists()
    assert browser.get("/admin/users/").status_code == 200


@pytest.mark.parametrize("path", ["/admin/failwhale/", "/_util/authenticate_with_password/1/1/", "/captcha/refresh/"])
def test_doors_that_nobody_needs_do_not_exist(as_user: Callable, cast: Cast, path: str) -> None:
    assert as_user(cast.admin).get(path).status_code == 404


def test_the_administrator_enters(as_user: Callable, cast: Cast) -> None:
    assert as_user(cast.admin).get("/admin/").status_code == 200


def test_a_client_is_told_that_it_is_not_for_him(as_user: Callable, cast: Cast) -> None:
    browser = as_user(cast.client)
    response = browser.get("/admin/", follow=True)
    assert response.status_code == 403
    assert "Рабочее место сотрудника открыто только сотрудникам компании." in text_of(response)
    assert "_auth_user_id" in browser.session


def test_leaving_the_back_office_is_leaving_the_portal(as_user: Callable, cast: Cast) -> None:
    browser = as_user(cast.admin)
    browser.post("/admin/logout/")
    assert "_auth_user_id" not in browser.session
