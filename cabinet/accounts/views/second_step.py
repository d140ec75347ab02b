"""The second step of a sign-in, a sign-in by a passkey, and «подтвердите, что это вы» before something important."""

from http import HTTPStatus
from typing import Any

from allauth.account import views as account_views
from allauth.mfa.base import views as code_views
from allauth.mfa.webauthn import views as passkey_views
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters

from cabinet.accounts import factors
from cabinet.accounts.forms import SignInForm
from cabinet.accounts.second_step import FACTOR_ONLY
from cabinet.accounts.views.refusals import RefusedWithStatus
from cabinet.common.access import public, signed_in

WAYS = {
    "reauthenticate": "Ввести пароль",
    "mfa_reauthenticate": "Ввести код",
    "mfa_reauthenticate:webauthn": "Использовать ключ доступа",
}


def passkey_options(context: dict[str, Any]) -> str:
    """What the script hands to the browser, as JSON."""
    return DjangoJSONEncoder(separators=(",", ":")).encode(next(iter(context.pop("js_data").values())))


class SecondStepView(RefusedWithStatus, code_views.AuthenticateView):
    """After the right password: a code of the application, a recovery code or a passkey."""

    template_name = "accounts/second_step/page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Only the ways that this person has."""
        context = super().get_context_data(**kwargs)
        return context | {
            "login": self.stage.login.user.email,
            "factors": factors.factors_of(self.stage.login.user),
            "options": passkey_options(context),
        }


class PasskeySignInView(passkey_views.LoginWebAuthnView):
    """A passkey in place of login and password; the browser has asked for a finger, a face or its PIN."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """The sign-in page with what is wrong; where one wanted to go is kept."""
        context = {
            "form": SignInForm(request=self.request),
            "passkey_form": form,
            "redirect_field_name": REDIRECT_FIELD_NAME,
            "redirect_field_value": self.request.POST.get(REDIRECT_FIELD_NAME, ""),
        }
        return render(self.request, "accounts/sign_in/page.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


class Again(RefusedWithStatus):
    """What the three pages «Подтвердите, что это вы» share."""

    template_name = "accounts/second_step/again.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The other ways in our words; the password is none where the factor itself is asked for."""
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        factor_only = FACTOR_ONLY in self.request.GET  # type: ignore[attr-defined]
        context["ways"] = [
            {"url": way["url"] + f"&{FACTOR_ONLY}=1" * factor_only, "label": WAYS[way["id"]]}
            for way in context["reauthentication_alternatives"]
            if not (factor_only and way["id"] == "reauthenticate")
        ]
        return context | {"factor_only": factor_only}


class PasswordAgainView(Again, account_views.ReauthenticateView):
    """By the password."""


class CodeAgainView(Again, code_views.ReauthenticateView):
    """By a code of the application or a recovery code."""


class PasskeyAgainView(Again, passkey_views.ReauthenticateWebAuthnView):
    """By a passkey."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the script hands to the browser; allauth would have the form judged twice."""
        context = super().get_context_data(**kwargs)
        return context | {"options": passkey_options(context), "form": kwargs.get("form") or context["form"]}


step = public(SecondStepView.as_view())
passkey_sign_in = public(PasskeySignInView.as_view())
password_again = signed_in(sensitive_post_parameters("password")(PasswordAgainView.as_view()))
code_again = signed_in(CodeAgainView.as_view())
passkey_again = signed_in(PasskeyAgainView.as_view())
