"""Counters of rate limits: how often something was tried in a window of time."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model


class RateCounter(Model):
    """One window of a rate limit. `key` is a hash: it names neither address nor network."""

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
