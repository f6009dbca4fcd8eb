"""Ranking of institutions that fit an enquiry: category, activity score, load, then by lot.

A score counts in steps of ten; each open demand, and each place on another shortlist, weighs as
much as one step. Among equals the order is drawn anew every day, so that over time each comes
first as often as the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

import access
from core.clock import park_today
from core.database import db
from models import (
    CandidateStatus,
    Category,
    Demand,
    DemandStatus,
    Enquiry,
    EnquiryCandidate,
    EnquiryStatus,
    Institution,
    InstitutionScore,
    Membership,
)

SHORTLIST = 3  # institutions on it, at most
STEP = 10  # points of the activity score that weigh as much as one open demand
BUSY = (DemandStatus.SUBMITTED, DemandStatus.READ, DemandStatus.ACCEPTED)
OFFERED = (CandidateStatus.PROPOSED, CandidateStatus.WILLING)  # the enterprise may pick them


@dataclass(frozen=True, slots=True)
class Fit:
    """An institution that could be on the shortlist."""

    id: int
    name: str
    score: float
    load: int  # open demands, and places on other shortlists
    fits: bool  # stands in the category, its parent or one of its children

    def rank(self, day: date) -> tuple[bool, int, str]:
        """Return what to sort by: the best first, equals in the order drawn for `day`."""
        merit = int(self.score // STEP) - self.load
        return not self.fits, -merit, drawn(day, self.id)


def drawn(day: date, id: int) -> str:
    """Return the lot of an institution for `day`: the same all day, another one tomorrow."""
    return hashlib.sha256(f"{day.isoformat()}:{id}".encode()).hexdigest()


def fitting(category: Category) -> sa.ColumnElement[bool]:
    """The condition for institutions of the category, its parent or its children."""
    return Institution.categories.any(
        sa.or_(
            Category.id.in_({category.id, category.parent_id} - {None}),
            Category.parent_id == category.id,
        )
    )


def outsiders(enquiry: Enquiry) -> sa.ColumnElement[bool]:
    """The condition for institutions in whose workbench the poster does not work."""
    own = sa.select(Membership.institution_id).where(
        Membership.user_id == enquiry.poster_id, Membership.active
    )
    return Institution.id.not_in(own)


def open_demands() -> sa.ScalarSelect[int]:
    """The number of demands that an institution has in hand, as a column."""
    return (
        sa.select(sa.func.count(Demand.id))
        .where(Demand.institution_id == Institution.id, Demand.status.in_(BUSY))
        .correlate(Institution)
        .scalar_subquery()
    )


def other_shortlists(enquiry: Enquiry) -> sa.ScalarSelect[int]:
    """The number of other shortlists on which an institution waits for a pick, as a column."""
    return (
        sa.select(sa.func.count(EnquiryCandidate.id))
        .join(Enquiry, Enquiry.id == EnquiryCandidate.enquiry_id)
        .where(
            EnquiryCandidate.institution_id == Institution.id,
            EnquiryCandidate.status.in_(OFFERED),
            Enquiry.status == EnquiryStatus.SHORTLISTED,
            Enquiry.id != enquiry.id,
        )
        .correlate(Institution)
        .scalar_subquery()
    )


def suggestions(enquiry: Enquiry, *, beyond: bool = False) -> list[Fit]:
    """Return the certified institutions for `enquiry`, the best first, in one query.

    Args:
        enquiry: what is needed.
        beyond: with those of other categories, after the fitting ones.
    """
    fits = fitting(enquiry.category)
    query = (
        sa.select(
            Institution.id,
            Institution.name,
            sa.func.coalesce(InstitutionScore.score, 0.0).label("score"),
            (open_demands() + other_shortlists(enquiry)).label("load"),
            fits.label("fits"),
        )
        .outerjoin(
            InstitutionScore,
            sa.and_(
                InstitutionScore.institution_id == Institution.id,
                InstitutionScore.category_id.is_(None),
            ),
        )
        .where(access.published(), outsiders(enquiry))
        .execution_options(unguarded=True)
    )
    if not beyond:
        query = query.where(fits)
    found = [
        Fit(row.id, row.name, row.score, row.load, bool(row.fits))
        for row in db.session.execute(query)
    ]
    day = park_today()
    return sorted(found, key=lambda fit: fit.rank(day))


def shortlist(fits: Sequence[Fit]) -> list[Fit]:
    """Return the suggested shortlist: the first few that fit."""
    return [fit for fit in fits if fit.fits][:SHORTLIST]
