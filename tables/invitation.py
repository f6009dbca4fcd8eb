"""Invitations by mail, of colleagues and of consultants."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Email, Model, Short, stored_by_value
from tables.base import CASCADE, Guarded, Living, ref, unique_while

if TYPE_CHECKING:
    from tables.consultant import Affiliation
    from tables.institution import Institution


class InvitationStatus(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


class Invitation(Living, Guarded, Model):
    """A colleague or a consultant asked into an institution. The token itself is never stored."""

    token = ""  # in memory alone, while the mail that carries it is written
    institution_id: Mapped[int] = ref("institution.id", CASCADE)
    affiliation_id: Mapped[int | None] = ref("affiliation.id", CASCADE)  # None: a colleague
    email: Mapped[Email] = mapped_column(index=True)  # what an address got is counted
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    salt: Mapped[Short] = mapped_column(
        default=""
    )  # "": older than reminders that compute the token
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]  # the person asked for a new one, since this one is dead
    status: Mapped[InvitationStatus] = mapped_column(stored_by_value(InvitationStatus))

    institution: Mapped[Institution] = relationship()
    affiliation: Mapped[Affiliation | None] = relationship()

    __table_args__ = (
        # one live invitation of a colleague to an address, and of a consultant
        unique_while(
            "uq_invitation_live",
            "institution_id",
            "email",
            where="status = 'sent' AND affiliation_id IS NULL",
        ),
        unique_while("uq_invitation_affiliation", "affiliation_id", where="status = 'sent'"),
    )

    def __str__(self) -> str:
        return self.email
