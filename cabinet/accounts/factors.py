"""The second factor: how allauth keeps and names factors for this portal, and which ones a person has."""

import base64
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

from cabinet.accounts.models import User
from cabinet.accounts.user_agents import device_words
from cabinet.common.digits import plural

FEW_CODES = 3
NAME_LENGTH = 60


class FactorAdapter(DefaultMFAAdapter):
    """allauth's behaviour with the portal's sentences; secrets are sealed before they are stored."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "Отключить вход в два этапа нельзя.",
        "cannot_generate_recovery_codes": "Резервные коды нужны только вместе с приложением или ключом доступа.",
        "incorrect_code": "Неверный код. Проверьте, что ввели его целиком и он ещё действует.",
        "unverified_email": "Сначала подтвердите новый адрес электронной почты или отмените его смену.",
    }

    def encrypt(self, text: str) -> str:
        """Sealed by a key that follows from ``SECRET_KEY``."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What ``encrypt`` was given; never an empty secret, whose codes anybody could count."""
        try:
            return _seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "A second factor was sealed under another SECRET_KEY: add that one to SECRET_KEY_FALLBACKS."
            ) from error

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The portal's own host, whatever Host the request named."""
        return {"id": urlsplit(settings.PORTAL_URL).hostname or "localhost", "name": app_settings.TOTP_ISSUER}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """A passkey is called after the browser it is made in."""
        return device_words(context.request.headers.get("User-Agent", ""))[:NAME_LENGTH]


@dataclass(frozen=True)
class Factors:
    """What a person has beside the password."""

    app: Authenticator | None = None
    passkeys: list[Authenticator] = field(default_factory=list)
    codes: Authenticator | None = None

    @property
    def are_on(self) -> bool:
        """Whether the password alone no longer opens the account."""
        return self.app is not None or bool(self.passkeys)

    @property
    def codes_left(self) -> int:
        """How many recovery codes are unused."""
        if self.codes is None:
            return 0
        return self.codes_made - int(self.codes.data["used_mask"]).bit_count()

    @property
    def codes_made(self) -> int:
        """How many there were at first."""
        return app_settings.RECOVERY_CODE_COUNT

    @property
    def few_codes(self) -> bool:
        """Whether new recovery codes should be made."""
        return self.codes_left <= FEW_CODES

    @property
    def words(self) -> str:
        """«коды из приложения, 2 ключа доступа»."""
        number = len(self.passkeys)
        keys = plural(number, "ключ доступа", "ключа доступа", "ключей доступа") if number else ""
        return ", ".join(filter(None, ["коды из приложения" if self.app else "", keys]))


def factors_of(user: User) -> Factors:
    """The factors of the user, in one statement."""
    kept = list(Authenticator.objects.filter(user=user).order_by("pk"))
    single = {one.type: one for one in kept}
    passkeys = [one for one in kept if one.type == Authenticator.Type.WEBAUTHN]
    return Factors(single.get(Authenticator.Type.TOTP), passkeys, single.get(Authenticator.Type.RECOVERY_CODES))


def _seal() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac("cabinet.accounts.factors", "", key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
