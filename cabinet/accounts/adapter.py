"""How allauth works for this portal: its sentences, its limits, and what it must not do with a taken address."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from cabinet.accounts import devices, own_sessions
from cabinet.accounts.factor_forms import LIMITED as TOO_MANY_CODES
from cabinet.accounts.factor_forms import STEP, limit_key
from cabinet.accounts.models import User
from cabinet.common.emails import plain_email
from cabinet.common.letters import at_portal

UNCONFIRMED_KEY = "unconfirmed_email"
BEGUN_UNDER = "sign_in_begun_under"
"""In the session: by which password the sign-in that waits for its second step was begun, as Django's hash of it."""
FAILED_FROM = {"app": "allauth.account", "action": "login_failed_from"}
FAILED_HERE = {"app": "allauth.account", "action": "login_failed_here"}


class AccountAdapter(DefaultAccountAdapter):
    """allauth's behaviour with the portal's sentences."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Неверный логин или пароль.",
        "too_many_login_attempts": (
            "Слишком много неудачных попыток входа. Подождите несколько минут или восстановите пароль."
        ),
        TOO_MANY_CODES: "Слишком много неверных кодов. Подождите несколько минут и введите новый код.",
        "rate_limited": "Слишком много неверных кодов. Подождите несколько минут и введите новый код.",
        "enter_current_password": "Неверный текущий пароль.",
        "incorrect_password": "Неверный пароль.",
        "invalid_password_reset": "Ссылка недействительна.",
    }

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Sign-in; failures count for the login from this address first, then for the address.

        A stranger who fails on purpose thus locks the login for his own address: the limit of the login
        alone is higher.
        """
        here = ratelimit.consume(request, key=self._login_from_here(request, credentials), **FAILED_HERE)
        address = here and ratelimit.consume(request, **FAILED_FROM)
        if here is None or address is None:
            raise self.validation_error("too_many_login_attempts")
        user = super().authenticate(request, **credentials)
        if user:
            here.rollback()
            address.rollback()
        return user

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """The first step: under which password the sign-in begins is kept till it ends."""
        response = super().pre_login(request, user, **kwargs)
        request.session[BEGUN_UNDER] = user.get_session_auth_hash()
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """The last step of every sign-in: a password that was changed meanwhile opens nothing.

        What is known of the browser is read before anything changes.
        """
        if request.session.pop(BEGUN_UNDER, None) != user.get_session_auth_hash():
            request.session.flush()
            messages.error(request, "Пароль изменился, пока вы входили. Войдите с новым паролем.")
            raise ImmediateHttpResponse(redirect("account_login"))
        self.is_first_sign_in = user.last_login is None
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """A sign-in from a new browser is told by a letter; the very first one is no news."""
        response = super().post_login(request, user, **kwargs)
        if not self.is_first_sign_in and not devices.is_known(request, user):
            devices.tell_of_new(request, user, self.get_client_ip(request))
        devices.remember(request, response, user)
        return response

    def set_password(self, user: User, password: str) -> None:
        """A new password: other sessions end, other browsers are new again, codes may be tried again.

        Not more of them a day: a recovered password is no way to guess on.
        """
        user.devices_forgotten_at = timezone.now()
        super().set_password(user, password)
        own_sessions.end_others(user, keep=self.request.session.session_key)
        ratelimit.clear(self.request, key=limit_key(user), **STEP)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        super()._delete_login_attempts_cached_email(request, **credentials)
        ratelimit.clear(request, key=self._login_from_here(request, credentials), **FAILED_HERE)

    def _login_from_here(self, request: HttpRequest, credentials: dict[str, Any]) -> str:
        return f"{ratelimit.get_ip(request)}:{self._get_login_attempts_cache_key(request, **credentials)}"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The login alone: allauth's has the Host header in it, whose port anybody may choose."""
        return plain_email(credentials["email"])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A letter; its links lead to the portal, whatever Host the request named."""
        links = {name: at_portal(value) for name, value in context.items() if name.endswith("_url")}
        super().send_mail(template_prefix, email, context | links)

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
