from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from cabinet.accounts.models import User
from portal.demo import builders
from tests.accounts.conftest import PASSWORD, link_in, text_of

pytestmark = pytest.mark.django_db
SENT = "/accounts/confirm-email/"


def test_the_form_has_the_manuals_fields_and_shows_the_rule_before_typing(client: Client) -> None:
    page = text_of(client.get(reverse("account_signup")))
    labels = ["Фамилия", "Имя", "Отчество", "Нет отчества", "Адрес электронной почты", "Пароль", "Повтор пароля"]
    assert all(f">{label}</label>" in page for label in labels)
    assert "Я не робот" in page and "не менее 8 символов" in page


def test_a_person_registers_and_is_asked_to_confirm(
    client: Client, register: Callable, mailoutbox: list[EmailMessage]
) -> None:
    response = register()
    assert (response.status_code, response.url) == (302, SENT)
    user = User.objects.get(email="ivanov@example.com")
    assert user.get_full_name() == "Иванов Пётр Сергеевич" and user.check_password(PASSWORD)
    assert not user.emailaddress_set.get().verified
    (letter,) = mailoutbox
    assert letter.to == ["ivanov@example.com"] and link_in(letter).startswith(SENT)
    assert "ivanov@example.com" in text_of(client.get(SENT))


def test_a_person_without_patronymic_says_so(register: Callable) -> None:
    assert register(patronymic="", no_patronymic="on").status_code == 302
    assert User.objects.get().patronymic == ""


def test_a_missing_patronymic_is_asked_for(register: Callable) -> None:
    response = register(patronymic="")
    assert response.status_code == 422
    assert response.context["form"].errors["patronymic"] == ["Введите отчество или отметьте «Нет отчества»."]


def test_patronymic_and_its_absence_exclude_each_other(register: Callable) -> None:
    assert "patronymic" in register(no_patronymic="on").context["form"].errors


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("last_name", "", "Это поле обязательно для заполнения."),
        ("last_name", "<b>Иванов</b>", "Допустимы буквы, пробел, дефис и апостроф."),
        ("first_name", "http://evil.example", "Допустимы буквы, пробел, дефис и апостроф."),
        ("email", "ivanov", "Введите адрес полностью, например name@company.ru."),
        ("password2", "другой-пароль-1", "Пароли не совпадают."),
    ],
)
def test_a_wrong_field_gets_its_sentence_and_nothing_typed_is_lost(
    register: Callable, field: str, value: str, sentence: str
) -> None:
    response = register(**{field: value})
    assert response.status_code == 422
    assert sentence in response.context["form"].errors[field]
    page = text_of(response)
    assert 'value="Сергеевич"' in page and PASSWORD not in page and "<b>Иванов" not in page
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["Кор-1", "безцифрсовсем", "1234567890123", "qwerty12", "ivanov@example.com1"])
def test_a_weak_password_is_refused(register: Callable, password: str) -> None:
    response = register(password1=password, password2=password)
    assert response.status_code == 422 and response.context["form"].errors["password1"]


@pytest.mark.parametrize(
    "email",
    ["known@ｅxample.com", "known@exam\u00adple.com", '"known"@example.com', '"\x01"@example.com', "known@[127.0.0.1]"],
)
def test_another_spelling_of_a_mailbox_is_no_second_login(register: Callable, known: User, email: str) -> None:
    response = register(email=email)
    assert response.status_code == 422
    assert response.context["form"].errors["email"] == ["Введите адрес полностью, например name@company.ru."]
    assert User.objects.count() == 1


def test_a_long_password_with_spaces_is_taken_as_it_is(register: Callable) -> None:
    password = " " + "длинная фраза 1 " * 8
    assert register(password1=password, password2=password).status_code == 302
    assert User.objects.get().check_password(password)


def test_the_address_is_kept_in_lower_case(register: Callable) -> None:
    register(email="Ivanov@Example.COM")
    assert User.objects.get().email == "ivanov@example.com"


@pytest.mark.parametrize("taken", ["known@example.com", "KNOWN@example.com"])
def test_a_taken_address_tells_the_page_nothing_and_its_owner_by_letter(
    register: Callable, known: User, mailoutbox: list[EmailMessage], taken: str
) -> None:
    response = register(email=taken)
    assert (response.status_code, response.url) == (302, SENT)
    assert User.objects.count() == 1
    (letter,) = mailoutbox
    assert letter.to == ["known@example.com"] and "Вы уже зарегистрированы" in letter.subject


def test_a_new_and_a_taken_address_get_the_same_page(register: Callable, client: Client, known: User) -> None:
    pages = []
    for email in ("known@example.com", "fresh@example.com"):
        register(email=email)
        pages.append(text_of(client.get(SENT)).replace(email, "…").replace(str(client.session.session_key), "…"))
    strip = [page.split("<main")[1].split("csrfmiddlewaretoken")[0] for page in pages]
    assert strip[0] == strip[1]


def test_the_same_registration_twice_makes_one_account(register: Callable) -> None:
    register()
    assert register().status_code == 302
    assert User.objects.count() == 1


def test_the_unticked_box_is_asked_for(register: Callable) -> None:
    response = register(robot="")
    assert response.status_code == 422
    assert response.context["form"].errors["robot"] == ["Поставьте отметку «Я не робот»."]
    assert "Подтвердить кодом" in text_of(response)


def test_an_empty_form_complains_of_everything_at_once(client: Client) -> None:
    errors = client.post(reverse("account_signup"), {}).context["form"].errors
    assert set(errors) == {"last_name", "first_name", "patronymic", "email", "password1", "password2", "robot"}


def test_the_way_past_the_box_stays_after_another_error(register: Callable) -> None:
    assert "data-way-past disabled hidden" in text_of(register(last_name=""))
    assert "data-way-past>" in text_of(register(robot=""))
    assert "data-way-past>" in text_of(register(last_name="", offered="1"))


def test_without_the_mark_alone_the_password_is_kept_and_never_comes_back(client: Client, register: Callable) -> None:
    response = register(robot="")
    page = text_of(response)
    assert "Пароль сохранён" in page and 'name="password1"' not in page and PASSWORD not in page
    assert PASSWORD not in str(dict(client.session.items()))
    assert register(password1="", password2="").url == SENT
    assert User.objects.get().check_password(PASSWORD) and "registration" not in client.session


def test_the_kept_password_outlives_another_error(register: Callable) -> None:
    register(robot="")
    again = {"password1": "", "password2": ""}
    response = register(**again, first_name="")
    assert list(response.context["form"].errors) == ["first_name"] and "Пароль сохранён" in text_of(response)
    assert register(**again).status_code == 302 and User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize("changed", [{"email": "other@example.com"}, {"last_name": "Длинный"}])
def test_the_kept_password_serves_only_those_it_was_held_against(register: Callable, changed: dict) -> None:
    register(robot="")
    response = register(password1="", password2="", **changed)
    assert response.status_code == 422
    assert response.context["form"].errors["password1"] == ["Введите пароль ещё раз: имя или адрес изменились."]
    assert 'name="password2"' in text_of(response)
    assert register(**changed).status_code == 302


def test_a_password_typed_anew_takes_the_place_of_the_kept_one(register: Callable) -> None:
    register(robot="")
    register(password1="Совсем-другой-2", password2="Совсем-другой-2")
    assert User.objects.get().check_password("Совсем-другой-2")


def test_a_stranger_has_no_kept_password(register: Callable, client: Client, robot_token: Callable) -> None:
    register(robot="")
    client.cookies.clear()
    errors = register(password1="", password2="").context["form"].errors
    assert list(errors) == ["password1", "password2"]


def test_after_another_error_the_page_says_the_password_is_needed_again_and_keeps_the_mark(register: Callable) -> None:
    page = text_of(register(last_name=""))
    assert "Пароль введите ещё раз" in page
    assert "отметка сохранена" in page and "<altcha-widget" not in page


def test_the_box_searches_no_further_than_the_answer_can_be(client: Client) -> None:
    task = client.get(reverse("account_signup_challenge")).json()
    assert f'maxnumber="{task["max_number"]}"' in text_of(client.get(reverse("account_signup")))


def test_the_public_pages_load_no_htmx(client: Client) -> None:
    for name in ("account_signup", "account_login"):
        page = client.get(reverse(name)).content.decode()
        assert "portal.js" in page and "htmx-2" not in page


def test_one_who_signed_in_goes_to_the_main_page(as_user: Callable, known: User) -> None:
    assert as_user(known).get(reverse("account_signup")).url == "/"


def test_registrations_from_one_address_are_limited(client: Client, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"signup": "2/h/ip"}
    answers = [client.post(reverse("account_signup"), {}).status_code for _ in range(3)]
    assert answers == [422, 422, 429]


def test_an_unconfirmed_address_can_be_registered_again_without_a_second_account(register: Callable) -> None:
    builders.user("ivanov@example.com", verified=False)
    register()
    assert User.objects.count() == 1
