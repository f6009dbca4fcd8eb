"""Transactions filed with the platform."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Line, Model, Short, Text, stored_by_value
from tables.base import Guarded, Living, ref, unique_while, within_institution
from tables.category import Category

if TYPE_CHECKING:
    from tables.confirmation import Confirmation
    from tables.consultant import Affiliation
    from tables.demand import Demand
    from tables.enterprise import Enterprise
    from tables.institution import Institution
    from tables.offer import RegularOffer
    from tables.person import User
    from tables.product import FeaturedProduct


class TransactionStatus(StrEnum):
    DRAFT = "draft"
    FILED = "filed"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


LIVE = "status IN ('filed', 'returned', 'approved')"


class Transaction(Living, Guarded, Model):
    """A transaction between an institution and an enterprise, filed for the ranking (交易备案)."""

    status: Mapped[TransactionStatus] = mapped_column(
        stored_by_value(TransactionStatus), index=True
    )
    number: Mapped[str | None] = mapped_column(sa.String(32), unique=True)
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    institution_id: Mapped[int] = ref("institution.id")
    filer_id: Mapped[int] = ref("user.id")
    demand_id: Mapped[int | None] = ref("demand.id")
    enterprise_id: Mapped[int | None] = ref("enterprise.id")  # None: it is not registered
    enterprise_name: Mapped[Line] = mapped_column(default="")
    enterprise_code: Mapped[str] = mapped_column(sa.String(18), default="", index=True)
    affiliation_id: Mapped[int | None] = mapped_column(index=True)  # the consultant
    product_id: Mapped[int | None] = mapped_column(index=True)
    offer_id: Mapped[int | None] = mapped_column(index=True)
    category_id: Mapped[int | None] = ref("category.id")
    title: Mapped[Line] = mapped_column(default="")
    remark: Mapped[Text] = mapped_column(default="")
    amount: Mapped[Decimal | None]
    signed_on: Mapped[date | None]
    service_from: Mapped[date | None]
    service_to: Mapped[date | None]
    contract_number: Mapped[Short] = mapped_column(default="")
    invoice_number: Mapped[Short] = mapped_column(default="")
    filed_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    # both sides share a legal person, telephone, e-mail or credit code: it counts zero
    related: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(sa.Text)
    # the reviewer's words on the last decision: {field name: remark}, "" for the whole
    remarks: Mapped[dict[str, Any]] = mapped_column(default=dict)

    institution: Mapped[Institution] = relationship()
    filer: Mapped[User] = relationship()
    demand: Mapped[Demand | None] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    category: Mapped[Category | None] = relationship()
    affiliation: Mapped[Affiliation | None] = relationship(
        primaryjoin="Transaction.affiliation_id == Affiliation.id",
        foreign_keys="Transaction.affiliation_id",
    )
    product: Mapped[FeaturedProduct | None] = relationship(
        primaryjoin="Transaction.product_id == FeaturedProduct.id",
        foreign_keys="Transaction.product_id",
    )
    offer: Mapped[RegularOffer | None] = relationship(
        primaryjoin="Transaction.offer_id == RegularOffer.id",
        foreign_keys="Transaction.offer_id",
    )
    confirmation: Mapped[Confirmation | None] = relationship(back_populates="transaction")

    __table_args__ = (
        sa.UniqueConstraint("id", "institution_id", name="uq_transaction_in_institution"),
        within_institution("affiliation"),
        within_institution("featured_product", column="product_id"),
        within_institution("regular_offer", column="offer_id"),
        unique_while(
            "uq_transaction_contract",
            "institution_id",
            "enterprise_name",
            "contract_number",
            where=f"contract_number <> '' AND {LIVE}",
        ),
        unique_while(
            "uq_transaction_invoice",
            "invoice_number",
            where=f"invoice_number <> '' AND {LIVE}",
        ),
        # a demand becomes one transaction
        unique_while(
            "uq_transaction_demand", "demand_id", where=f"demand_id IS NOT NULL AND {LIVE}"
        ),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name="amount_positive"),
        sa.CheckConstraint(
            "service_to IS NULL OR service_from IS NULL OR service_to >= service_from",
            name="service_period",
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'withdrawn') OR (amount IS NOT NULL AND signed_on IS NOT NULL"
            " AND category_id IS NOT NULL AND enterprise_name <> '')",
            name="filed_whole",
        ),
    )

    def __str__(self) -> str:
        return f"{self.number or ''} {self.title}".strip()
