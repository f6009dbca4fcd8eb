"""Reviews of both sides of a transaction."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Model, Text, stored_by_value
from tables.base import CASCADE, Guarded, Living, ref

if TYPE_CHECKING:
    from tables.consultant import Affiliation
    from tables.enterprise import Enterprise
    from tables.institution import Institution
    from tables.person import User
    from tables.transaction import Transaction


class ReviewStatus(StrEnum):
    OPEN = "open"  # waits to be written
    SEALED = "sealed"  # written; the other side cannot read it yet
    PUBLISHED = "published"
    HIDDEN = "hidden"  # by the platform, with a reason; does not count
    LAPSED = "lapsed"  # the fourteen days went by, or the transaction was revoked


class ReviewSide(StrEnum):
    INSTITUTION = "institution"  # the institution rates the enterprise
    ENTERPRISE = "enterprise"  # the enterprise rates the institution


class Review(Living, Guarded, Model):
    """What one side of a transaction says of the other, once."""

    status: Mapped[ReviewStatus] = mapped_column(stored_by_value(ReviewStatus), index=True)
    side: Mapped[ReviewSide] = mapped_column(stored_by_value(ReviewSide))  # who writes
    transaction_id: Mapped[int] = ref("transaction.id", CASCADE)
    institution_id: Mapped[int] = ref("institution.id")
    enterprise_id: Mapped[int] = ref("enterprise.id")
    affiliation_id: Mapped[int | None] = ref("affiliation.id")  # the consultant who is rated too
    author_id: Mapped[int | None] = ref("user.id")
    # {criterion: 1 to 5}; the criteria of each side are named in workflows/
    scores: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stars: Mapped[float | None]  # the mean of `scores`
    consultant_stars: Mapped[int | None]  # 1 to 5
    comment: Mapped[Text] = mapped_column(default="")
    due_at: Mapped[datetime]  # when it can be written no more
    reminders: Mapped[int] = mapped_column(default=0, server_default="0")  # sent so far
    sealed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    reply: Mapped[Text] = mapped_column(default="")  # of the side that was rated
    replied_at: Mapped[datetime | None]
    appeal: Mapped[Text] = mapped_column(default="")  # of the side that was rated
    appealed_at: Mapped[datetime | None]
    appeal_decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(sa.Text)  # why it is hidden

    transaction: Mapped[Transaction] = relationship()
    institution: Mapped[Institution] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    affiliation: Mapped[Affiliation | None] = relationship()
    author: Mapped[User | None] = relationship()

    __table_args__ = (
        # one a side of a transaction
        sa.UniqueConstraint("transaction_id", "side"),
        sa.CheckConstraint(
            "stars IS NULL OR (stars >= 1 AND stars <= 5)", name="stars_one_to_five"
        ),
        sa.CheckConstraint(
            "consultant_stars IS NULL OR (consultant_stars >= 1 AND consultant_stars <= 5)",
            name="consultant_stars_one_to_five",
        ),
        sa.CheckConstraint(
            "status NOT IN ('sealed', 'published', 'hidden') OR stars IS NOT NULL",
            name="written",
        ),
    )

    def __str__(self) -> str:
        return str(self.transaction)
