"""Passkeys (WebAuthn): of this site alone, and only where the authenticator knows its person.

Each one verifies the person by PIN or finger, so it is both factors at once: it signs in alone, and
it is the second step after a password. Flask-Security keeps one or the other apart (`usage`); here
every passkey is kept as one that signs in alone, and the second step takes it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, session
from flask_security import (
    UserMixin,
    WebauthnUtil,
)
from flask_security.webauthn import (
    WebAuthnTfPlugin,
    _create_credential_list,
    has_webauthn,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from content import settings

CHALLENGE = "passkey_challenge"  # in the session
USAGE = "first"
ALONE_OR_SECOND = [USAGE, "secondary"]


def site() -> tuple[str, str]:
    """Return host and origin of the site, as PUBLIC_URL has them: a passkey is bound to the host.

    An address of the loopback can have none; there it is `localhost`.
    """
    parts = urlsplit(current_app.config["SETTINGS"].public_url)
    host, port = parts.hostname or "", parts.port
    if _is_address(host):
        host = "localhost"
    return host, f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host).is_loopback)
    except ValueError:
        return False


@contextmanager
def of_this_site() -> Iterator[None]:
    """Let Flask-Security, which asks the Host header for the name, find that of PUBLIC_URL."""
    asked = request.host
    request.host = site()[0]
    try:
        yield
    finally:
        request.host = asked


class PasskeyUtil(WebauthnUtil):
    """What authenticators are asked for."""

    def generate_challenge(self, nbytes: int | None = None) -> str:
        session[CHALLENGE] = super().generate_challenge(nbytes)
        return str(session[CHALLENGE])

    def origin(self) -> str:
        return site()[1]

    def registration_options(
        self, user: UserMixin, usage: str, existing_options: dict[str, Any]
    ) -> dict[str, Any]:
        options = super().registration_options(user, usage, existing_options)
        return options | {"rp_id": site()[0], "rp_name": str(settings.get("platform_name"))}

    def authenticator_selection(
        self, user: UserMixin, usage: str
    ) -> AuthenticatorSelectionCriteria:
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,  # found without typing who one is
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def authentication_options(
        self, user: UserMixin | None, usage: list[str], existing_options: dict[str, Any]
    ) -> dict[str, Any]:
        options = super().authentication_options(user, usage, existing_options)
        if user is not None:  # the second step, or a fresh sign-in: any of theirs
            options["allow_credentials"] = _create_credential_list(user, ALONE_OR_SECOND)
        return options | {"rp_id": site()[0]}

    def user_verification(
        self, user: UserMixin | None, usage: list[str]
    ) -> UserVerificationRequirement:
        return UserVerificationRequirement.REQUIRED


class SecondStep(WebAuthnTfPlugin):
    """The second step after a password: any passkey of the person."""

    def get_setup_methods(self, user: UserMixin) -> list[tuple[str, str]]:
        return [("webauthn", "webauthn")] if has_webauthn(user, ALONE_OR_SECOND) else []
