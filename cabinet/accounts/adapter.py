"""How allauth works for this portal: its sentences, and what it must not do with a taken address."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase

from cabinet.accounts.models import User

UNCONFIRMED_KEY = "unconfirmed_email"


class AccountAdapter(DefaultAccountAdapter):
    """allauth's behaviour with the portal's sentences."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Неверный логин или пароль.",
        "too_many_login_attempts": (
            "Слишком много неудачных попыток входа. Подождите несколько минут или восстановите пароль."
        ),
        "enter_current_password": "Неверный текущий пароль.",
        "invalid_password_reset": "Ссылка недействительна.",
    }

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """A letter with the link, unless the address is another user's login: then its owner is told."""
        address = emailconfirmation.email_address
        if _taken_by_another(address):
            self.send_account_already_exists_mail(address.email)
        else:
            super().send_confirmation_mail(request, emailconfirmation, signup)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm the address, unless it became another user's login meanwhile."""
        try:
            with transaction.atomic():
                return super().confirm_email(request, email_address)
        except IntegrityError:
            messages.error(request, "Этот адрес уже используется как логин другого пользователя.")
            return False

    def respond_email_verification_sent(self, request: HttpRequest, user: User | None) -> HttpResponseBase:
        """The page that asks to open the letter; it remembers where a new one would go."""
        if user is not None:
            request.session[UNCONFIRMED_KEY] = user.email
        return super().respond_email_verification_sent(request, user)


def _taken_by_another(address: EmailAddress) -> bool:
    return User.objects.filter(email=address.email).exclude(pk=address.user_id).exists()
