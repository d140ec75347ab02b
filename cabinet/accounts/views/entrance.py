"""Sign-in, sign-out and recovery: allauth's views with our forms, pages and statuses."""

from http import HTTPStatus

from allauth.account import views as allauth_views
from allauth.account.internal.flows.logout import logout
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cabinet.accounts.views.refusals import RefusedWithStatus
from cabinet.common.access import public


class SignInView(RefusedWithStatus, allauth_views.LoginView):
    """The same sentence for a wrong login and a wrong password."""

    template_name = "accounts/sign_in/page.html"


class RecoverView(RefusedWithStatus, allauth_views.PasswordResetView):
    """«Забыли пароль?»: the login to which the link is sent."""

    template_name = "accounts/recovery/page.html"


class NewPasswordView(RefusedWithStatus, allauth_views.PasswordResetFromKeyView):
    """The page behind the link of recovery."""

    template_name = "accounts/recovery/new_password.html"

    def render_to_response(self, context: dict, **kwargs: object) -> HttpResponse:
        """A link that is used, expired or wrong is gone."""
        if context.get("token_fail"):
            kwargs["status"] = HTTPStatus.GONE
        return super().render_to_response(context, **kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Nobody is signed in afterwards, in this browser as in all others."""
        response = super().form_valid(form)
        logout(self.request, show_message=False)
        return response


class SignOutView(allauth_views.LogoutView):
    """POST signs out, GET asks."""

    template_name = "accounts/sign_out/page.html"


sign_in = public(SignInView.as_view())
sign_out = public(SignOutView.as_view())
recover = public(RecoverView.as_view())
new_password = public(NewPasswordView.as_view())


@public
def link_sent(request: HttpRequest) -> HttpResponse:
    """The same answer for a known and an unknown login."""
    return render(request, "accounts/recovery/sent.html")


@public
def password_is_new(request: HttpRequest) -> HttpResponse:
    """Recovery is over: one signs in with the new password."""
    return render(request, "accounts/recovery/done.html")


@public
def inactive(request: HttpRequest) -> HttpResponse:
    """The account was switched off by the supplier's staff."""
    return render(request, "accounts/sign_in/inactive.html", status=HTTPStatus.FORBIDDEN)
