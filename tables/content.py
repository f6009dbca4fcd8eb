"""What administrators set and write: settings, announcements, pages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.database import Line, Model, Short, Text
from tables.base import Stamped, ref
from tables.person import User

if TYPE_CHECKING:
    from tables.person import User


class SiteSetting(Model):
    """A setting that an administrator changed; content/settings.py holds the defaults."""

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    value: Mapped[Text]


class Written:
    """A text in both languages, the body a small Markdown. English may be missing."""

    title: Mapped[Line]
    title_en: Mapped[Line] = mapped_column(default="")
    body: Mapped[Text]
    body_en: Mapped[Text] = mapped_column(default="")


class Announcement(Stamped, Written, Model):
    """News of the platform, on the storefront from `publish_at` until `ends_at`."""

    pinned: Mapped[bool] = mapped_column(default=False)
    publish_at: Mapped[datetime] = mapped_column(default=now, index=True)
    ends_at: Mapped[datetime | None]
    author_id: Mapped[int] = ref("user.id")

    author: Mapped[User] = relationship()

    __table_args__ = (
        sa.CheckConstraint("ends_at IS NULL OR ends_at > publish_at", name="ends_later"),
    )

    def __str__(self) -> str:
        return self.title


class Page(Stamped, Written, Model):
    """A standing page: about, help, terms, privacy. `edition` counts what people agree to."""

    slug: Mapped[Short] = mapped_column(unique=True)
    edition: Mapped[int] = mapped_column(default=1, server_default="1")
    edited_at: Mapped[datetime] = mapped_column(default=now)

    def __str__(self) -> str:
        return self.title
