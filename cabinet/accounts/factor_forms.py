"""The forms of the second factor: codes, passkeys, and «подтвердите, что это вы»."""

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.forms import ReauthenticateForm
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa import app_settings
from allauth.mfa.base import forms as code_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError

from cabinet.accounts.factors import NAME_LENGTH, factors_of
from cabinet.accounts.forms import password_field
from cabinet.accounts.models import User

LIMITED = "too_many_codes"
STEP = {"app": "allauth.account", "action": "second_step"}
DAY = {"app": "allauth.account", "action": "second_step_day"}
APP_CODE = ("Код", "6 цифр из приложения или резервный код")
RECOVERY_CODE = ("Резервный код", "8 цифр; каждый код действует один раз")
NOT_TAKEN = "Ключ доступа не подошёл. Попробуйте ещё раз или выберите другой способ."
NOT_MADE = "Ключ доступа не создан. Попробуйте ещё раз."
LONGEST_ANSWER = 50_000  # a device's certificates are some thousands


def code_field(label: str, hint: str) -> forms.CharField:
    """A code of digits, as telephones and password managers fill it in."""
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
    return forms.CharField(label=label, max_length=20, help_text=hint, widget=forms.TextInput(attrs=attrs))


def limit_key(user: User) -> str:
    """Whose codes are counted together, wherever they are typed."""
    return f"second-step:{user.pk}"


def use_up(user: User, code: str) -> None:
    """A code of the application counts once, for as long as it could be typed again."""
    lifetime = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    digits = "".join(filter(str.isdigit, code))
    if not cache.add(f"totp-used:{user.pk}:{digits}", 1, lifetime):
        raise ValidationError("Этот код уже использован. Дождитесь следующего.", code="used_code")


class LimitedCode(forms.Form):
    """A code is guessed a few times only, and counts once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field(*(APP_CODE if factors_of(self.user).app else RECOVERY_CODE))

    def clean_code(self) -> str:
        """allauth's check within limits of our own, which a right code takes nothing of."""
        limits = {"key": limit_key(self.user)}
        usage = ratelimit.consume(context.request, **STEP, **limits)
        day = usage and ratelimit.consume(context.request, **DAY, **limits)
        if usage is None or day is None:
            raise account_adapter().validation_error(LIMITED)
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            use_up(self.user, code)
        usage.rollback()
        day.rollback()
        return code


class SecondStepForm(LimitedCode, code_forms.AuthenticateForm):
    """The second step of a sign-in."""


class CodeAgainForm(LimitedCode, code_forms.ReauthenticateForm):
    """«Подтвердите, что это вы» by a code."""


class PasswordAgainForm(ReauthenticateForm):
    """«Подтвердите, что это вы» by the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field("Пароль", "current-password")
        self.fields["password"].widget.attrs["autofocus"] = True


class ConnectAppForm(ActivateTOTPForm):
    """The first code of an application that is being connected."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field("Код из приложения", "6 цифр, которые показывает приложение")
        del self.fields["code"].widget.attrs["autofocus"]  # the picture comes first

    def clean_code(self) -> str:
        """This code does not open the next sign-in."""
        code = super().clean_code()
        use_up(self.user, code)
        return code


class CredentialField(forms.JSONField):
    """What a browser sends of a passkey: read within limits, never shown again."""

    widget = forms.HiddenInput

    def __init__(self, refusal: str) -> None:
        super().__init__(error_messages={"invalid": refusal})

    def to_python(self, value: Any) -> Any:
        """The answer; Python's reader also gives up on figures without end and on depth without end."""
        try:
            if isinstance(value, str) and len(value) > LONGEST_ANSWER:
                raise ValueError("longer than any device answers")
            return super().to_python(value)
        except (ValueError, RecursionError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing: each answer counts once."""
        return initial


class PasskeyAnswer(forms.Form):
    """What a browser sends of a passkey; nonsense is refused by the same sentence as a wrong key."""

    credential = CredentialField(NOT_TAKEN)

    def clean_credential(self) -> Authenticator:
        """allauth's check; what a stranger sends is no JSON of a browser."""
        try:
            return super().clean_credential()
        except ValidationError as error:
            if error.code == "incorrect_code":
                raise ValidationError(NOT_TAKEN, code="passkey") from error
            raise
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise ValidationError(NOT_TAKEN, code="passkey") from error


class PasskeyStepForm(PasskeyAnswer, passkey_forms.AuthenticateWebAuthnForm):
    """The second step of a sign-in by a passkey."""


class PasskeySignInForm(PasskeyAnswer, passkey_forms.LoginWebAuthnForm):
    """A sign-in by a passkey alone."""


class PasskeyAgainForm(PasskeyAnswer, passkey_forms.ReauthenticateWebAuthnForm):
    """«Подтвердите, что это вы» by a passkey."""


def name_field(*, required: bool) -> forms.CharField:
    """How the person calls a passkey."""
    hint = "Чтобы узнать ключ в списке: например, «Рабочий ноутбук»."
    return forms.CharField(label="Название", max_length=NAME_LENGTH, required=required, help_text=hint)


class NewPasskeyForm(passkey_forms.AddWebAuthnForm):
    """A new passkey: always one that opens the account without a password too."""

    passwordless = None
    credential = CredentialField(NOT_MADE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = name_field(required=False)

    def clean(self) -> dict[str, Any]:
        """What the browser made is checked against what this session was asked to make."""
        try:
            return super().clean()
        except (ValidationError, AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise ValidationError(NOT_MADE, code="passkey") from error


class PasskeyNameForm(passkey_forms.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = name_field(required=True)
