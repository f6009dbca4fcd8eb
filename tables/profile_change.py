"""Changes of what was certified of an institution, under review."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Line, Model, stored_by_value
from tables.base import CASCADE, Guarded, Living, ref, unique_while

if TYPE_CHECKING:
    from tables.institution import Institution
    from tables.person import User


class ProfileChangeStatus(StrEnum):
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ProfileChange(Living, Guarded, Model):
    """A change of name, credit code or licence, under review beside the public version."""

    institution_id: Mapped[int] = ref("institution.id", CASCADE)
    proposer_id: Mapped[int] = ref("user.id")
    status: Mapped[ProfileChangeStatus] = mapped_column(stored_by_value(ProfileChangeStatus))
    name: Mapped[Line]
    credit_code: Mapped[str] = mapped_column(sa.String(18))
    reason: Mapped[str | None] = mapped_column(sa.Text)

    institution: Mapped[Institution] = relationship()
    proposer: Mapped[User] = relationship()

    __table_args__ = (
        unique_while("uq_profile_change_open", "institution_id", where="status = 'submitted'"),
    )

    def __str__(self) -> str:
        return str(self.institution)
