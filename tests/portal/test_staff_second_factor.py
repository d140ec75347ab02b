"""Where ``STAFF_SECOND_FACTOR`` is on, no address of the back office opens without a second factor."""

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.accounts.conftest import text_of
from tests.accounts.factors import (
    add_passkey,
    code_of,
    connect_app,
    give_password,
    options_in,
    passkey_sign_in,
    say_who,
    wrong_code,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SECURITY = reverse("mfa_index")
CODE, PASSKEY = reverse("mfa_reauthenticate"), reverse("mfa_reauthenticate_webauthn")
DOORS = [
    "/admin/",
    "/admin/users/",
    "/admin/pages/",
    "/admin/account/",
    "/admin/reports/site-history/",
    "/admin/images/",
    "/admin/documents/multiple/add/",
    "/admin/jsi18n/",
    "/admin/sprite/",
    "/admin/api/main/pages/",
    "/admin/choose-page/",
    "/admin/contract/",
    "/admin/acceptance/",
    "/admin/nothing/here/",
    "/admin//users/",
    "/admin/login/",
    "/_util/login/",
]


@pytest.fixture(autouse=True)
def demanded(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def staff(cast: Cast, as_user: Callable) -> Client:
    """The administrator, signed in by the password alone."""
    return as_user(cast.admin)


def is_closed(browser: Client, address: str) -> bool:
    """Whether an address shows nothing of the back office, however far one is led."""
    response = browser.get(address, follow=True)
    return response.request["PATH_INFO"] in (SECURITY, CODE, PASSKEY) or response.status_code == 404


@pytest.mark.parametrize("address", DOORS)
def test_without_a_factor_no_address_opens(staff: Client, address: str) -> None:
    assert is_closed(staff, address)


@pytest.mark.parametrize("address", DOORS)
def test_a_session_that_passed_no_second_step_opens_none_either(
    staff: Client, cast: Cast, as_user: Callable, address: str
) -> None:
    connect_app(as_user(cast.admin))
    assert is_closed(staff, address)


def test_posts_are_refused_as_well(staff: Client, cast: Cast) -> None:
    staff.post(reverse("wagtailusers_users:edit", args=[cast.other.pk]), {"last_name": "Иной"})
    cast.other.refresh_from_db()
    assert cast.other.last_name == "Мельник"


def test_the_whole_way_of_setting_it_up_and_coming_back(staff: Client, cast: Cast, as_user: Callable) -> None:
    response = staff.get("/admin/users/?q=1", follow=True)
    assert response.redirect_chain == [(SECURITY, 302)]
    assert "Рабочее место сотрудника открывается только со вторым шагом входа." in text_of(response)
    secret = connect_app(staff)
    assert 'href="/admin/users/?q=1"' in staff.get(reverse("mfa_view_recovery_codes")).text
    assert 'href="/admin/users/?q=1"' in staff.get(SECURITY).text
    assert staff.get("/admin/users/?q=1").status_code == 200  # who has just connected it has given it
    assert "/admin/users/" not in staff.get(SECURITY).text
    elsewhere = as_user(cast.admin)
    step = elsewhere.get("/admin/users/?q=1").url
    assert unquote(step) == f"{CODE}?next=/admin/users/?q=1&factor=1"
    data = {"next": "/admin/users/?q=1"}
    assert elsewhere.post(step, data | {"code": wrong_code(secret)}).status_code == 422
    assert elsewhere.post(step, data | {"code": code_of(secret)}).url == "/admin/users/?q=1"
    assert elsewhere.get("/admin/users/?q=1").status_code == 200


def test_a_passkey_opens_it_too(staff: Client, cast: Cast, as_user: Callable, client: Client) -> None:
    passkey = add_passkey(as_user(cast.admin))
    step = staff.get("/admin/").url
    assert step.startswith(PASSKEY)
    answer = passkey.found(options_in(staff.get(step)))
    assert staff.post(step, {"credential": answer, "next": "/admin/"}).url == "/admin/"
    assert staff.get("/admin/").status_code == 200
    assert passkey_sign_in(client, passkey, next="/admin/").url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_password_once_more_is_no_second_step(staff: Client, cast: Cast, as_user: Callable) -> None:
    connect_app(as_user(cast.admin))
    page = staff.get(staff.get("/admin/").url)
    assert "Ввести пароль" not in text_of(page)
    say_who(staff)
    assert is_closed(staff, "/admin/")


def test_a_sign_in_in_two_steps_opens_it_at_once(client: Client, cast: Cast, as_user: Callable) -> None:
    secret = connect_app(as_user(cast.admin))
    give_password(client, cast.admin.email, "?next=/admin/users/")
    assert client.get("/admin/users/").url.startswith("/admin/login/")
    assert client.post("/accounts/2fa/", {"code": code_of(secret)}).url == "/admin/users/"
    assert client.get("/admin/users/").status_code == 200


def test_turning_the_factor_off_closes_it_again(client: Client, cast: Cast, as_user: Callable) -> None:
    secret = connect_app(as_user(cast.admin))
    give_password(client, cast.admin.email)
    client.post("/accounts/2fa/", {"code": code_of(secret)})
    client.post(CODE, {"code": code_of(secret, later=1)})
    off = reverse("mfa_deactivate_totp")
    assert "Рабочее место сотрудника без второго шага входа закрыто." in text_of(client.get(off))
    client.post(off)
    assert is_closed(client, "/admin/")


def test_anothers_second_step_is_none(client: Client, cast: Cast, as_user: Callable) -> None:
    """The session keeps whose step it was."""
    secret = connect_app(as_user(cast.admin))
    connect_app(as_user(cast.curator))
    give_password(client, cast.admin.email)
    client.post("/accounts/2fa/", {"code": code_of(secret)})
    client.force_login(cast.curator, backend="django.contrib.auth.backends.ModelBackend")
    assert is_closed(client, "/admin/")


def test_clients_are_told_as_ever_and_work_as_ever(as_user: Callable, cast: Cast) -> None:
    browser = as_user(cast.client)
    assert browser.get("/admin/", follow=True).status_code == 403
    assert browser.get(reverse("contracts")).status_code == 200


def test_staff_may_sign_out_and_use_the_cabinet_without_it(staff: Client) -> None:
    assert staff.get(reverse("home")).status_code == 200
    staff.post("/admin/logout/")
    assert "_auth_user_id" not in staff.session


def test_it_is_off_in_the_embedded_mode(staff: Client, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    assert staff.get("/admin/").status_code == 200
