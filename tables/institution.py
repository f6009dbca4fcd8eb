"""Service institutions and their people."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, Email, Line, Model, Short, Text, stored_by_value
from tables.base import CASCADE, RESTRICT, Guarded, Living, Stamped, ref, unique_while
from tables.category import Category

if TYPE_CHECKING:
    from tables.association import AssociationMembership
    from tables.person import User


class InstitutionStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    CERTIFIED = "certified"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


institution_category = sa.Table(
    "institution_category",
    Base.metadata,
    sa.Column(
        "institution_id", sa.ForeignKey("institution.id", ondelete=CASCADE), primary_key=True
    ),
    sa.Column(
        "category_id", sa.ForeignKey("category.id", ondelete=RESTRICT), primary_key=True, index=True
    ),
)


class Institution(Living, Guarded, Model):
    """A service institution, from the draft of its application on."""

    status: Mapped[InstitutionStatus] = mapped_column(
        stored_by_value(InstitutionStatus), index=True
    )
    applicant_id: Mapped[int] = ref("user.id")
    name: Mapped[Line] = mapped_column(default="", index=True)
    credit_code: Mapped[str] = mapped_column(sa.String(18), default="", index=True)
    introduction: Mapped[Text] = mapped_column(default="")
    address: Mapped[Line] = mapped_column(default="")
    website: Mapped[Line] = mapped_column(default="")
    founded: Mapped[int | None]
    staff_count: Mapped[int | None]
    contact_name: Mapped[Short] = mapped_column(default="")
    contact_mobile: Mapped[str] = mapped_column(sa.String(32), default="")
    contact_phone: Mapped[str] = mapped_column(sa.String(32), default="")
    contact_email: Mapped[Email] = mapped_column(default="")  # the reserved e-mail of the manual
    wants_association: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime | None]
    certified_at: Mapped[datetime | None]
    # the reviewer's words on the last decision: {field name: remark}, "" for the whole
    remarks: Mapped[dict[str, Any]] = mapped_column(default=dict)

    applicant: Mapped[User] = relationship()
    memberships: Mapped[list[Membership]] = relationship(back_populates="institution")
    categories: Mapped[list[Category]] = relationship(
        secondary=institution_category, order_by=Category.position
    )
    association: Mapped[list[AssociationMembership]] = relationship(back_populates="institution")

    __table_args__ = (
        # one open application, and one certified institution, for a credit code
        unique_while(
            "uq_institution_open_credit_code",
            "credit_code",
            where="status IN ('submitted', 'returned', 'certified', 'suspended')",
        ),
    )

    def __str__(self) -> str:
        return self.name


class MembershipRole(StrEnum):
    OWNER = "owner"
    STAFF = "staff"


class Membership(Stamped, Model):
    """A person of an institution. `active` once the institution is certified or they accepted."""

    user_id: Mapped[int] = ref("user.id", CASCADE)
    institution_id: Mapped[int] = ref("institution.id", CASCADE)
    role: Mapped[MembershipRole] = mapped_column(stored_by_value(MembershipRole))
    active: Mapped[bool] = mapped_column(default=False)

    user: Mapped[User] = relationship(back_populates="memberships")
    institution: Mapped[Institution] = relationship(back_populates="memberships")

    __table_args__ = (
        sa.UniqueConstraint("user_id", "institution_id"),
        # a person works in one workbench
        unique_while("uq_membership_active_user", "user_id", where="active"),
    )

    def __str__(self) -> str:
        return f"{self.user} · {self.institution}"
