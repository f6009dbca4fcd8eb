"""The platform's catalogue of regular products; `retired` is a soft delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Line, Model, Text
from tables.base import Stamped, ref
from tables.price import Priced

if TYPE_CHECKING:
    from tables.category import Category


def price_checks() -> tuple[sa.CheckConstraint, ...]:
    """The constraints that hold a price together, for a table's arguments."""
    return (
        sa.CheckConstraint("price_from IS NULL OR price_from >= 0", name="price_not_negative"),
        sa.CheckConstraint("price_to IS NULL OR price_to >= price_from", name="price_range"),
        sa.CheckConstraint(
            "(price_kind = 'agreement' AND price_from IS NULL AND price_to IS NULL)"
            " OR (price_kind = 'fixed' AND price_from IS NOT NULL AND price_to IS NULL)"
            " OR (price_kind = 'range' AND price_from IS NOT NULL AND price_to IS NOT NULL)",
            name="price_whole",
        ),
    )


class CatalogueItem(Stamped, Priced, Model):
    """A regular product (常规产品) of the platform's catalogue, that institutions may offer."""

    category_id: Mapped[int] = ref("category.id")
    name: Mapped[Line] = mapped_column(index=True)
    covers: Mapped[Text] = mapped_column(default="")  # what the service consists of
    duration: Mapped[Line] = mapped_column(default="")  # how long it usually takes
    documents: Mapped[Text] = mapped_column(default="")  # what the enterprise has to bring
    retired: Mapped[bool] = mapped_column(default=False)

    category: Mapped[Category] = relationship()

    __table_args__ = (sa.UniqueConstraint("category_id", "name"), *price_checks())

    def __str__(self) -> str:
        return self.name
