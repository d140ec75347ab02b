"""«Добавить пользователя»: somebody who has an account gets access to a contract."""

import datetime as dt
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from cabinet.accounts.models import User
from cabinet.contracts.models import AccessRequest, Contract, ContractAccess, Facility, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders
from tests.cast import Cast

HTMX = {"HX-Request": "true"}
FORBIDDEN_FACILITY = "Некоторых из этих объектов в договоре нет: проверьте выбор."


@pytest.fixture
def admin(cast: Cast, as_user: Callable[[User], Client]) -> Client:
    return as_user(cast.client)


@pytest.fixture
def url(cast: Cast) -> str:
    return reverse("access-add", args=[cast.contract.pk])


def asked(cast: Cast, **changed: Any) -> dict[str, Any]:
    return {"step": "find", "role": "accountant", "email": cast.newcomer.email} | changed


def confirmed(cast: Cast, **changed: Any) -> dict[str, Any]:
    return asked(cast, step="confirm", person=cast.newcomer.pk) | changed


def access_of(user: User, contract: Contract) -> ContractAccess | None:
    return ContractAccess.objects.filter(user=user, contract=contract).first()


def errors_of(response: HttpResponse) -> dict[str, list[str]]:
    form = response.context["form"]
    lists = {picker.name: [picker.error] for picker in form.pickers if picker.error}
    return {name: list(found) for name, found in form.errors.items()} | lists


def test_the_window_is_a_page_and_a_fragment_with_the_steps_of_the_manual(admin: Client, url: str) -> None:
    page, fragment = admin.get(url), admin.get(url, headers=HTMX)
    for response in (page, fragment):
        assert response.status_code == 200 and "HX-Request" in response["Vary"]
        places = [
            response.text.index(words)
            for words in ("Роль", "Ко всему договору", "Объекты", "Доступ действует по", "E-mail")
        ]
        assert places == sorted(places)
    assert "<!doctype html>" in page.text and "<!doctype html>" not in fragment.text


def test_a_found_user_is_named_and_what_he_will_get_before_anything_is_given(
    cast: Cast, admin: Client, url: str
) -> None:
    chosen = {"role": "engineer", "scope": "chosen", "facility": [cast.facility.pk], "until": "31.12.2099"}
    response = admin.post(url, asked(cast, **chosen))
    assert response.status_code == 200
    for words in (
        "Пользователь найден",
        "Фомина А. Л.",
        cast.newcomer.email,
        "Энергетик, к выбранным объектам: Склад № 2, корпус А, действует по 31.12.2099",
        cast.contract.number,
        "Подтвердить",
    ):
        assert words in response.text
    assert access_of(cast.newcomer, cast.contract) is None


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_after_the_confirmation_he_has_access_at_once_and_a_letter_says_so(
    cast: Cast, admin: Client, url: str, letters: Callable, as_user: Callable, headers: dict
) -> None:
    response = admin.post(url, confirmed(cast), headers=headers)
    if headers:
        assert response.status_code == 204
        assert {"accessChanged", "closeDialog", "toast"} <= set(json.loads(response["HX-Trigger"]))
    else:
        assert response.url == reverse("contract-access", args=[cast.contract.pk])
    access = access_of(cast.newcomer, cast.contract)
    assert (access.role, access.scope, access.until) == (Role.ACCOUNTANT, Scope.WHOLE, None)
    assert cast.contract.number in as_user(cast.newcomer).get(reverse("contracts")).text
    (letter,) = letters()
    assert letter.to == [cast.newcomer.email]
    for words in (
        "Анна Львовна",
        "Орлова Н. В.",
        "Бухгалтер, ко всему договору",
        f"{cast.contract}, {cast.organisation.name}",
    ):
        assert words in letter.body


def test_the_trail_says_who_gave_what_to_whom(cast: Cast, admin: Client, url: str) -> None:
    admin.post(url, confirmed(cast, role="engineer", scope="chosen", facility=[cast.facility.pk], until="31.12.2099"))
    entry = ContractLogEntry.objects.get(action="contracts.access_grant")
    assert (entry.user, entry.contract, entry.department) == (cast.client, cast.contract, cast.department)
    words = "Энергетик, к выбранным объектам: Склад № 2, корпус А, действует по 31.12.2099"
    assert f"Выдан доступ: Фомина А. Л. (newcomer@example.com): {words}" in entry.message


def test_an_engineers_access_covers_the_chosen_facilities_alone(cast: Cast, admin: Client, url: str) -> None:
    admin.post(url, confirmed(cast, role="engineer", scope="chosen", facility=[cast.facility.pk]))
    assert list(Facility.objects.for_user(cast.newcomer)) == [cast.facility]


@pytest.mark.parametrize("role", ["accountant", "administrator"])
def test_what_another_role_does_not_ask_for_is_not_looked_at(cast: Cast, admin: Client, url: str, role: str) -> None:
    leftover = {"scope": "chosen", "facility": [cast.facility.pk, "9" * 30]}
    admin.post(url, confirmed(cast, role=role, **leftover))
    access = access_of(cast.newcomer, cast.contract)
    assert (access.role, access.scope, access.facilities.count()) == (role, Scope.WHOLE, 0)


def test_an_access_that_ended_is_given_anew(cast: Cast, admin: Client, url: str) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    old = builders.access(cast.newcomer, cast.contract, role=Role.ENGINEER, facilities=[cast.facility], until=yesterday)
    admin.post(url, confirmed(cast))
    access = access_of(cast.newcomer, cast.contract)
    assert (access.pk, access.role, access.scope, access.until) == (old.pk, Role.ACCOUNTANT, Scope.WHOLE, None)
    assert not access.facilities.exists() and access.created_at > old.created_at


def test_a_request_of_his_that_waits_is_granted_by_it(cast: Cast, admin: Client, url: str) -> None:
    request = AccessRequest.objects.create(user=cast.newcomer, contract=cast.contract, curator_from=timezone.now())
    admin.post(url, confirmed(cast))
    request.refresh_from_db()
    assert request.state == AccessRequest.State.GRANTED and request.decided_at


@pytest.mark.parametrize("step", ["find", "confirm"])
def test_an_access_that_he_has_is_named_and_not_changed(cast: Cast, admin: Client, url: str, step: str) -> None:
    sent = asked(cast, step=step, role="administrator", email=cast.accountant.email, person=cast.accountant.pk)
    response = admin.post(url, sent)
    access = access_of(cast.accountant, cast.contract)
    assert response.status_code == 422
    assert errors_of(response) == {"email": ["У этого пользователя уже есть доступ к договору: роль «Бухгалтер»."]}
    assert reverse("access-edit", args=[cast.contract.pk, access.pk]) in response.text
    assert access.role == Role.ACCOUNTANT


def test_nobody_gives_access_to_himself(cast: Cast, admin: Client, url: str) -> None:
    response = admin.post(url, asked(cast, email=cast.client.email.upper()))
    assert response.status_code == 422
    assert errors_of(response) == {"email": ["Это ваш собственный логин: доступ к договору у вас уже есть."]}


@pytest.mark.parametrize("who", ["curator", "admin", "off", "unconfirmed_staff", "nobody"])
def test_staff_and_accounts_that_are_off_are_as_unknown_as_nobodys(
    cast: Cast, admin: Client, url: str, who: str, letters: Callable
) -> None:
    builders.user("off@example.com", is_active=False, last_name="Скрытый")
    builders.user("unconfirmed_staff@example.com", is_staff=True, verified=False)
    email = f"{who}@example.com"
    found = admin.post(url, asked(cast, email=email))
    assert "Пользователь не найден. Пригласить?" in found.text and "Скрытый" not in found.text
    persons = list(User.objects.filter(email=email).values_list("pk", flat=True)) or [1]
    refused = admin.post(url, confirmed(cast, email=email, person=persons[0]))
    assert refused.status_code == 422 and not ContractAccess.objects.filter(user__email=email).exists()
    assert admin.post(url, asked(cast, email=email, step="invite")).status_code == 200
    assert letters()[-1].to == [email]


def test_an_account_whose_address_is_not_confirmed_counts_as_unknown(cast: Cast, admin: Client, url: str) -> None:
    squatter = builders.user("boss@example.com", verified=False, last_name="Самозванцев")
    response = admin.post(url, asked(cast, email=squatter.email))
    assert response.status_code == 200
    assert "Пользователь не найден. Пригласить?" in response.text and "Самозванцев" not in response.text
    refused = admin.post(url, confirmed(cast, email=squatter.email, person=squatter.pk))
    assert refused.status_code == 422 and access_of(squatter, cast.contract) is None


@pytest.mark.parametrize("typed", ["  NewComer@Example.COM ", "newcomer@example.com\n", "NEWCOMER@EXAMPLE.COM"])
def test_case_and_spaces_of_the_address_do_not_matter(cast: Cast, admin: Client, url: str, typed: str) -> None:
    assert "Фомина А. Л." in admin.post(url, asked(cast, email=typed)).text


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"role": ""}, "role", "Выберите роль."),
        ({"role": "owner"}, "role", "Такой роли нет."),
        ({"role": "Администратор"}, "role", "Такой роли нет."),
        ({"role": "engineer", "scope": "all"}, "scope", "Такого доступа нет."),
        ({"role": "engineer", "scope": "chosen"}, "facility", "Выберите хотя бы один объект."),
        ({"until": "31.02.2099"}, "until", "Такого дня нет в календаре."),
        ({"until": "завтра"}, "until", "Введите дату как ДД.ММ.ГГГГ, например 24.11.2026."),
        ({"email": ""}, "email", "Введите e-mail пользователя."),
        ({"email": "newcomer"}, "email", "Введите адрес полностью, например name@company.ru."),
        ({"email": "a@b@example.com"}, "email", "Введите адрес полностью, например name@company.ru."),
        ({"email": "nеwcomer@example.com"}, "email", "В адресе русские буквы. Проверьте раскладку клавиатуры."),
        ({"email": "newcomer@exаmple.com"}, "email", "В адресе русские буквы. Проверьте раскладку клавиатуры."),
    ],
)
@pytest.mark.parametrize("step", ["find", "confirm", "invite"])
def test_what_is_wrong_is_named_by_its_field_and_nothing_typed_is_lost(
    cast: Cast, admin: Client, url: str, step: str, changed: dict, field: str, sentence: str
) -> None:
    sent = asked(cast, step=step, person=cast.newcomer.pk) | changed
    response = admin.post(url, sent, headers=HTMX)
    assert response.status_code == 422
    assert errors_of(response) == {field: [sentence]}
    form = response.context["form"]
    assert all(form[name].value() == sent[name] for name in ("role", "email"))
    assert access_of(cast.newcomer, cast.contract) is None


def test_a_last_day_in_the_past_is_refused_today_is_not(cast: Cast, admin: Client, url: str) -> None:
    today = timezone.localdate()
    response = admin.post(url, confirmed(cast, until=f"{today - dt.timedelta(days=1):%d.%m.%Y}"))
    assert response.status_code == 422
    assert errors_of(response) == {"until": [f"Этот день уже прошёл. Укажите {today:%d.%m.%Y} или позже."]}
    admin.post(url, confirmed(cast, until=f"{today:%d.%m.%Y}"))
    assert access_of(cast.newcomer, cast.contract).until == today


@pytest.mark.parametrize("foreign", ["other", "signed", "none", "text", "zero", "huge"])
def test_a_facility_that_is_not_the_contracts_is_refused_and_nothing_is_given(
    cast: Cast, admin: Client, url: str, foreign: str
) -> None:
    ids = {
        "other": cast.other_facility.pk,
        "signed": cast.signed_register.meter.point.facility_id,
        "none": 10**9,
        "text": "abc",
        "zero": 0,
        "huge": "9" * 40,
    }
    facilities = [cast.facility.pk, ids[foreign]]
    for sent in ({"facility": facilities}, {"facility_kept": ",".join(map(str, facilities))}):
        response = admin.post(url, confirmed(cast, role="engineer", scope="chosen", **sent))
        assert response.status_code == 422
        assert errors_of(response) == {"facility": [FORBIDDEN_FACILITY]}
    assert access_of(cast.newcomer, cast.contract) is None
    assert "Пекарня" not in response.text


@pytest.mark.parametrize("person", ["", "0", "abc", "999999", "9" * 40])
def test_somebody_else_than_was_shown_is_not_given_access(cast: Cast, admin: Client, url: str, person: str) -> None:
    response = admin.post(url, confirmed(cast, person=person))
    assert response.status_code == 422
    assert "Данные пользователя только что изменились. Проверьте их ещё раз." in response.text
    assert access_of(cast.newcomer, cast.contract) is None


def test_the_way_back_keeps_all_that_was_typed(cast: Cast, admin: Client, url: str) -> None:
    sent = {"role": "engineer", "scope": "chosen", "until": "31.12.2099", "email": "newcomer@example.com"}
    response = admin.post(url, sent | {"step": "back", "facility_kept": str(cast.facility.pk)})
    form = response.context["form"]
    assert response.status_code == 200 and not form.is_bound
    assert {name: form[name].value() for name in sent} == sent
    assert [row.pk for row in form.facilities.shown if row.ticked] == [cast.facility.pk]


def test_looking_people_up_is_limited_for_a_person(
    cast: Cast, admin: Client, url: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"find_person": "2/h/user"}
    for _ in range(2):
        assert admin.post(url, asked(cast)).status_code == 200
    with caplog.at_level(logging.WARNING, logger="cabinet.contracts.views.granting"):
        for step in ("find", "confirm", "invite"):
            response = admin.post(url, confirmed(cast, step=step))
            assert response.status_code == 429
            assert "Слишком много попыток за последний час. Повторите позже." in response.text
            assert response.context["form"]["email"].value() == cast.newcomer.email
    assert access_of(cast.newcomer, cast.contract) is None
    limited = [record.data for record in caplog.records if record.message == "limited: find_person"]
    assert limited == [{"user": cast.client.pk}] * 3


def test_the_log_has_ids_and_no_address(cast: Cast, admin: Client, url: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="cabinet.contracts"):
        admin.post(url, asked(cast))
        admin.post(url, confirmed(cast))
    said = str([(record.message, getattr(record, "data", None)) for record in caplog.records])
    assert "access granted" in said and "newcomer@example.com" not in said


@pytest.mark.parametrize("step", ["find", "confirm", "invite", "facility:all"])
def test_other_roles_are_refused_with_the_reason_and_strangers_see_nothing(
    cast: Cast, as_user: Callable, url: str, step: str
) -> None:
    for person in (cast.accountant, cast.energetik):
        response = as_user(person).post(url, confirmed(cast, step=step))
        assert response.status_code == 403
        assert "не позволяет управлять доступом" in response.text
    for person in (cast.other, cast.newcomer, cast.curator):
        assert as_user(person).post(url, confirmed(cast, step=step)).status_code == 404
    assert access_of(cast.newcomer, cast.contract) is None


def test_a_right_that_ends_while_the_window_is_open_gives_nothing(cast: Cast, admin: Client, url: str) -> None:
    assert admin.post(url, asked(cast)).status_code == 200
    ContractAccess.objects.filter(user=cast.client, contract=cast.contract).update(role=Role.ACCOUNTANT)
    assert admin.post(url, confirmed(cast)).status_code == 403
    assert access_of(cast.newcomer, cast.contract) is None


def test_a_second_press_changes_nothing_and_says_so(cast: Cast, admin: Client, url: str, letters: Callable) -> None:
    admin.post(url, confirmed(cast))
    response = admin.post(url, confirmed(cast))
    assert response.status_code == 422 and "уже есть доступ" in response.text
    assert ContractAccess.objects.filter(user=cast.newcomer).count() == 1 and len(letters()) == 1
