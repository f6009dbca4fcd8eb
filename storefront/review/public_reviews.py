"""Published reviews on public pages: text and stars, the enterprise's name masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

import access
from core.database import db
from models import Affiliation, Category, Enterprise, Review, ReviewSide, ReviewStatus, Transaction
from storefront.listing.paging import LAST
from workflows.review.forms import CRITERIA

PAGE = 10
_transaction = Transaction.__table__  # bare: of the transaction only its category is shown
_link = Affiliation.__table__
_company = Enterprise.__table__


@dataclass(frozen=True, slots=True)
class PublicReview:
    """A published review of a transaction: the enterprise's, and the institution's in turn.

    Without a public review of the enterprise the institution's stands alone.
    """

    who: str
    stars: float | None
    scores: list[tuple[Any, int]]
    comment: str
    published_at: datetime
    reply: str
    replied_at: datetime | None
    category: str | None
    category_en: str | None
    in_turn: float | None  # the institution's stars for the enterprise
    in_turn_comment: str | None
    in_turn_reply: str | None  # the enterprise's
    in_turn_replied_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One page of published reviews."""

    items: list[PublicReview]
    page: int
    pages: int
    total: int


def masked_name(name: str) -> str:
    """Return the masked name of an enterprise: 苏***司."""
    return f"{name[:1]}***{name[-1:]}"


def of_institution(id: int, number: int) -> ReviewPage:
    """Return a page of both sides' published reviews of an institution, newest first."""
    rated = aliased(Review.__table__)
    alone = sa.and_(
        Review.side == ReviewSide.INSTITUTION,
        ~sa.exists().where(
            rated.c.transaction_id == Review.transaction_id,
            rated.c.side == ReviewSide.ENTERPRISE,
            rated.c.status == ReviewStatus.PUBLISHED,
        ),
    )
    return _page(Review.institution_id == id, number, also=alone)


def of_consultant(id: int, number: int) -> ReviewPage:
    """Return a page of the enterprises' published reviews that rate a consultant, newest first.

    The stars are the consultant's own; those for price and speed are the institution's.
    """
    links = sa.select(_link.c.id).where(_link.c.consultant_id == id)
    about = sa.and_(Review.affiliation_id.in_(links), Review.consultant_stars.is_not(None))
    return _page(about, number, of_consultant_alone=True)


def _page(
    about: sa.ColumnElement[bool],
    number: int,
    *,
    also: sa.ColumnElement[bool] | None = None,
    of_consultant_alone: bool = False,
) -> ReviewPage:
    """Return a page of the enterprises' reviews, and of those that `also` names.

    Args:
        about: the condition that names the rated.
        number: of the page, from 1.
        also: reviews of institutions that stand for themselves.
        his_own: show the consultant's stars, and what concerns the consultant alone.
    """
    which = Review.side == ReviewSide.ENTERPRISE
    which = which if also is None else sa.or_(which, also)
    conditions = (about, which, access.published(Review))
    total = db.session.scalar(sa.select(sa.func.count(Review.id)).where(*conditions)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(number, 1), pages, LAST)
    rows = db.session.execute(
        _columns(of_consultant_alone).where(*conditions).limit(PAGE).offset((page - 1) * PAGE)
    )
    return ReviewPage([_public_review(*row) for row in rows], page, pages, total)


def _columns(of_consultant_alone: bool) -> sa.Select[Any]:
    """Return a SELECT of the columns that `_public_review` takes, newest first."""
    turn = aliased(Review.__table__)
    return (
        sa.select(
            Review.side,
            _company.c.name,
            Review.consultant_stars if of_consultant_alone else Review.stars,
            sa.null() if of_consultant_alone else Review.scores,
            Review.comment,
            Review.published_at,
            Review.reply,
            Review.replied_at,
            Category.name,
            Category.name_en,
            turn.c.stars,
            turn.c.comment,
            turn.c.reply,
            turn.c.replied_at,
        )
        .select_from(Review)
        .join(_company, _company.c.id == Review.enterprise_id)
        .join(_transaction, _transaction.c.id == Review.transaction_id)
        .outerjoin(Category, Category.id == _transaction.c.category_id)
        .outerjoin(
            turn,
            sa.and_(
                turn.c.transaction_id == Review.transaction_id,
                turn.c.side == ReviewSide.INSTITUTION,
                turn.c.status == ReviewStatus.PUBLISHED,
                sa.literal(not of_consultant_alone),
            ),
        )
        .order_by(Review.published_at.desc(), Review.id.desc())
    )


def _public_review(
    side: ReviewSide, name: str, stars: float, scores: dict[str, int] | None, *rest: Any
) -> PublicReview:
    if side is ReviewSide.INSTITUTION:
        _comment, published_at, _reply, _replied_at, *rest_of = rest
        return PublicReview(masked_name(name), None, [], "", published_at, "", None, *rest_of)
    criteria = CRITERIA[ReviewSide.ENTERPRISE].items()
    scored = [(label, scores[key]) for key, label in criteria if scores and key in scores]
    return PublicReview(masked_name(name), stars, scored, *rest)
