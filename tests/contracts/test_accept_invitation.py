"""The page behind the link of an invitation."""

import datetime as dt
import logging
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from cabinet.accounts.models import User
from cabinet.contracts.actions.accepting import UNFIT
from cabinet.contracts.models import AccessRequest, ContractAccess, Facility, Invitation, Scope
from cabinet.contracts.roles import Role
from cabinet.contracts.trail.recording import ContractLogEntry
from portal.demo import builders
from tests.cast import Cast
from tests.contracts.inviting import EMAIL, PASSWORD, PERSON, Inviter, accept

State = Invitation.State
WRONG = "0000 0000"


@pytest.fixture
def invited(cast: Cast, inviter: Inviter) -> Inviter:
    """The client has invited somebody as «Бухгалтер» of his first contract."""
    inviter.invite(cast.contract)
    return inviter


def wrong_for(code: str) -> str:
    return "11111111" if code.startswith("0") else WRONG


def sign_in(email: str = EMAIL, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client


def test_the_page_says_who_invites_to_what_and_in_which_role(cast: Cast, invited: Inviter) -> None:
    response = Client().get(invited.link)
    assert response.status_code == 200
    for words in (
        cast.client.get_full_name(),
        EMAIL,
        str(cast.contract),
        "Бухгалтер, ко всему договору",
        "Нет отчества",
    ):
        assert words in response.text
    assert response["Cache-Control"] == "no-store" and response["Referrer-Policy"] == "same-origin"
    assert "noindex" in response.text


def test_a_look_takes_nothing(invited: Inviter) -> None:
    before = Invitation.objects.values().get()
    for _ in range(10):
        Client().get(invited.link)
        Client().head(invited.link)
    assert Invitation.objects.values().get() == before and not User.objects.filter(email=EMAIL).exists()


@pytest.mark.parametrize("spell", [str, lambda code: code.replace(" ", ""), lambda code: f" {code}\u00a0"])
def test_with_the_code_he_is_registered_and_sees_the_contract_at_the_first_sign_in(
    cast: Cast, invited: Inviter, spell: Callable[[str], str]
) -> None:
    visitor = Client()
    response = visitor.post(invited.link, PERSON | {"code": spell(invited.code)})
    assert response.status_code == 302 and response.url == reverse("account_login")
    assert "Регистрация завершена: войдите." in visitor.get(response.url).text
    user = User.objects.get(email=EMAIL)
    assert user.get_full_name() == "Иванов Пётр Сергеевич" and not user.is_staff
    assert EmailAddress.objects.get(user=user).verified and EmailAddress.objects.get(user=user).primary
    access = ContractAccess.objects.get(user=user)
    assert (access.contract, access.role, access.scope, access.until) == (
        cast.contract,
        Role.ACCOUNTANT,
        Scope.WHOLE,
        None,
    )
    assert Invitation.objects.get().state == State.ACCEPTED
    assert cast.contract.number in sign_in().get(reverse("contracts")).text


def test_who_invited_learns_by_letter_that_it_was_accepted(cast: Cast, invited: Inviter) -> None:
    accept(invited.link, invited.code)
    letter = invited.letters()[-1]
    assert letter.to == [cast.client.email] and letter.subject == "Приглашение принято: Иванов П. С."
    assert EMAIL in letter.body and f"{cast.contract}, {cast.organisation.name}" in letter.body


def test_who_invited_learns_by_letter_and_trail_that_the_code_was_guessed_at_too_often(
    cast: Cast, invited: Inviter, settings: Settings
) -> None:
    for _ in range(settings.INVITATION_CODE_TRIES + 2):
        accept(invited.link, "0000 0000" if invited.code != "0000 0000" else "1111 1111")
    (letter,) = [one for one in invited.letters() if one.to == [cast.client.email]]
    assert letter.subject == f"Приглашение больше не действует: {EMAIL}"
    entry = ContractLogEntry.objects.get(action="contracts.invitation_locked")
    assert (entry.contract, entry.user) == (cast.contract, None) and EMAIL in entry.message


def test_terms_come_as_they_were_promised(cast: Cast, inviter: Inviter) -> None:
    inviter.invite(cast.contract, role="engineer", scope="chosen", facility=[cast.facility.pk], until="31.12.2099")
    accept(inviter.link, inviter.code)
    access = ContractAccess.objects.get(user__email=EMAIL)
    assert (access.role, access.scope, access.until) == (Role.ENGINEER, Scope.CHOSEN, dt.date(2099, 12, 31))
    assert list(Facility.objects.for_user(access.user)) == [cast.facility]


def test_several_contracts_come_at_once(cast: Cast, inviter: Inviter) -> None:
    contracts = {cast.contract, cast.signed_contract}
    inviter.invite(*contracts)
    page = Client().get(inviter.link).text
    assert all(str(contract) in page for contract in contracts)
    accept(inviter.link, inviter.code)
    assert {access.contract for access in ContractAccess.objects.filter(user__email=EMAIL)} == contracts
    entries = ContractLogEntry.objects.filter(action="contracts.invitation_accepted")
    assert {entry.contract for entry in entries} == contracts
    assert all(
        entry.user.email == EMAIL and f"Приглашение принято, доступ выдан: Иванов П. С. ({EMAIL})" in entry.message
        for entry in entries
    )


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"last_name": ""}, "last_name", "Это поле обязательно для заполнения."),
        ({"first_name": "<b>"}, "first_name", "Допустимы буквы, пробел, дефис и апостроф."),
        ({"patronymic": ""}, "patronymic", "Введите отчество или отметьте «Нет отчества»."),
        ({"password2": "Другой-пароль-1"}, "password2", "Пароли не совпадают."),
        ({"password1": "12345678", "password2": "12345678"}, "password1", "Пароль должен содержать и буквы, и цифры."),
        ({"code": ""}, "code", "Введите код, который сообщил администратор."),
    ],
)
def test_what_is_wrong_is_named_by_its_field_and_costs_no_try(
    invited: Inviter, changed: dict, field: str, sentence: str
) -> None:
    response = accept(invited.link, invited.code, **changed)
    assert response.status_code == 422
    form = response.context["form"]
    assert sentence in form.errors[field]
    kept = {"last_name", "first_name", "patronymic"} - {field}
    assert all(form[name].value() == PERSON[name] for name in kept)
    assert PASSWORD not in response.text
    assert Invitation.objects.get().tries == 0 and not User.objects.filter(email=EMAIL).exists()


def test_who_has_no_patronymic_says_so(invited: Inviter) -> None:
    assert accept(invited.link, invited.code, patronymic="", no_patronymic="on").status_code == 302
    assert User.objects.get(email=EMAIL).patronymic == ""


def test_wrong_codes_are_counted_and_the_last_one_voids_the_invitation(
    invited: Inviter, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.INVITATION_CODE_TRIES = 3
    wrong = wrong_for(invited.code)
    for sentence in ("Неверный код. Осталось 2 попытки.", "Неверный код. Осталось 1 попытка."):
        response = accept(invited.link, wrong)
        assert response.status_code == 422 and response.context["form"].errors == {"code": [sentence]}
    for code in (wrong, invited.code):
        response = accept(invited.link, code)
        assert response.status_code == 410
        assert "Попросите администратора договора отправить приглашение заново." in response.text
    assert Invitation.objects.get().state == State.EXHAUSTED
    assert not User.objects.filter(email=EMAIL).exists()
    said = [record for record in caplog.records if record.message == "wrong code of an invitation"]
    assert len(said) == 3 and {record.levelno for record in said} == {logging.WARNING}


def test_tries_from_one_address_in_the_network_are_limited(invited: Inviter, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"invitation_code": "1/h/ip"}
    accept(invited.link, wrong_for(invited.code))
    response = accept(invited.link, invited.code)
    assert response.status_code == 429
    assert "Слишком много попыток с вашего адреса. Повторите через час." in response.text
    assert Invitation.objects.get().tries == 1 and not User.objects.filter(email=EMAIL).exists()


@pytest.mark.parametrize(
    ("dead", "words"),
    [
        ("expired", "Срок действия приглашения истёк."),
        ("exhausted", "Код введён неверно слишком много раз."),
        ("withdrawn", "Приглашение отозвано."),
        ("accepted", "Это приглашение уже принято."),
    ],
)
def test_a_link_that_is_over_says_what_to_do_and_tells_nothing(
    cast: Cast, invited: Inviter, settings: Settings, dead: str, words: str
) -> None:
    now = timezone.now()
    fields = {
        "expired": {"expires_at": now},
        "exhausted": {"tries": settings.INVITATION_CODE_TRIES},
        "withdrawn": {"withdrawn_at": now},
        "accepted": {"accepted_at": now},
    }
    Invitation.objects.update(**fields[dead])
    for response in (Client().get(invited.link), accept(invited.link, invited.code)):
        assert response.status_code == 410 and words in response.text
        assert response["Cache-Control"] == "no-store"
        for secret in (EMAIL, cast.contract.number, cast.client.last_name, str(cast.organisation)):
            assert secret not in response.text
    assert not User.objects.filter(email=EMAIL).exists()


def test_unknown_and_altered_links_are_not_found(cast: Cast, invited: Inviter) -> None:
    token = invited.link.split("/")[2]
    altered = [token[:-1] + ("A" if token[-1] != "A" else "B"), token.swapcase(), token[:-1], "x", "%00", "я" * 300]
    for each in altered:
        response = Client().get(f"/invitations/{each}/")
        assert response.status_code == 404
        assert "Ссылка неверна или заменена новой." in response.text and EMAIL not in response.text
        assert Client().post(f"/invitations/{each}/", PERSON | {"code": invited.code}).status_code == 404
    assert not User.objects.filter(email=EMAIL).exists()


def test_a_link_works_once(invited: Inviter) -> None:
    assert accept(invited.link, invited.code).status_code == 302
    response = accept(invited.link, invited.code, last_name="Другой")
    assert response.status_code == 410 and "уже принято" in response.text
    assert User.objects.get(email=EMAIL).last_name == "Иванов"


# --- what has changed since ---------------------------------------------------------------------


def test_contracts_that_the_inviter_no_longer_manages_are_not_given(cast: Cast, inviter: Inviter) -> None:
    inviter.invite(cast.contract, cast.signed_contract)
    cast.client.accesses.filter(contract=cast.signed_contract).update(role=Role.ACCOUNTANT)
    assert cast.signed_contract.number not in Client().get(inviter.link).text
    accept(inviter.link, inviter.code)
    assert ContractAccess.objects.get(user__email=EMAIL).contract == cast.contract


@pytest.mark.parametrize("how", ["removed", "ended", "other role", "switched off", "last day passed", "facility gone"])
def test_where_nothing_is_left_to_give_the_page_says_so(cast: Cast, inviter: Inviter, how: str) -> None:
    inviter.invite(cast.contract, role="engineer", scope="chosen", facility=[cast.facility.pk], until="31.12.2099")
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    accesses = cast.client.accesses.filter(contract=cast.contract)
    match how:
        case "removed":
            accesses.delete()
        case "ended":
            accesses.update(until=yesterday)
        case "other role":
            accesses.update(role=Role.ACCOUNTANT)
        case "switched off":
            User.objects.filter(pk=cast.client.pk).update(is_active=False)
        case "last day passed":
            Invitation.objects.get().accesses.update(until=yesterday)
        case "facility gone":
            Invitation.objects.get().accesses.get().facilities.clear()
    for response in (Client().get(inviter.link), accept(inviter.link, inviter.code)):
        assert response.status_code == 410
        assert "Приглашение больше не действует: доступ, который оно давало, уже нельзя выдать." in response.text
    assert not User.objects.filter(email=EMAIL).exists()


def test_an_unconfirmed_account_of_the_address_is_taken_over(cast: Cast, invited: Inviter) -> None:
    squatter = builders.user(
        EMAIL, password="Чужой-пароль-1", verified=False, last_name="Самозванцев", phone="+79161234567"
    )
    EmailAddress.objects.create(user=squatter, email="his-other@example.com")
    session = Client()
    session.force_login(squatter, backend="django.contrib.auth.backends.ModelBackend")
    assert session.get(reverse("profile")).status_code == 200
    assert Client().get(invited.link).status_code == 200
    assert accept(invited.link, invited.code).status_code == 302
    user = User.objects.get(email=EMAIL)
    assert (user.pk, user.last_name, user.phone) == (squatter.pk, "Иванов", "")
    assert user.check_password(PASSWORD) and not user.check_password("Чужой-пароль-1")
    assert session.get(reverse("profile")).status_code == 302
    assert [(each.email, each.verified) for each in EmailAddress.objects.filter(user=user)] == [(EMAIL, True)]
    assert cast.contract.number in sign_in().get(reverse("contracts")).text


def test_who_has_registered_meanwhile_signs_in_and_enters_the_code(
    cast: Cast, invited: Inviter, as_user: Callable
) -> None:
    owner = builders.user(EMAIL, last_name="Сидоров")
    page = Client().get(invited.link)
    assert page.status_code == 200 and 'name="password1"' not in page.text
    assert f"{reverse('account_login')}?next={invited.link}" in page.text
    accept(invited.link, invited.code)
    assert not ContractAccess.objects.filter(user=owner).exists()
    client = as_user(owner)
    form = client.get(invited.link)
    assert 'name="code"' in form.text and 'name="password1"' not in form.text
    assert client.post(invited.link, {"code": wrong_for(invited.code)}).status_code == 422
    response = client.post(invited.link, {"code": invited.code})
    assert response.status_code == 302 and response.url == reverse("contracts")
    assert ContractAccess.objects.get(user=owner).contract == cast.contract
    owner.refresh_from_db()
    assert owner.last_name == "Сидоров"


def test_somebody_else_who_is_signed_in_is_asked_to_sign_out(cast: Cast, invited: Inviter, as_user: Callable) -> None:
    for _ in range(2):
        for method in ("get", "post"):
            response = getattr(as_user(cast.newcomer), method)(invited.link)
            assert response.status_code == 403
            assert "Вы вошли как newcomer@example.com" in response.text and cast.contract.number not in response.text
        builders.user(EMAIL) if not User.objects.filter(email=EMAIL).exists() else None
    out = as_user(cast.newcomer).post(reverse("account_logout"), {"next": invited.link})
    assert out.url == invited.link
    assert not ContractAccess.objects.filter(user=cast.newcomer).exists()


@pytest.mark.parametrize("fields", [{"is_staff": True}, {"is_active": False}])
def test_an_unconfirmed_account_that_became_staffs_or_was_switched_off_is_not_taken_over(
    invited: Inviter, fields: dict
) -> None:
    account = builders.user(EMAIL, verified=False, **fields)
    response = accept(invited.link, invited.code)
    assert response.status_code == 422 and UNFIT in response.text
    account.refresh_from_db()
    assert account.last_name == "Орлова" and not ContractAccess.objects.filter(user=account).exists()
    assert Invitation.objects.get().tries == 0


def test_an_access_that_a_colleague_gave_meanwhile_is_not_changed(
    cast: Cast, invited: Inviter, as_user: Callable
) -> None:
    owner = builders.user(EMAIL)
    builders.access(owner, cast.contract, role=Role.ENGINEER, facilities=[cast.facility])
    assert as_user(owner).post(invited.link, {"code": invited.code}).status_code == 302
    access = ContractAccess.objects.get(user=owner)
    assert access.role == Role.ENGINEER and Invitation.objects.get().state == State.ACCEPTED


def test_a_request_of_his_that_waits_is_granted_by_the_invitation(
    cast: Cast, invited: Inviter, as_user: Callable
) -> None:
    owner = builders.user(EMAIL)
    request = AccessRequest.objects.create(user=owner, contract=cast.contract, curator_from=timezone.now())
    as_user(owner).post(invited.link, {"code": invited.code})
    request.refresh_from_db()
    assert request.state == AccessRequest.State.GRANTED
