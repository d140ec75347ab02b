"""A telephone with an application for codes, and a device with a passkey: the arithmetic of the real ones."""

import json
import re
import secrets
import time
from hashlib import sha256

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ORIGIN = "http://localhost:8000"
PASSWORD = "Demo-2026"


def code_of(secret: str, *, later: int = 0) -> str:
    """The code that the application shows now, or so many steps of 30 seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD + later))


def wrong_code(secret: str) -> str:
    """A code that the application shows neither now nor soon."""
    near = {code_of(secret, later=step) for step in range(-3, 4)}
    return next(code for code in ("000000", "111111", "222222") if code not in near)


def say_who(browser: Client, password: str = PASSWORD) -> None:
    """«Подтвердите, что это вы» by the password."""
    browser.post(reverse("account_reauthenticate"), {"password": password})


def connect_app(browser: Client) -> str:
    """Connects an application for codes; its secret. The browser has its recovery codes shown."""
    say_who(browser)
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    # a code of the past: the present one stays good for the sign-in that a test does next; at the turn of its half
    # minute it is one of yet before and is made anew
    for _ in range(2):
        response = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret, later=-1)})
        if response.status_code == 302:
            break
    assert response.url == reverse("mfa_view_recovery_codes"), response
    return secret


def recovery_codes(browser: Client) -> list[str]:
    """The codes as the page shows them."""
    return re.findall(r"<code>(\d{8})</code>", browser.get(reverse("mfa_view_recovery_codes")).text)


def give_password(browser: Client, login: str, query: str = "", password: str = PASSWORD) -> HttpResponse:
    """The first step of a sign-in."""
    return browser.post(reverse("account_login") + query, {"login": login, "password": password})


def is_in(browser: Client) -> bool:
    """Whether somebody is signed in."""
    return "_auth_user_id" in browser.session


class Passkey:
    """A device with one passkey; ``verified``: it has asked for a finger, a face or its PIN."""

    def __init__(self, *, verified: bool = True, origin: str = ORIGIN) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.handle = b""
        self.verified = verified
        self.origin = origin

    def created(self, options: dict) -> str:
        """The answer to a request for a new passkey."""
        options = options["publicKey"]
        self.handle = websafe_decode(options["user"]["id"])
        kept = AttestedCredentialData.create(b"\0" * 16, self.id, ES256.from_cryptography_key(self.key.public_key()))
        flags = AuthenticatorData.FLAG.AT | self._flags()
        data = AuthenticatorData.create(self._rp(options["rp"]["id"]), flags, 0, kept)
        client = CollectedClientData.create("webauthn.create", websafe_decode(options["challenge"]), self.origin)
        attestation = AttestationObject.create("none", data, {})
        return self._json(
            client, {"attestationObject": websafe_encode(bytes(attestation))}, {"credProps": {"rk": True}}
        )

    def found(self, options: dict, *, handle: bytes | None = None) -> str:
        """The answer to a request for a passkey."""
        options = options["publicKey"]
        data = AuthenticatorData.create(self._rp(options["rpId"]), self._flags(), 0)
        client = CollectedClientData.create("webauthn.get", websafe_decode(options["challenge"]), self.origin)
        signature = self.key.sign(bytes(data) + client.hash, ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": data, "signature": signature, "userHandle": handle or self.handle}
        return self._json(client, {name: websafe_encode(bytes(value)) for name, value in parts.items()}, {})

    def _flags(self) -> AuthenticatorData.FLAG:
        flags = AuthenticatorData.FLAG
        return flags.UP | flags.UV if self.verified else flags.UP

    def _rp(self, name: str) -> bytes:
        return sha256(name.encode()).digest()

    def _json(self, client: CollectedClientData, parts: dict, results: dict) -> str:
        name = websafe_encode(self.id)
        response = {"clientDataJSON": websafe_encode(bytes(client))} | parts
        whole = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps(whole | {"clientExtensionResults": results})


def options_in(response: HttpResponse) -> dict:
    """What a page asks the browser for."""
    return json.loads(response.context["options"])


def add_passkey(browser: Client, name: str = "Рабочий ноутбук") -> Passkey:
    """Makes a passkey for whoever is signed in."""
    say_who(browser)
    passkey = Passkey()
    page = browser.get(reverse("mfa_add_webauthn"))
    data = {"name": name, "credential": passkey.created(options_in(page))}
    response = browser.post(reverse("mfa_add_webauthn"), data)
    assert response.status_code == 302, response.context["form"].errors
    return passkey


def passkey_sign_in(browser: Client, passkey: Passkey, **rest: str) -> HttpResponse:
    """A sign-in by the passkey alone."""
    url = reverse("mfa_login_webauthn")
    options = browser.get(url, headers={"Accept": "application/json"}).json()["request_options"]
    return browser.post(url, {"credential": passkey.found(options)} | rest)
