"""Institutions' offers of regular products."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Line, Model, Text, stored_by_value
from tables.base import CASCADE, Living, ref
from tables.catalogue import CatalogueItem, price_checks
from tables.price import Priced

if TYPE_CHECKING:
    from tables.institution import Institution


class OfferStatus(StrEnum):
    LISTED = "listed"
    DELISTED = "delisted"
    TAKEN_DOWN = "taken_down"  # by the platform


class RegularOffer(Living, Priced, Model):
    """An institution's listing of a regular product."""

    status: Mapped[OfferStatus] = mapped_column(stored_by_value(OfferStatus), index=True)
    institution_id: Mapped[int] = ref("institution.id", CASCADE)
    item_id: Mapped[int] = ref("catalogue_item.id")
    duration: Mapped[Line] = mapped_column(default="")
    remark: Mapped[Text] = mapped_column(default="")
    reason: Mapped[str | None] = mapped_column(sa.Text)  # why the platform took it down

    institution: Mapped[Institution] = relationship()
    item: Mapped[CatalogueItem] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("institution_id", "item_id"),
        sa.UniqueConstraint("id", "institution_id", name="uq_regular_offer_in_institution"),
        *price_checks(),
    )

    def __str__(self) -> str:
        return str(self.item)
