"""Enterprises, who acts for them, and the park's register."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.database import Line, Model, Short, Text, stored_by_value
from tables.base import CASCADE, SET_NULL, Guarded, Living, Stamped, ref, unique_while

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


class VerifiedHow(StrEnum):
    """By what it is known that a person may speak for their enterprise."""

    SINGLE_SIGN_ON = "single_sign_on"
    LICENCE = "licence"  # seen by the platform
    CODE = "code"  # which reached the enterprise by letter or telephone
    COLLEAGUE = "colleague"  # who is verified
    BEFORE = "before"  # acted for it when the rule came


class EnterpriseMembership(Living, Guarded, Model):
    """A person of an enterprise. The second and later ones wait for a yes."""

    user_id: Mapped[int] = ref("user.id", CASCADE)
    enterprise_id: Mapped[int] = ref("enterprise.id", CASCADE)
    status: Mapped[EnterpriseMembershipStatus] = mapped_column(
        stored_by_value(EnterpriseMembershipStatus)
    )
    reason: Mapped[str | None] = mapped_column(sa.Text)
    verified_at: Mapped[datetime | None]  # until then they confirm and rate nothing
    verified_how: Mapped[VerifiedHow | None] = mapped_column(stored_by_value(VerifiedHow))
    verified_by_id: Mapped[int | None] = ref("user.id", SET_NULL)

    user: Mapped[User] = relationship(
        back_populates="enterprise_memberships", foreign_keys=[user_id]
    )
    verified_by: Mapped[User | None] = relationship(foreign_keys=[verified_by_id])
    enterprise: Mapped[Enterprise] = relationship(back_populates="memberships")

    __table_args__ = (
        # a person acts for one enterprise at a time, and asks one at a time
        unique_while(
            "uq_enterprise_membership_open", "user_id", where="status IN ('requested', 'member')"
        ),
    )

    @property
    def verified(self) -> bool:
        """Acts for the enterprise, and may: confirms deals, rates, decides on who asks to join."""
        return self.status is EnterpriseMembershipStatus.MEMBER and self.verified_at is not None

    def __str__(self) -> str:
        return f"{self.user} · {self.enterprise}"


class VerificationStatus(StrEnum):
    SUBMITTED = "submitted"
    CODE_SENT = "code_sent"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Verification(Living, Guarded, Model):
    """A person's proof that they may speak for their enterprise: its licence, or a code."""

    membership_id: Mapped[int] = ref("enterprise_membership.id", CASCADE)
    status: Mapped[VerificationStatus] = mapped_column(
        stored_by_value(VerificationStatus), index=True
    )
    by_code: Mapped[bool] = mapped_column(default=False)  # instead of a licence
    note: Mapped[Text] = mapped_column(default="")  # the person's own words
    contact: Mapped[Line] = mapped_column(default="")  # whom the code went to, and how
    code_hash: Mapped[str | None] = mapped_column(sa.String(64))  # the code itself is never stored
    code_due_at: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(default=0)
    decided_by_id: Mapped[int | None] = ref("user.id", SET_NULL)
    reason: Mapped[str | None] = mapped_column(sa.Text)  # of a rejection

    membership: Mapped[EnterpriseMembership] = relationship()
    decided_by: Mapped[User | None] = relationship()

    __table_args__ = (
        unique_while(
            "uq_verification_open", "membership_id", where="status IN ('submitted', 'code_sent')"
        ),
    )

    def __str__(self) -> str:
        return str(self.membership)
