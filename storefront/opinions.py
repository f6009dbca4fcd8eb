"""What anybody may read of published reviews: words and stars, never who wrote them by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

import access
from database import db
from models import Affiliation, Category, Enterprise, Review, ReviewSide, ReviewStatus, Transaction
from storefront.paging import LAST
from workflows.review_forms import CRITERIA

PAGE = 10
_deal = Transaction.__table__  # bare: of the deal only its category is shown
_link = Affiliation.__table__
_company = Enterprise.__table__


@dataclass(frozen=True, slots=True)
class Opinion:
    """A published review as the public reads it, and what the other side said in turn."""

    who: str
    stars: float
    scores: list[tuple[Any, int]]
    comment: str
    published_at: datetime
    reply: str
    replied_at: datetime | None
    category: str | None
    category_en: str | None
    in_turn: float | None  # the institution's stars for the enterprise
    in_turn_comment: str | None


@dataclass(frozen=True, slots=True)
class Opinions:
    """One page of them."""

    items: list[Opinion]
    page: int
    pages: int
    total: int


def shortened(name: str) -> str:
    """Return enough of an enterprise's name to see that there is one: 苏***司."""
    return f"{name[:1]}***{name[-1:]}"


def of_institution(id: int, number: int) -> Opinions:
    """Return a page of what enterprises published about an institution, the newest first."""
    return _page(Review.institution_id == id, number)


def of_consultant(id: int, number: int) -> Opinions:
    """Return a page of what enterprises published of deals in which a consultant advised."""
    links = sa.select(_link.c.id).where(_link.c.consultant_id == id)
    return _page(Review.affiliation_id.in_(links), number)


def _page(about: sa.ColumnElement[bool], number: int) -> Opinions:
    conditions = (about, Review.side == ReviewSide.ENTERPRISE, access.published(Review))
    total = db.session.scalar(sa.select(sa.func.count(Review.id)).where(*conditions)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(number, 1), pages, LAST)
    turn = aliased(Review.__table__)
    rows = db.session.execute(
        sa.select(
            _company.c.name,
            Review.stars,
            Review.scores,
            Review.comment,
            Review.published_at,
            Review.reply,
            Review.replied_at,
            Category.name,
            Category.name_en,
            turn.c.stars,
            turn.c.comment,
        )
        .select_from(Review)
        .join(_company, _company.c.id == Review.enterprise_id)
        .join(_deal, _deal.c.id == Review.transaction_id)
        .outerjoin(Category, Category.id == _deal.c.category_id)
        .outerjoin(
            turn,
            sa.and_(
                turn.c.transaction_id == Review.transaction_id,
                turn.c.side == ReviewSide.INSTITUTION,
                turn.c.status == ReviewStatus.PUBLISHED,
            ),
        )
        .where(*conditions)
        .order_by(Review.published_at.desc(), Review.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return Opinions([_opinion(*row) for row in rows], page, pages, total)


def _opinion(name: str, stars: float, scores: dict[str, int], *rest: Any) -> Opinion:
    criteria = CRITERIA[ReviewSide.ENTERPRISE].items()
    said = [(label, scores[key]) for key, label in criteria if key in scores]
    return Opinion(shortened(name), stars, said, *rest)
