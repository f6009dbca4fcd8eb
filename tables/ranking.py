"""The ranking: versioned rules, stored scores with their breakdown."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.database import Key, Model, Short, Text
from tables.base import CASCADE, SET_NULL, Stamped, ref, unique_while
from tables.category import Category

if TYPE_CHECKING:
    from tables.consultant import Consultant
    from tables.institution import Institution
    from tables.person import User


class ScoreRule(Stamped, Model):
    """One version of the weights and points, in force from a date on. Never changed."""

    valid_from: Mapped[date] = mapped_column(unique=True)
    # a weight for each factor: transactions, response, quality, benefit, profile; 100 in all
    weights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # the points of an activity for each ActivityRole
    points: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[Text] = mapped_column(default="")
    author_id: Mapped[int | None] = ref("user.id", SET_NULL)

    author: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return self.valid_from.isoformat()


class Scored:
    """A stored score, 0 to 100, overall or in a category, with every factor it is made of.

    The platform's mean rating is in every score. It is stored beside the rest, so that a review of
    one moves the others by an addition: score = base + slope * mean.
    """

    id: Mapped[Key]
    score: Mapped[float]
    base: Mapped[float] = mapped_column(default=0.0)
    slope: Mapped[float] = mapped_column(default=0.0)
    mean: Mapped[float] = mapped_column(default=0.0)  # of the platform, in stars
    ratings: Mapped[int] = mapped_column(default=0)  # reviews that count
    stars: Mapped[float] = mapped_column(default=0.0)  # of all of them together
    deals: Mapped[int] = mapped_column(default=0)  # approved ones that count, in 24 months
    parts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    former_place: Mapped[int | None]  # at the end of last month
    former_month: Mapped[date | None]  # the first day of the month that it is the last place of
    computed_at: Mapped[datetime] = mapped_column(default=now)


class InstitutionScore(Scored, Model):
    institution_id: Mapped[int] = ref("institution.id", CASCADE)
    category_id: Mapped[int | None] = ref("category.id", CASCADE, index=False)  # None: overall

    institution: Mapped[Institution] = relationship()
    category: Mapped[Category | None] = relationship()

    __table_args__ = (
        unique_while(
            "uq_institution_score", "institution_id", "category_id", where="category_id IS NOT NULL"
        ),
        unique_while("uq_institution_score_overall", "institution_id", where="category_id IS NULL"),
        # with the owner: who leads is found without reading a breakdown
        sa.Index("ix_institution_score_top", "category_id", "score", "institution_id"),
    )


class ConsultantScore(Scored, Model):
    consultant_id: Mapped[int] = ref("consultant.id", CASCADE)
    category_id: Mapped[int | None] = ref("category.id", CASCADE, index=False)  # None: overall

    consultant: Mapped[Consultant] = relationship()
    category: Mapped[Category | None] = relationship()

    __table_args__ = (
        unique_while(
            "uq_consultant_score", "consultant_id", "category_id", where="category_id IS NOT NULL"
        ),
        unique_while("uq_consultant_score_overall", "consultant_id", where="category_id IS NULL"),
        sa.Index("ix_consultant_score_top", "category_id", "score", "consultant_id"),
    )


class ScoreMark(Model):
    """Something happened that the scores of `subject_id` count: the worker computes them anew.

    Marks are only added, and taken away by the worker that read them. They name what is ranked
    without a foreign key: an insert would lock the row that it refers to.
    """

    id: Mapped[Key]
    kind: Mapped[Short]  # "institution" or "consultant"
    subject_id: Mapped[int]
    marked_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.Index("ix_score_mark_kind_subject_id", "kind", "subject_id"),
        # an id is never given twice: by its ids a worker knows that its marks are still there
        {"sqlite_autoincrement": True},
    )
