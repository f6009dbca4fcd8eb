"""Public-benefit activities, and who took part in them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Line, Model, Text, stored_by_value
from tables.base import CASCADE, Living, Stamped, ref

if TYPE_CHECKING:
    from tables.institution import Institution
    from tables.person import User


class ActivityStatus(StrEnum):
    REGISTERED = "registered"
    APPROVED = "approved"
    REJECTED = "rejected"
    REVOKED = "revoked"


class ActivitySource(StrEnum):
    MAIL = "mail"
    WORKBENCH = "workbench"
    PLATFORM = "platform"


class Activity(Living, Model):
    """A public-benefit activity held with authorities (活动备案)."""

    status: Mapped[ActivityStatus] = mapped_column(stored_by_value(ActivityStatus), index=True)
    source: Mapped[ActivitySource] = mapped_column(stored_by_value(ActivitySource))
    title: Mapped[Line]
    held_on: Mapped[date | None]  # a mail may not say
    authority: Mapped[Line] = mapped_column(default="")
    participants: Mapped[int | None]
    description: Mapped[Text] = mapped_column(default="")
    message_id: Mapped[str | None] = mapped_column(sa.String(300), unique=True)  # of the mail
    unproven: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # the sender
    form_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # of the form
    registrar_id: Mapped[int | None] = ref("user.id")
    reason: Mapped[str | None] = mapped_column(sa.Text)

    registrar: Mapped[User | None] = relationship()
    parts: Mapped[list[ActivityPart]] = relationship(
        back_populates="activity", order_by="ActivityPart.id"
    )

    def __str__(self) -> str:
        return self.title


class ActivityRole(StrEnum):
    HOST = "host"  # 主办
    COHOST = "cohost"  # 承办
    SUPPORT = "support"  # 协办


class ActivityPart(Stamped, Model):
    """What an institution did in an activity, and the points that it brings."""

    activity_id: Mapped[int] = ref("activity.id", CASCADE)
    institution_id: Mapped[int] = ref("institution.id")
    role: Mapped[ActivityRole] = mapped_column(stored_by_value(ActivityRole))
    points: Mapped[float] = mapped_column(default=0.0)  # by the rule table, once approved

    activity: Mapped[Activity] = relationship(back_populates="parts")
    institution: Mapped[Institution] = relationship()

    __table_args__ = (sa.UniqueConstraint("activity_id", "institution_id"),)
