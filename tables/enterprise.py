"""Enterprises, who acts for them, and the park's register."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.database import Line, Model, Short, stored_by_value
from tables.base import CASCADE, Guarded, Living, Stamped, ref, unique_while

if TYPE_CHECKING:
    from tables.person import User


class ParkEnterprise(Stamped, Model):
    """A line of the park's register, imported by administrators."""

    credit_code: Mapped[str] = mapped_column(sa.String(18), unique=True)
    name: Mapped[Line] = mapped_column(index=True)
    address: Mapped[Line | None]
    legal_person: Mapped[Short | None]
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    def __str__(self) -> str:
        return self.name


class Enterprise(Stamped, Model):
    """An enterprise that uses the platform. It holds no personal data; its members do."""

    credit_code: Mapped[str] = mapped_column(sa.String(18), unique=True)
    name: Mapped[Line] = mapped_column(index=True)
    remark: Mapped[str | None] = mapped_column(sa.Text)  # such as an unusual credit code

    memberships: Mapped[list[EnterpriseMembership]] = relationship(back_populates="enterprise")

    def __str__(self) -> str:
        return self.name


class EnterpriseMembershipStatus(StrEnum):
    REQUESTED = "requested"
    MEMBER = "member"
    DECLINED = "declined"
    REMOVED = "removed"


class EnterpriseMembership(Living, Guarded, Model):
    """A person of an enterprise. The second and later ones wait for a yes."""

    user_id: Mapped[int] = ref("user.id", CASCADE)
    enterprise_id: Mapped[int] = ref("enterprise.id", CASCADE)
    status: Mapped[EnterpriseMembershipStatus] = mapped_column(
        stored_by_value(EnterpriseMembershipStatus)
    )
    reason: Mapped[str | None] = mapped_column(sa.Text)

    user: Mapped[User] = relationship(back_populates="enterprise_memberships")
    enterprise: Mapped[Enterprise] = relationship(back_populates="memberships")

    __table_args__ = (
        # a person acts for one enterprise at a time, and asks one at a time
        unique_while(
            "uq_enterprise_membership_open", "user_id", where="status IN ('requested', 'member')"
        ),
    )

    def __str__(self) -> str:
        return f"{self.user} · {self.enterprise}"
