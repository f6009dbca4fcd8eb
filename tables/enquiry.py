"""Enquiries: what an enterprise needs before it knows whom to ask, and the shortlist."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Model, stored_by_value
from tables.base import CASCADE, Guarded, Living, ref
from tables.category import Category
from tables.request import Requested

if TYPE_CHECKING:
    from tables.demand import Demand
    from tables.enterprise import Enterprise
    from tables.institution import Institution
    from tables.person import User


class EnquiryStatus(StrEnum):
    OPEN = "open"
    SHORTLISTED = "shortlisted"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class CandidateStatus(StrEnum):
    PROPOSED = "proposed"
    WILLING = "willing"
    DECLINED = "declined"
    PICKED = "picked"
    DROPPED = "dropped"  # off the shortlist, or the enquiry is over


class Enquiry(Requested, Living, Guarded, Model):
    """What an enterprise needs, for the platform to find institutions that fit.

    The contact stays here until the enterprise picks: then it goes into the demand.
    """

    status: Mapped[EnquiryStatus] = mapped_column(stored_by_value(EnquiryStatus), index=True)
    asked_at: Mapped[datetime | None]  # when the enterprise let the candidates answer
    reason: Mapped[str | None] = mapped_column(sa.Text)  # of the withdrawal or closing
    demand_id: Mapped[int | None] = ref("demand.id", unique=True, index=False)  # what it became

    poster: Mapped[User] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    category: Mapped[Category] = relationship()
    demand: Mapped[Demand | None] = relationship()
    candidates: Mapped[list[EnquiryCandidate]] = relationship(
        back_populates="enquiry", order_by="EnquiryCandidate.id"
    )

    __table_args__ = (sa.CheckConstraint("budget IS NULL OR budget > 0", name="budget_positive"),)

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class EnquiryCandidate(Living, Guarded, Model):
    """An institution on the shortlist of an enquiry, and what it says."""

    status: Mapped[CandidateStatus] = mapped_column(stored_by_value(CandidateStatus))
    enquiry_id: Mapped[int] = ref("enquiry.id", CASCADE, index=False)
    institution_id: Mapped[int] = ref("institution.id")
    note: Mapped[str | None] = mapped_column(sa.Text)  # why willing, or why not

    enquiry: Mapped[Enquiry] = relationship(back_populates="candidates")
    institution: Mapped[Institution] = relationship()

    __table_args__ = (sa.UniqueConstraint("enquiry_id", "institution_id"),)

    def __str__(self) -> str:
        return str(self.enquiry)
