"""The secret token of an invitation's link: drawn, found by its hash, recomputed for a reminder.

Nothing that is stored opens anything: of a token the table keeps the hash by which it is found,
and a random salt from which whoever holds SECRET_KEY computes it again. The mail that carries it
forgets it once it is out.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload

from core.clock import now
from core.database import db
from core.tokens import hashed
from models import Invitation

LIFETIME = timedelta(days=14)


def add_token(invitation: Invitation) -> Invitation:
    """Give a new invitation its secret and its end. The token stays on the row in memory."""
    invitation.salt = secrets.token_urlsafe(32)
    token = _computed(invitation)
    invitation.token_hash, invitation.expires_at = hashed(token), now() + LIFETIME
    invitation.token = token
    return invitation


def _computed(invitation: Invitation) -> str:
    key = str(current_app.config["SETTINGS"].secret_key).encode()
    digest = hmac.digest(key, f"invitation:{invitation.salt}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def by_token(token: str) -> Invitation | None:
    """Return the invitation whose link carries `token`, whoever looks: the token is the right."""
    return db.session.scalar(
        sa.select(Invitation)
        .where(Invitation.token_hash == hashed(token))
        .options(joinedload(Invitation.institution))
        .execution_options(unguarded=True)
    )


def recomputed_token(invitation: Invitation) -> str | None:
    """Return the token that the link of `invitation` carries.

    None where SECRET_KEY was changed meanwhile, or the link is older than salts are.
    """
    token = _computed(invitation)
    return token if hashed(token) == invitation.token_hash else None
