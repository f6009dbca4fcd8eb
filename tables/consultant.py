"""Consultants, what they are qualified for, and their affiliations with institutions."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from core.database import Base, Email, Line, Model, Short, Text, stored_by_value
from tables.base import CASCADE, RESTRICT, Guarded, Living, Stamped, ref, unique_while
from tables.category import Category
from tables.person import User

if TYPE_CHECKING:
    from tables.institution import Institution


class ConsultantStatus(StrEnum):
    UNCERTIFIED = "uncertified"
    CERTIFIED = "certified"
    WITHDRAWN = "withdrawn"  # the platform took the certification back


consultant_category = sa.Table(
    "consultant_category",
    Base.metadata,
    sa.Column("consultant_id", sa.ForeignKey("consultant.id", ondelete=CASCADE), primary_key=True),
    sa.Column(
        "category_id", sa.ForeignKey("category.id", ondelete=RESTRICT), primary_key=True, index=True
    ),
)


class Consultant(Living, Guarded, Model):
    """A person who advises (服务顾问). Without `user_id` it is an institution's note of somebody:
    once the person has an account, the profile is theirs and the institution reads it."""

    status: Mapped[ConsultantStatus] = mapped_column(stored_by_value(ConsultantStatus), index=True)
    user_id: Mapped[int | None] = ref("user.id", index=False)
    name: Mapped[Short]
    title: Mapped[Short] = mapped_column(default="")
    email: Mapped[Email] = mapped_column(index=True)  # lower case
    mobile: Mapped[str] = mapped_column(sa.String(32), default="")
    introduction: Mapped[Text] = mapped_column(default="")
    # which contacts they agree to publish, and when they agreed
    publishes_email: Mapped[bool] = mapped_column(default=False)
    publishes_mobile: Mapped[bool] = mapped_column(default=False)
    consented_at: Mapped[datetime | None]
    certified_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(sa.Text)  # of a withdrawn certification

    user: Mapped[User | None] = relationship()
    specialities: Mapped[list[Category]] = relationship(
        secondary=consultant_category, order_by=Category.position
    )
    qualifications: Mapped[list[Qualification]] = relationship(
        back_populates="consultant", order_by="Qualification.id"
    )
    affiliations: Mapped[list[Affiliation]] = relationship(
        back_populates="consultant", order_by="Affiliation.id"
    )

    __table_args__ = (
        # an account is one consultant
        unique_while("uq_consultant_user", "user_id", where="user_id IS NOT NULL"),
        # a note that became a person's profile is deleted: its number names nobody else
        {"sqlite_autoincrement": True},
    )

    def __str__(self) -> str:
        return self.name


class Qualification(Stamped, Guarded, Model):
    """A licence or certificate of a consultant; its scan is an attachment."""

    consultant_id: Mapped[int] = ref("consultant.id", CASCADE)
    name: Mapped[Line]
    number: Mapped[Line] = mapped_column(default="", index=True)
    issuer: Mapped[Line] = mapped_column(default="")
    valid_until: Mapped[date | None]  # None: without end

    consultant: Mapped[Consultant] = relationship(back_populates="qualifications")

    def __str__(self) -> str:
        return self.name


class AffiliationStatus(StrEnum):
    ADDED = "added"
    INVITED = "invited"
    ACCEPTED = "accepted"  # has an account now, and fills in the certification
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    LINKED = "linked"
    UNLINKED = "unlinked"


class Affiliation(Living, Guarded, Model):
    """A consultant in an institution. They act for it while the affiliation is linked."""

    status: Mapped[AffiliationStatus] = mapped_column(
        stored_by_value(AffiliationStatus), index=True
    )
    institution_id: Mapped[int] = ref("institution.id", CASCADE)
    consultant_id: Mapped[int] = ref("consultant.id")
    adder_id: Mapped[int] = ref("user.id")
    submitted_at: Mapped[datetime | None]
    linked_at: Mapped[datetime | None]
    unlinked_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(sa.Text)
    # the reviewer's words on the last decision: {field name: remark}, "" for the whole
    remarks: Mapped[dict[str, Any]] = mapped_column(default=dict)

    institution: Mapped[Institution] = relationship()
    consultant: Mapped[Consultant] = relationship(back_populates="affiliations")
    adder: Mapped[User] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("institution_id", "consultant_id"),
        # what composite foreign keys of demands, products and transactions point at
        sa.UniqueConstraint("id", "institution_id", name="uq_affiliation_in_institution"),
        # a consultant is linked to one institution at a time
        unique_while("uq_affiliation_linked", "consultant_id", where="status = 'linked'"),
    )

    def __str__(self) -> str:
        return f"{self.consultant} · {self.institution}"


# Whether a person is a linked consultant: read along with the person, since every menu asks. Bare
# tables, since it is their own affair whoever reads.
_link, _consultant = (
    Affiliation.__table__.alias("own_link"),
    Consultant.__table__.alias("own_profile"),
)
User.linked = column_property(
    sa.select(_link.c.id)
    .join(_consultant, _consultant.c.id == _link.c.consultant_id)
    .where(_consultant.c.user_id == User.id, _link.c.status == AffiliationStatus.LINKED)
    .correlate(User.__table__)
    .exists(),
    deferred=True,
)
