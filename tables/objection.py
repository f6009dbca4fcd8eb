"""Objections: somebody else holds one's enterprise, or the credit code of one's application."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Model, Text, stored_by_value
from tables.base import CASCADE, SET_NULL, Guarded, Living, exactly_one, ref, unique_while

if TYPE_CHECKING:
    from tables.enterprise import EnterpriseMembership
    from tables.institution import Institution
    from tables.person import User


class ObjectionStatus(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class Objection(Living, Guarded, Model):
    """A later person says that what an earlier one holds is theirs. The platform decides.

    It is about an enterprise (the objector's request to join, and the member whom they contest) or
    about a credit code (the objector's application, and the one that holds the code). Neither side
    learns who the other is.
    """

    status: Mapped[ObjectionStatus] = mapped_column(stored_by_value(ObjectionStatus), index=True)
    objector_id: Mapped[int] = ref("user.id", CASCADE)
    credit_code: Mapped[str] = mapped_column(sa.String(18))
    membership_id: Mapped[int | None] = ref("enterprise_membership.id", CASCADE)
    contested_id: Mapped[int | None] = ref("enterprise_membership.id", CASCADE)
    application_id: Mapped[int | None] = ref("institution.id", CASCADE)
    holder_id: Mapped[int | None] = ref("institution.id", CASCADE)
    statement: Mapped[Text]
    decided_by_id: Mapped[int | None] = ref("user.id", SET_NULL)
    reason: Mapped[str | None] = mapped_column(sa.Text)  # of the decision: both sides read it

    objector: Mapped[User] = relationship(foreign_keys=[objector_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    membership: Mapped[EnterpriseMembership | None] = relationship(foreign_keys=[membership_id])
    contested: Mapped[EnterpriseMembership | None] = relationship(foreign_keys=[contested_id])
    application: Mapped[Institution | None] = relationship(foreign_keys=[application_id])
    holder: Mapped[Institution | None] = relationship(foreign_keys=[holder_id])

    __table_args__ = (
        exactly_one("one_subject", "membership_id", "application_id"),
        unique_while("uq_objection_open", "objector_id", where="status = 'open'"),
    )

    def __str__(self) -> str:
        return self.credit_code
