from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client
from django.urls import reverse

from portal import dev_mailbox

MAILBOX = "/dev/mail/"


@pytest.fixture
def send(settings: object, tmp_path: Path) -> Callable[..., None]:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.DEVELOPMENT_MAILBOX = True

    def sent(*subjects: str, body: str = "http://localhost:8000/x/", html: str = "") -> None:
        letters = [EmailMultiAlternatives(subject, body, "a@example.com", ["b@example.com"]) for subject in subjects]
        if html:
            letters[0].attach_alternative(html, "text/html")
        EmailBackend().send_messages(letters)

    return sent


def test_an_empty_mailbox_says_so(client: Client, send: Callable) -> None:
    assert "Писем пока нет" in client.get(MAILBOX).content.decode()


def test_letters_are_listed(client: Client, send: Callable) -> None:
    send("Первое", "Второе")
    page = client.get(MAILBOX).content.decode()
    assert "Первое" in page and "Второе" in page and "b@example.com" in page


def test_a_letter_opens_with_links_to_press_and_its_markup_as_text(client: Client, send: Callable) -> None:
    send("Тема", body="Ссылка: http://localhost:8000/x/ <script>alert(1)</script>")
    (letter,) = dev_mailbox.letters()
    page = client.get(reverse("dev_letter", args=[letter.id])).content.decode()
    assert '<a href="http://localhost:8000/x/"' in page
    assert "<script>alert(1)" not in page


def test_the_html_of_a_letter_is_sandboxed(client: Client, send: Callable) -> None:
    send("Тема", html="<p style='color:red'>Письмо</p><script>alert(1)</script>")
    (letter,) = dev_mailbox.letters()
    assert "sandbox=" in client.get(reverse("dev_letter", args=[letter.id])).content.decode()
    response = client.get(reverse("dev_letter_html", args=[letter.id]))
    policy = response["Content-Security-Policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy and "script-src" not in policy


@pytest.mark.parametrize("name", ["nothing", "..", "a-0"])
def test_an_unknown_letter_is_not_found(client: Client, send: Callable, name: str) -> None:
    assert client.get(f"{MAILBOX}{name}/").status_code == 404


def test_there_is_no_mailbox_where_mail_is_sent(client: Client, send: Callable, settings: object) -> None:
    settings.DEVELOPMENT_MAILBOX = False
    assert client.get(MAILBOX).status_code == 404
