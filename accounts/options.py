"""Configuration of Flask-Security-Too: what it offers, how it hashes, where it redirects."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask

from accounts import authenticator, passkeys, recovery_codes
from accounts.passwords import SHORTEST
from accounts.words import MESSAGES
from core.clock import now

# argon2id: 19 ms on a small machine, and other pages stay quick while many sign in
ARGON2 = {
    "argon2__time_cost": 2,
    "argon2__memory_cost": 19 * 1024,  # KiB
    "argon2__parallelism": 1,
}


def options(app: Flask) -> dict[str, Any]:
    """Return the configuration keys of Flask-Security-Too for `app`."""
    chosen: dict[str, Any] = {
        "REGISTERABLE": True,
        "CONFIRMABLE": True,
        "RECOVERABLE": True,
        "CHANGEABLE": True,
        "RETURN_GENERIC_RESPONSES": True,
        "AUTO_LOGIN_AFTER_CONFIRM": False,
        "CONFIRM_EMAIL_WITHIN": timedelta(days=5),
        "RESET_PASSWORD_WITHIN": timedelta(hours=24),
        "CONFIRM_ERROR_VIEW": "security.send_confirmation",
        "POST_CONFIRM_VIEW": "security.login",
        "POST_REGISTER_VIEW": "security.login",
        "POST_CHANGE_VIEW": "storefront.profile",
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_SINGLE_HASH": {"argon2"},
        "PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
        "PASSWORD_LENGTH_MIN": SHORTEST,
        "PASSWORD_COMPLEXITY_CHECKER": "zxcvbn",  # by accounts/passwords.py
        # fingerprints inside signed links; a slow one would betray known addresses from unknown
        "HASHING_SCHEMES": ["hex_sha256"],
        "DEPRECATED_HASHING_SCHEMES": [],
        "DATETIME_FACTORY": now,
        "API_ENABLED_METHODS": ["session"],
        # accounts/reauthentication.py asks by a setting; this is the longest that it may be set to
        "FRESHNESS": timedelta(minutes=60),
        "FRESHNESS_GRACE_PERIOD": timedelta(0),
        "POST_VERIFY_VIEW": "storefront.security",
        "JOIN_USER_ROLES": False,
        "CACHE_CONTROL": {"private": None, "no-store": None},  # its own True is written '=True'
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "EMAIL_PLAINTEXT": False,  # the outbox renders mails, when it sends them
        "EMAIL_HTML": False,
        "I18N_DOMAIN": "messages",
        "I18N_DIRNAME": app.config["BABEL_TRANSLATION_DIRECTORIES"],
    }
    chosen |= second_factor(app)
    chosen |= {f"MSG_{name}": words for name, words in MESSAGES.items()}
    return {f"SECURITY_{name}": value for name, value in chosen.items()}


def second_factor(app: Flask) -> dict[str, Any]:
    """Return what concerns authenticator apps, recovery codes and passkeys."""
    return {
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": authenticator.WINDOW,
        "TWO_FACTOR_ALWAYS_VALIDATE": True,  # a browser that is remembered skips nothing
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_POST_SETUP_VIEW": "storefront.security",
        "TWO_FACTOR_IMPLEMENTATIONS": {
            "code": "flask_security.twofactor.CodeTfPlugin",
            "webauthn": "accounts.passkeys.SecondStep",
        },
        "TOTP_SECRETS": authenticator.keys(app.config["SETTINGS"]),
        "TOTP_ISSUER": "Supermarket",  # the QR code has the name of the platform in its place
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": recovery_codes.NUMBER,
        "WEBAUTHN": True,
        "WAN_ALLOW_USER_HINTS": False,  # nobody learns by an address who has a passkey
        "WAN_ALLOW_AS_VERIFY": passkeys.ALONE_OR_SECOND,
        "WAN_POST_REGISTER_VIEW": "storefront.security",
        "WAN_SIGNIN_WITHIN": timedelta(minutes=5),
        "WAN_NAME_ALLOWED_CHARS": None,  # any name; the length is held
    }
