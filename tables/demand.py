"""Demands: what enterprises ask of institutions, drafts of them, and what became of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.database import Key, Model, stored_by_value
from tables.base import CASCADE, Guarded, Living, ref, within_institution
from tables.category import Category
from tables.request import Requested

if TYPE_CHECKING:
    from tables.institution import Institution
    from tables.product import FeaturedProduct
if TYPE_CHECKING:
    from tables.consultant import Affiliation
    from tables.enterprise import Enterprise
    from tables.institution import Institution
    from tables.offer import RegularOffer
    from tables.person import User
    from tables.product import FeaturedProduct


class DemandDraft(Guarded, Model):
    """A demand that was begun and not posted. Nobody but its writer sees it."""

    id: Mapped[Key]
    user_id: Mapped[int] = ref("user.id", CASCADE)
    kind: Mapped[str] = mapped_column(sa.String(32))  # of its target; "undirected" has no id
    target_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what was typed, by field
    updated_at: Mapped[datetime] = mapped_column(default=now)


class DemandStatus(StrEnum):
    SUBMITTED = "submitted"
    READ = "read"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    OUTCOME = "outcome"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"


class OutcomeKind(StrEnum):
    DEAL = "deal"
    NO_DEAL = "no_deal"


class ContactWay(StrEnum):
    PHONE = "phone"
    VISIT = "visit"
    EMAIL = "email"
    MESSAGE = "message"


class Demand(Requested, Living, Guarded, Model):
    """What an enterprise asks of an institution, with the contact it agreed to pass on."""

    status: Mapped[DemandStatus] = mapped_column(stored_by_value(DemandStatus), index=True)
    institution_id: Mapped[int] = ref("institution.id")
    affiliation_id: Mapped[int | None] = mapped_column(index=True)  # the consultant in charge
    product_id: Mapped[int | None] = mapped_column(index=True)
    offer_id: Mapped[int | None] = mapped_column(index=True)
    # what was asked for, as it stood that day: a product may change or go
    asked_for: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    sent_on_from_id: Mapped[int | None] = ref("demand.id")
    reason: Mapped[str | None] = mapped_column(
        sa.Text
    )  # of the last decline, withdrawal or dispute
    outcome: Mapped[OutcomeKind | None] = mapped_column(stored_by_value(OutcomeKind))
    contacted_by: Mapped[ContactWay | None] = mapped_column(stored_by_value(ContactWay))
    contacted_on: Mapped[date | None]
    amount: Mapped[Decimal | None]
    outcome_remark: Mapped[str | None] = mapped_column(sa.Text)
    # what the consultant in charge proposes as the outcome: the answers of its form, as JSON
    proposal: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    poster: Mapped[User] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    institution: Mapped[Institution] = relationship()
    category: Mapped[Category] = relationship()
    sent_on_from: Mapped[Demand | None] = relationship(remote_side="Demand.id")
    affiliation: Mapped[Affiliation | None] = relationship(
        primaryjoin="Demand.affiliation_id == Affiliation.id",
        foreign_keys="Demand.affiliation_id",
    )
    product: Mapped[FeaturedProduct | None] = relationship(
        primaryjoin="Demand.product_id == FeaturedProduct.id", foreign_keys="Demand.product_id"
    )
    offer: Mapped[RegularOffer | None] = relationship(
        primaryjoin="Demand.offer_id == RegularOffer.id", foreign_keys="Demand.offer_id"
    )

    __table_args__ = (
        # consultant, product and offer are the institution's own
        within_institution("affiliation"),
        within_institution("featured_product", column="product_id"),
        within_institution("regular_offer", column="offer_id"),
        sa.CheckConstraint("budget IS NULL OR budget > 0", name="budget_positive"),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name="amount_positive"),
        sa.CheckConstraint(
            "status NOT IN ('outcome', 'confirmed', 'disputed') OR outcome IS NOT NULL",
            name="outcome_known",
        ),
    )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
