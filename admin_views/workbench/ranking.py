"""Activity ranking: the institution's score with its arithmetic, its place, what would raise it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request, url_for

import access
from admin_views.base import WorkbenchPage, expose
from core.clock import park_today
from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Category,
    Consultant,
    ConsultantScore,
    Institution,
    Transaction,
    User,
)
from ranking import advice, explain, marks, places
from ranking.kinds import CONSULTANTS, INSTITUTIONS, Kind
from web.template_context import has_endpoint

TRANSACTION_PAGE = "transaction.details_view"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A consultant of the institution, with score and place."""

    name: str
    score: float
    place: int | None


class RankingPage(WorkbenchPage):
    """An institution sees its own arithmetic, a consultant theirs."""

    consultants = True

    @expose("/")
    def index(self) -> Any:
        """Show the score overall, or in the category that the address names."""
        user = self.person()
        kind, subject = ranked(user)
        scores = places.scores_of(kind, subject.id)
        categories = db.session.scalars(
            sa.select(Category)
            .where(Category.id.in_([key for key in scores if key]))
            .order_by(Category.position, Category.id)
        ).all()
        chosen = next(
            (category for category in categories if category.slug == request.args.get("category")),
            None,
        )
        score = scores.get(chosen.id if chosen else None)
        day = park_today()
        return self.render(
            "admin/ranking/page.html",
            subject=subject,
            person=kind is CONSULTANTS,
            categories=categories,
            chosen=chosen,
            score=score,
            computing=marks.computing(kind, [subject.id]),
            colleagues=colleagues(user) if kind is INSTITUTIONS else [],
            **(explained(kind, score, day, user) if score is not None else {}),
        )


def ranked(user: User) -> tuple[Kind, Any]:
    """Return whose ranking `user` reads: their institution's, or as a consultant their own."""
    institution = db.session.scalar(
        sa.select(Institution).where(access.workbench(user, Institution)).limit(1)
    )
    if institution is not None and access.institution_ids(user):
        return INSTITUTIONS, institution
    return CONSULTANTS, own_consultant(user)


def own_consultant(user: User) -> Consultant | None:
    """Return the consultant that `user` is, while linked to an institution."""
    linked = sa.select(Affiliation.consultant_id).where(
        access.account(user, Affiliation), Affiliation.status == AffiliationStatus.LINKED
    )
    return db.session.scalar(
        sa.select(Consultant).where(access.account(user, Consultant), Consultant.id.in_(linked))
    )


def explained(kind: Kind, score: Any, day: Any, user: User) -> dict[str, Any]:
    """Return the arithmetic of a score, its place, and what would raise it."""
    category_id = score.category_id
    place = places.place_of(kind, getattr(score, kind.key), day=day, category_id=category_id)
    lines = explain.transaction_lines(score)
    return {
        "place": place,
        "change": score.former_place - place if place and score.former_place else None,
        "count": places.count(kind, category_id),
        "factors": explain.factors(score, person=kind is CONSULTANTS),
        "transactions": lines,
        "titles": titles_of([line.id for line in lines], user),
        "activities": explain.activity_lines(score),
        "raises": advice.raises(kind, score, day),
    }


def titles_of(ids: list[int], user: User) -> dict[int, dict[str, str]]:
    """Return what the transactions are called and where they lead: {id: {"title", "href"}}."""
    rows = db.session.execute(
        sa.select(Transaction.id, Transaction.number, Transaction.title).where(
            access.workbench(user, Transaction), Transaction.id.in_(ids)
        )
    )
    leads = has_endpoint(TRANSACTION_PAGE)
    return {
        row.id: {
            "title": f"{row.number or ''} {row.title}".strip(),
            "href": url_for(TRANSACTION_PAGE, id=row.id) if leads else "",
        }
        for row in rows
    }


def colleagues(user: User) -> list[Colleague]:
    """Return the linked consultants of the institution of `user`, the best first."""
    linked = sa.select(Affiliation.consultant_id).where(
        access.workbench(user, Affiliation), Affiliation.status == AffiliationStatus.LINKED
    )
    rows = db.session.execute(
        sa.select(Consultant.id, Consultant.name, ConsultantScore.score)
        .join(ConsultantScore, ConsultantScore.consultant_id == Consultant.id)
        .where(
            access.workbench(user, ConsultantScore),
            Consultant.id.in_(linked),
            ConsultantScore.category_id.is_(None),
        )
        .order_by(ConsultantScore.score.desc(), Consultant.id)
    )
    day = park_today()
    return [
        Colleague(row.name, row.score, places.place_of(CONSULTANTS, row.id, day=day))
        for row in rows
    ]
