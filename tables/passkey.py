"""Passkeys (WebAuthn credentials): the keys that a person signs in with."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask_security import WebAuthnMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.database import Key, Model, Short
from tables.base import CASCADE, ref

if TYPE_CHECKING:
    from tables.person import User


class Passkey(WebAuthnMixin, Model):
    """A credential of an authenticator, in the columns that Flask-Security-Too asks for.

    It holds a public key, so nothing in it opens anything. Not guarded, as sign-ins are not: the
    second step of a sign-in reads it before it is known who reads.
    """

    id: Mapped[Key]
    user_id: Mapped[int] = ref("user.id", CASCADE)
    created_at: Mapped[datetime] = mapped_column(default=now)
    lastuse_datetime: Mapped[datetime] = mapped_column(default=now)
    name: Mapped[Short]  # what the person calls it
    credential_id: Mapped[bytes] = mapped_column(sa.LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(sa.JSON)
    extensions: Mapped[str | None] = mapped_column(sa.Text)
    backup_state: Mapped[bool] = mapped_column(default=False)
    device_type: Mapped[str] = mapped_column(sa.String(32))
    usage: Mapped[str] = mapped_column(sa.String(16))

    user: Mapped[User] = relationship(back_populates="webauthn")

    __table_args__ = (sa.UniqueConstraint("user_id", "name"),)
