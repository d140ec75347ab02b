"""Setting factors up and taking them away: allauth's views with our pages and windows.

Each asks first whether it is really the person. ``ReauthenticationRequired`` is made a page by allauth's middleware.
"""

from typing import Any

from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as passkey_views
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse_lazy
from django.utils.cache import patch_vary_headers

from cabinet.accounts import own_sessions, second_step
from cabinet.accounts.factors import factors_of
from cabinet.accounts.views.refusals import RefusedWithStatus
from cabinet.accounts.views.second_step import passkey_options
from cabinet.common.access import signed_in
from cabinet.common.windows import closed

CHANGED = "factorsChanged"


class AskedForFactor:
    """While a factor is on, it alone changes factors: a password that was found out adds none and takes none away."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or the one that asks for the factor."""
        self.factors = factors_of(request.user)
        if self.factors.are_on and not second_step.is_fresh(request):
            return second_step.lead_to(request.path, self.factors)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class Connecting(AskedForFactor, RefusedWithStatus):
    """A page that connects a factor."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """With the first factor all sessions end that began by the password alone."""
        response = super().form_valid(form)  # type: ignore[misc]
        second_step.note_new(self.request)
        if not self.factors.are_on:
            own_sessions.end_others(self.request.user, keep=self.request.session.session_key)
        return response


class Window(AskedForFactor, RefusedWithStatus):
    """A window that asks first; what was done is told where it was opened."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The window, or a page of its own."""
        response = super().render_to_response(context, **kwargs)  # type: ignore[misc]
        patch_vary_headers(response, ["HX-Request"])
        return response

    def done(self, words: str) -> HttpResponse:
        """The window closes and «Безопасность» shows the change."""
        return closed(self.request, words, CHANGED, to="mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is left afterwards decides what the window warns of."""
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        closes_office = settings.STAFF_SECOND_FACTOR and self.request.user.is_staff
        return context | {"factors": self.factors, "closes_office": closes_office}


class ConnectAppView(Connecting, totp_views.ActivateTOTPView):
    """An application for codes: the picture, the key to type by hand, the first code."""

    template_name = "accounts/security/app.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The key in groups of four, as one types it."""
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return context | {"secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))}


class DisconnectAppView(Window, totp_views.DeactivateTOTPView):
    """The window «Отключить приложение»."""

    template_name = "accounts/security/app_off.html"

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Without it, and told by a letter."""
        super().form_valid(form)
        return self.done("Приложение для кодов отключено.")


class CodesView(AskedForFactor, code_views.ViewRecoveryCodesView):
    """The recovery codes, shown this once; then only how many are left."""

    template_name = "accounts/security/codes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where one goes on afterwards."""
        context = super().get_context_data(**kwargs)
        title = f"Резервные коды для входа в личный кабинет, логин {self.request.user.email}"
        as_text = "\r\n".join([title, *context["unused_codes"]])
        return context | {"wanted": second_step.wanted(self.request), "as_text": as_text}


class NewCodesView(Window, code_views.GenerateRecoveryCodesView):
    """The window «Новые резервные коды»: the old ones become void."""

    template_name = "accounts/security/codes_new.html"


class NewPasskeyView(Connecting, passkey_views.AddWebAuthnView):
    """A new passkey; its making needs a script."""

    template_name = "accounts/security/passkey_new.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Made so that it opens the account without a password: kept by the device, which asks who uses it."""
        context = super(passkey_views.AddWebAuthnView, self).get_context_data(**kwargs)
        options = passkey_views.auth.begin_registration(self.request.user, True)
        return context | {"options": passkey_options({"js_data": {"creation_options": options}})}


class PasskeyNameView(Window, passkey_views.EditWebAuthnView):
    """The window «Название ключа»."""

    template_name = "accounts/security/passkey_name.html"

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Called so from now on."""
        form.save()
        return self.done("Название сохранено.")


class RemovePasskeyView(Window, passkey_views.RemoveWebAuthnView):
    """The window «Удалить ключ доступа»."""

    template_name = "accounts/security/passkey_remove.html"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Without it, and told by a letter."""
        super().form_valid(form)
        return self.done("Ключ доступа удалён.")


connect_app = signed_in(ConnectAppView.as_view())
disconnect_app = signed_in(DisconnectAppView.as_view())
codes = signed_in(CodesView.as_view())
new_codes = signed_in(NewCodesView.as_view())
new_passkey = signed_in(NewPasskeyView.as_view())
passkey_name = signed_in(PasskeyNameView.as_view())
remove_passkey = signed_in(RemovePasskeyView.as_view())
