"""The signing keys of the audit log: AUDIT_KEY, or one derived from SECRET_KEY."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from flask import current_app

from workflows.audit import chain


def signing_key() -> bytes:
    """Return the key that seals are signed with."""
    settings = current_app.config["SETTINGS"]
    return derived(settings.audit_key or settings.secret_key)


def known_keys() -> Mapping[str, bytes]:
    """Return {key id: key} of the key in use and of the former ones."""
    settings = current_app.config["SETTINGS"]
    former = [derived(text.strip()) for text in settings.audit_former_keys.split(",") if text]
    return {chain.key_id(key): key for key in (signing_key(), *former)}


def derived(secret: str) -> bytes:
    """Return a key for this purpose alone: whoever learns it has no session."""
    return hashlib.sha256(b"supermarket audit log\0" + secret.encode()).digest()
