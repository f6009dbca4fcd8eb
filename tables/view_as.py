"""View-as: an administrator looked at the product as a person. On record, and told to them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.database import Key, Model
from tables.base import CASCADE, ref
from tables.person import User


class ViewAs(Model):
    """Who looked as whom, from when until when, and why."""

    id: Mapped[Key]
    viewer_id: Mapped[int] = ref("user.id", CASCADE)
    user_id: Mapped[int] = ref("user.id", CASCADE)
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    viewer: Mapped[User] = relationship(foreign_keys=viewer_id)
    user: Mapped[User] = relationship(foreign_keys=user_id)
