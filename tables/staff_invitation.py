"""Invitations of staff: the link by which a new member of the platform's staff sets a password."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.database import Key, Model
from tables.base import CASCADE, SET_NULL, ref
from tables.person import User


class StaffInvitation(Model):
    """One of each person; a new link replaces the one before. The token is stored as its hash."""

    id: Mapped[Key]
    user_id: Mapped[int] = ref("user.id", CASCADE, index=False, unique=True)
    inviter_id: Mapped[int | None] = ref("user.id", SET_NULL)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    sent_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=user_id)
    inviter: Mapped[User | None] = relationship(foreign_keys=inviter_id)
