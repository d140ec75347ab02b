import json
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from cabinet.accounts.models import User
from cabinet.common.phones import format_phone, parse_phone
from tests.accounts.conftest import link_in, text_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db
EDIT = "/cabinet/profile/edit/"
HTMX = {"HX-Request": "true"}
DATA = {
    "last_name": "Орлова",
    "first_name": "Наталья",
    "patronymic": "Викторовна",
    "email": "known@example.com",
    "current_password": "Demo-2026",
}
NEXT = "next@example.com"


@pytest.fixture
def browser(as_user: Callable, known: User) -> Client:
    return as_user(known)


def save(browser: Client, htmx: bool = False, **fields: str) -> object:
    return browser.post(EDIT, DATA | fields, headers=HTMX if htmx else {})


def test_the_page_shows_the_personal_data(browser: Client, known: User) -> None:
    known.phone = "+79161234567"
    known.save()
    page = text_of(browser.get(reverse("profile")))
    for words in ("Профиль</h1>", "Личные данные", "ФИО", "Орлова Наталья Викторовна", "Контактный телефон"):
        assert words in page
    assert "+7 916 123-45-67" in page and known.email in page
    assert "Редактировать данные" in page and "Смена пароля" in page


def test_the_contracts_come_by_themselves_and_again_after_a_binding(browser: Client) -> None:
    page = text_of(browser.get(reverse("profile")))
    assert f'hx-get="{reverse("contracts-card")}" hx-trigger="load, retry, contractsChanged from:body"' in page
    assert (
        f'href="{reverse("contract-bind")}" data-window' in page
        and f'<noscript><p class="card__body"><a href="{reverse("contracts")}">' in page
    )


def test_the_window_is_a_fragment_for_htmx_and_a_page_otherwise(browser: Client) -> None:
    whole, window = browser.get(EDIT), browser.get(EDIT, headers=HTMX)
    assert "<!doctype html>" in whole.content.decode() and "<!doctype" not in window.content.decode()
    assert "HX-Request" in window["Vary"] and "Сохранить</button>" in text_of(window)


def test_the_data_are_saved_and_the_window_closes(browser: Client, known: User) -> None:
    response = save(browser, htmx=True, last_name="Орлова-Ким", phone="8 (916) 123-45-67")
    assert response.status_code == 204
    trigger = json.loads(response["HX-Trigger"])
    assert trigger == {"closeDialog": {}, "profileChanged": {}, "toast": {"message": "Личные данные сохранены."}}
    known.refresh_from_db()
    assert (known.last_name, known.phone) == ("Орлова-Ким", "+79161234567")
    assert "Орлова-Ким" in text_of(browser.get(reverse("profile"), headers=HTMX))


def test_without_scripts_one_comes_back_to_the_page(browser: Client) -> None:
    response = browser.post(EDIT, DATA, follow=True)
    assert response.redirect_chain == [(reverse("profile"), 302)]
    assert "Личные данные сохранены." in text_of(response)


def test_one_can_say_there_is_no_patronymic(browser: Client, known: User) -> None:
    assert save(browser, patronymic="", no_patronymic="on").status_code == 302
    known.refresh_from_db()
    assert known.patronymic == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [("last_name", ""), ("first_name", "П3тр"), ("patronymic", ""), ("email", "x@"), ("phone", "12"), ("phone", "abc")],
)
def test_a_wrong_field_gets_its_sentence_and_nothing_typed_is_lost(
    browser: Client, known: User, field: str, value: str
) -> None:
    response = save(browser, htmx=True, **({"last_name": "Другая"} | {field: value}))
    assert response.status_code == 422 and response.context["form"].errors[field]
    assert 'aria-invalid="true"' in text_of(response) and value in text_of(response)
    known.refresh_from_db()
    assert known.last_name == "Орлова"


@pytest.mark.parametrize("url", ["profile", "profile_edit", "profile_password"])
def test_anonymous_goes_to_sign_in(client: Client, url: str) -> None:
    assert client.get(reverse(url)).url.startswith(reverse("account_login"))


def test_everybody_sees_himself_alone(cast: Cast, as_user: Callable) -> None:
    page = text_of(as_user(cast.other).get(reverse("profile")))
    assert cast.other.email in page and cast.client.email not in page


def test_a_new_address_works_only_after_its_letter_and_the_old_one_is_told(
    browser: Client, known: User, mailoutbox: list[EmailMessage]
) -> None:
    save(browser, email=NEXT.upper())
    known.refresh_from_db()
    assert known.email == "known@example.com"
    assert f"<strong>{NEXT}</strong> ждёт подтверждения" in text_of(browser.get(reverse("profile")))
    (letter,) = mailoutbox
    assert letter.to == [NEXT]
    link = link_in(letter)
    assert "прежний адрес" in text_of(browser.get(link))
    assert browser.post(link).url == reverse("profile")
    known.refresh_from_db()
    assert known.email == NEXT and known.emailaddress_set.get().email == NEXT
    assert mailoutbox[1].to == ["known@example.com"] and NEXT in mailoutbox[1].body
    assert browser.get(reverse("profile")).status_code == 200
    assert browser.get(link).status_code == 410


def test_the_present_address_is_told_before_anything_changes(browser: Client, known: User, letters: Callable) -> None:
    save(browser, email=NEXT)
    (told,) = (letter for letter in letters() if letter.to == [known.email])
    assert told.subject == "Запрошена смена логина" and NEXT in told.body
    assert f"{settings.PORTAL_URL}{reverse('profile')}" in told.body and "смените пароль" in told.body
    assert link_in(next(letter for letter in letters() if letter.to == [NEXT])) not in told.body


def test_a_letter_to_a_mistyped_address_gives_its_reader_nothing(
    browser: Client, client: Client, cast: Cast, as_user: Callable, known: User, mailoutbox: list[EmailMessage]
) -> None:
    save(browser, email=NEXT)
    link = link_in(mailoutbox[0])
    assert client.post(link).url.startswith(reverse("account_login"))
    assert as_user(cast.other).post(link).status_code == 403
    known.refresh_from_db()
    assert known.email == "known@example.com"


def test_the_letter_is_sent_again_and_the_change_cancelled(
    browser: Client, known: User, mailoutbox: list[EmailMessage]
) -> None:
    save(browser, email=NEXT)
    browser.post(reverse("profile_email_again"))
    assert [letter.to for letter in mailoutbox] == [[NEXT], [NEXT]]
    browser.post(reverse("profile_email_cancel"))
    assert "ждёт подтверждения" not in text_of(browser.get(reverse("profile")))
    assert browser.get(link_in(mailoutbox[0])).status_code == 410
    assert browser.post(reverse("profile_email_again")).status_code == 302 and len(mailoutbox) == 2


def test_a_newer_wish_kills_the_older_link(browser: Client, mailoutbox: list[EmailMessage]) -> None:
    save(browser, email=NEXT)
    save(browser, email="third@example.com")
    assert browser.get(link_in(mailoutbox[0])).status_code == 410
    assert browser.get(link_in(mailoutbox[1])).status_code == 200


def test_a_taken_address_tells_the_page_nothing(
    browser: Client, cast: Cast, known: User, mailoutbox: list[EmailMessage]
) -> None:
    assert save(browser, email=cast.other.email).status_code == 302
    assert "ждёт подтверждения" in text_of(browser.get(reverse("profile")))
    (letter,) = mailoutbox
    assert letter.to == [cast.other.email] and "Вы уже зарегистрированы" in letter.subject


def test_an_address_taken_meanwhile_is_not_confirmed(
    browser: Client, cast: Cast, known: User, mailoutbox: list[EmailMessage]
) -> None:
    save(browser, email=NEXT)
    User.objects.filter(pk=cast.other.pk).update(email=NEXT)
    response = browser.post(link_in(mailoutbox[0]), follow=True)
    assert "уже используется как логин другого" in text_of(response)
    known.refresh_from_db()
    assert known.email == "known@example.com"


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("", "Введите текущий пароль, чтобы сменить адрес."), ("wrong-1", "Неверный текущий пароль.")],
)
def test_the_login_is_changed_by_the_one_who_knows_the_password(
    browser: Client, known: User, mailoutbox: list[EmailMessage], password: str, sentence: str
) -> None:
    response = save(browser, email=NEXT, last_name="Другая", current_password=password)
    assert response.status_code == 422 and sentence in text_of(response)
    assert NEXT in text_of(response) and "wrong-1" not in text_of(response)
    known.refresh_from_db()
    assert known.last_name == "Орлова" and not mailoutbox


@pytest.mark.parametrize("password", ["", "wrong-1"])
def test_other_data_are_changed_without_the_password(browser: Client, known: User, password: str) -> None:
    response = save(browser, last_name="Другая", email="KNOWN@example.com ", current_password=password)
    assert response.status_code == 302
    known.refresh_from_db()
    assert known.last_name == "Другая"


@pytest.mark.parametrize("email", ["known@ｅxample.com", "known@exam\u00adple.com", '"\x01"@example.com'])
def test_a_new_login_is_an_address_in_its_one_spelling(browser: Client, known: User, email: str) -> None:
    assert save(browser, email=email).status_code == 422
    assert not known.emailaddress_set.filter(verified=False).exists()


def test_guesses_of_the_password_are_limited_together_with_its_change(browser: Client) -> None:
    wrong = {"old_password": "wrong-1", "password1": "x", "password2": "x"}
    for _guess in range(5):
        assert save(browser, email=NEXT, current_password="wrong-1").status_code == 422
        assert browser.post(reverse("profile_password"), wrong).status_code == 422
    assert save(browser, email=NEXT).status_code == 429
    assert browser.post(reverse("profile_password"), wrong).status_code == 429
    assert save(browser, last_name="Другая").status_code == 302


def test_letters_to_new_addresses_are_limited(browser: Client) -> None:
    answers = [save(browser, email=f"next{number}@example.com").status_code for number in range(6)]
    assert answers == [302] * 5 + [429]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("+7 916 123-45-67", "+79161234567"), ("89161234567", "+79161234567"), ("+44 20 7946 0958", "+442079460958")],
)
def test_a_phone_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert parse_phone(typed) == kept
    assert parse_phone(format_phone(kept)) == kept


@pytest.mark.parametrize("typed", ["", "телефон", "123", "+7 000 000-00-00", "1" * 40])
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        parse_phone(typed)
