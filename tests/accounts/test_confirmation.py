import pytest
import time_machine
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from cabinet.accounts.models import User
from portal.demo import builders
from tests.accounts.conftest import link_in, text_of

pytestmark = pytest.mark.django_db
AGAIN = "/accounts/confirm-email/again/"
SIGN_IN = {"login": "new@example.com", "password": "Demo-2026"}


@pytest.fixture
def unconfirmed(db: None) -> User:
    return builders.user("new@example.com", verified=False)


def link_of(user: User) -> str:
    key = EmailConfirmationHMAC(EmailAddress.objects.get(user=user)).key
    return reverse("account_confirm_email", args=[key])


def test_opening_the_link_confirms_nothing(client: Client, unconfirmed: User) -> None:
    response = client.get(link_of(unconfirmed))
    assert response.status_code == 200 and "Подтвердить адрес" in text_of(response)
    assert not EmailAddress.objects.get().verified


def test_the_press_confirms_and_sign_in_works(client: Client, unconfirmed: User) -> None:
    response = client.post(link_of(unconfirmed), follow=True)
    assert "Адрес подтверждён. Теперь можно войти." in text_of(response)
    assert client.post(reverse("account_login"), SIGN_IN).url == "/"


def test_a_used_link_says_so(client: Client, unconfirmed: User) -> None:
    link = link_of(unconfirmed)
    client.post(link)
    for response in (client.get(link), client.post(link)):
        assert response.status_code == 410
        assert "Эта ссылка уже использована" in text_of(response)


def test_an_expired_link_says_so_and_offers_a_new_one(
    client: Client, unconfirmed: User, mailoutbox: list[EmailMessage]
) -> None:
    with time_machine.travel("2026-11-10 12:00", tick=False):
        link = link_of(unconfirmed)
    with time_machine.travel("2026-11-13 12:01", tick=False):
        response = client.post(link)
        assert response.status_code == 410 and "Срок действия ссылки истёк" in text_of(response)
        assert "Получить новую ссылку" in text_of(response)
        assert client.post(AGAIN, {"key": response.context["key"]}).url == "/accounts/confirm-email/"
        assert client.post(link_in(mailoutbox[0])).url == reverse("account_login")
    assert EmailAddress.objects.get().verified


def test_the_link_lives_72_hours(client: Client, unconfirmed: User) -> None:
    with time_machine.travel("2026-11-10 12:00", tick=False):
        link = link_of(unconfirmed)
    with time_machine.travel("2026-11-13 11:59", tick=False):
        assert client.get(link).status_code == 200


def test_a_wrong_link_is_refused(client: Client, unconfirmed: User) -> None:
    link = link_of(unconfirmed)
    response = client.get(link[:-3] + "xx/")
    assert response.status_code == 410 and "Ссылка неверна" in text_of(response)
    assert client.post(AGAIN, {"key": "MQ:wrong:key"}).url == reverse("account_login")


def test_sign_in_is_refused_until_confirmed_and_a_letter_comes(
    client: Client, unconfirmed: User, mailoutbox: list[EmailMessage]
) -> None:
    response = client.post(reverse("account_login"), SIGN_IN, follow=True)
    assert "_auth_user_id" not in client.session
    page = text_of(response)
    assert "без этого войти нельзя" in page and "Отправить письмо ещё раз" in page
    assert client.post(link_in(mailoutbox[0])).url == reverse("account_login")


def test_a_letter_is_sent_again_but_not_at_once(
    client: Client, unconfirmed: User, mailoutbox: list[EmailMessage]
) -> None:
    with time_machine.travel("2026-11-10 12:00", tick=False):
        client.post(reverse("account_login"), SIGN_IN)
        assert "через 3 минуты" in text_of(client.post(AGAIN, follow=True))
    with time_machine.travel("2026-11-10 12:04", tick=False):
        assert "Письмо отправлено ещё раз." in text_of(client.post(AGAIN, follow=True))
    assert len(mailoutbox) == 2


def test_a_letter_again_tells_nothing_of_a_taken_address(
    client: Client, known: User, mailoutbox: list[EmailMessage]
) -> None:
    session = client.session
    session["unconfirmed_email"] = known.email
    session.save()
    assert "Письмо отправлено ещё раз." in text_of(client.post(AGAIN, follow=True))
    assert "Вы уже зарегистрированы" in mailoutbox[0].subject


def test_a_stranger_has_no_letter_to_send(client: Client, unconfirmed: User, mailoutbox: list[EmailMessage]) -> None:
    assert client.post(AGAIN).url == reverse("account_login")
    assert client.get(AGAIN).status_code == 405
    assert not mailoutbox
