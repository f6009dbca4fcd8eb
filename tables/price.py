"""A price: the columns that everything with a price has."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, mapped_column

from core.database import Short, stored_by_value

if TYPE_CHECKING:
    pass


class PriceKind(StrEnum):
    FIXED = "fixed"
    RANGE = "range"
    AGREEMENT = "agreement"


class Priced:
    """A price in yuan: one amount, a range, or by agreement."""

    price_kind: Mapped[PriceKind] = mapped_column(
        stored_by_value(PriceKind), default=PriceKind.AGREEMENT
    )
    price_from: Mapped[Decimal | None]
    price_to: Mapped[Decimal | None]  # of a range
    price_unit: Mapped[Short] = mapped_column(default="")  # what the amount buys: a case, a year
