"""The enterprise's word on a filed transaction."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Model, stored_by_value
from tables.base import CASCADE, Guarded, Living, ref

if TYPE_CHECKING:
    from tables.person import User
    from tables.transaction import Transaction


class ConfirmationStatus(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    SILENT = "silent"  # ten working days went by


class Confirmation(Living, Guarded, Model):
    """What the enterprise says of a filed transaction. The link's token is never stored."""

    token = ""  # in memory alone, while the mail that carries it is written
    status: Mapped[ConfirmationStatus] = mapped_column(
        stored_by_value(ConfirmationStatus), index=True
    )
    transaction_id: Mapped[int] = ref("transaction.id", CASCADE, unique=True, index=False)
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    due_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = ref("user.id")
    reason: Mapped[str | None] = mapped_column(sa.Text)  # of a denial

    transaction: Mapped[Transaction] = relationship(back_populates="confirmation")
    answered_by: Mapped[User | None] = relationship()
