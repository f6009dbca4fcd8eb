"""An institution's membership of the association (促进会)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Model, stored_by_value
from tables.base import CASCADE, Living, ref, unique_while

if TYPE_CHECKING:
    from tables.institution import Institution


class AssociationStatus(StrEnum):
    APPLIED = "applied"
    MEMBER = "member"
    REJECTED = "rejected"
    RESIGNED = "resigned"
    REMOVED = "removed"


class AssociationMembership(Living, Model):
    """An institution's membership of the association (促进会), a life of its own."""

    institution_id: Mapped[int] = ref("institution.id", CASCADE)
    status: Mapped[AssociationStatus] = mapped_column(stored_by_value(AssociationStatus))
    reason: Mapped[str | None] = mapped_column(sa.Text)

    institution: Mapped[Institution] = relationship(back_populates="association")

    __table_args__ = (
        unique_while(
            "uq_association_membership_open",
            "institution_id",
            where="status IN ('applied', 'member')",
        ),
    )

    def __str__(self) -> str:
        return str(self.institution)
