"""A form that somebody sent who was signed out meanwhile: kept for a little while, encrypted."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import Key, Model
from tables.base import CASCADE, ref


class KeptForm(Model):
    """What was typed, for the person who began it and in the browser that sent it alone."""

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    user_id: Mapped[int] = ref("user.id", CASCADE)
    browser: Mapped[str] = mapped_column(sa.String(64))  # the hash of the key in its cookie
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)  # by a key of the secret and that one
