"""Reviews of both sides of a deal: written once a side, sealed, published together."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
import ranking
from clock import now
from database import db
from forms import ReasonForm
from models import Affiliation, Review, ReviewSide, ReviewStatus, Transaction, User
from workflows.deal.review_forms import RateEnterpriseForm, RateInstitutionForm, ReplyForm
from workflows.deal.review_rules import (
    OPEN_FOR,
    appeal_columns,
    appeal_waits,
    context,
    decides,
    hold_deals,
    in_time,
    no_appeal_yet,
    no_reply_yet,
    not_reminded,
    rates_the_enterprise,
    rates_the_institution,
    reply_columns,
    tell_rated,
    tell_writer,
    to_appeals,
    was_rated,
    written,
)
from workflows.engine import Answers, Process, Transition, begin_all, perform, register
from workflows.notices import Notice, reviewers

S = ReviewStatus
_review = Review.__table__


def open_for(rows: Sequence[Transaction], actor: User) -> None:
    """Open a review on each side of the approved transactions of registered enterprises.

    Args:
        rows: transactions whose rows the caller has locked; those that have reviews are left out.
        actor: who approved them.
    """
    ids = [row.id for row in rows]
    known = set(
        db.session.scalars(
            sa.select(_review.c.transaction_id).where(_review.c.transaction_id.in_(ids))
        )
    )
    opened = [
        Review(
            side=side,
            transaction_id=row.id,
            institution_id=row.institution_id,
            enterprise_id=row.enterprise_id,
            affiliation_id=row.affiliation_id,
            scores={},
            due_at=now() + OPEN_FOR,
        )
        for row in rows
        if row.enterprise_id is not None and row.id not in known
        for side in ReviewSide
    ]
    begin_all(opened, "open", actor)


def close_for(rows: Sequence[Transaction], actor: User) -> None:
    """Take the reviews of revoked transactions out of sight and out of count."""
    of_these = _review.c.transaction_id.in_([row.id for row in rows])
    ids = db.session.scalars(sa.select(_review.c.id).where(of_these, _review.c.status != S.LAPSED))
    perform(Review, "void", ids, actor)


def publish_pairs(rows: list[Review], _actor: User, _answers: Answers) -> None:
    """Publish the reviews of every deal of `rows` that waits for no other review."""
    deals = {row.transaction_id for row in rows}
    found = db.session.execute(
        sa.select(_review.c.id, _review.c.transaction_id, _review.c.status).where(
            _review.c.transaction_id.in_(deals)
        )
    ).all()
    waiting = {row.transaction_id for row in found if row.status == S.OPEN}
    sealed = [
        row.id for row in found if row.status == S.SEALED and row.transaction_id not in waiting
    ]
    perform(Review, "publish", sealed, access.SYSTEM)


def count_anew(rows: list[Review], _actor: User, _answers: Answers) -> None:
    """Tell the ranking whose ratings changed."""
    told = [row for row in rows if row.published_at and row.side is ReviewSide.ENTERPRISE]
    if not told:
        return
    link = Affiliation.__table__
    advised = {row.affiliation_id for row in told if row.consultant_stars and row.affiliation_id}
    consultants = db.session.scalars(sa.select(link.c.consultant_id).where(link.c.id.in_(advised)))
    ranking.refresh(institutions={row.institution_id for row in told}, consultants=set(consultants))


reviews = register(
    Process(
        model=Review,
        context=context,
        loads=(
            joinedload(Review.transaction),
            joinedload(Review.institution),
            joinedload(Review.enterprise),
        ),
        locks=hold_deals,
        transitions=(
            Transition(
                name="open",
                label=lazy_gettext("Open for both sides"),
                source=frozenset(),
                target=S.OPEN,
                by=decides,
                tells=(tell_writer("review_open"),),
            ),
            Transition(
                name="rate_enterprise",
                label=lazy_gettext("Rate the enterprise"),
                source=frozenset({S.OPEN}),
                target=S.SEALED,
                by=rates_the_enterprise,
                guard=in_time,
                asks=RateEnterpriseForm,
                sets=written(ReviewSide.INSTITUTION),
                then=publish_pairs,
            ),
            Transition(
                name="rate_institution",
                label=lazy_gettext("Rate the institution"),
                source=frozenset({S.OPEN}),
                target=S.SEALED,
                by=rates_the_institution,
                guard=in_time,
                asks=RateInstitutionForm,
                sets=written(ReviewSide.ENTERPRISE),
                then=publish_pairs,
            ),
            Transition(
                name="remind",
                label=lazy_gettext("Remind on day 7"),
                source=frozenset({S.OPEN}),
                target=S.OPEN,
                by=access.by_itself,
                guard=not_reminded(1),
                sets=lambda _answers, _actor: {"reminders": 1},
                tells=(tell_writer("review_reminder"),),
            ),
            Transition(
                name="remind_again",
                label=lazy_gettext("Remind on day 12"),
                source=frozenset({S.OPEN}),
                target=S.OPEN,
                by=access.by_itself,
                guard=not_reminded(2),
                sets=lambda _answers, _actor: {"reminders": 2},
                tells=(tell_writer("review_reminder"),),
            ),
            Transition(
                name="publish",
                label=lazy_gettext("Publish"),
                source=frozenset({S.SEALED}),
                target=S.PUBLISHED,
                by=access.by_itself,
                sets=lambda _answers, _actor: {"published_at": now()},
                tells=(tell_rated("review_published"),),
                then=count_anew,
            ),
            Transition(
                name="lapse",
                label=lazy_gettext("Lapse"),
                source=frozenset({S.OPEN}),
                target=S.LAPSED,
                by=access.by_itself,
            ),
            Transition(
                name="void",
                label=lazy_gettext("Withdraw with the deal"),
                source=frozenset({S.OPEN, S.SEALED, S.PUBLISHED, S.HIDDEN}),
                target=S.LAPSED,
                by=decides,
                then=count_anew,
            ),
            Transition(
                name="reply",
                label=lazy_gettext("Reply"),
                source=frozenset({S.PUBLISHED}),
                target=S.PUBLISHED,
                by=was_rated,
                guard=no_reply_yet,
                asks=ReplyForm,
                sets=reply_columns,
                tells=(tell_writer("review_replied"),),
            ),
            Transition(
                name="appeal",
                label=lazy_gettext("Appeal"),
                source=frozenset({S.PUBLISHED}),
                target=S.PUBLISHED,
                by=was_rated,
                guard=no_appeal_yet,
                asks=ReasonForm,
                sets=appeal_columns,
                tells=(Notice(template="review_appealed", to=reviewers, link=to_appeals),),
                tone="danger",
            ),
            Transition(
                name="dismiss",
                label=lazy_gettext("Dismiss the appeal"),
                source=frozenset({S.PUBLISHED}),
                target=S.PUBLISHED,
                by=access.reviews,
                guard=appeal_waits,
                asks=ReasonForm,
                sets=lambda _answers, _actor: {"appeal_decided_at": now()},
                tells=(
                    tell_writer("review_appeal_dismissed"),
                    tell_rated("review_appeal_dismissed"),
                ),
                tone="secondary",
            ),
            Transition(
                name="hide",
                label=lazy_gettext("Hide the review"),
                source=frozenset({S.PUBLISHED}),
                target=S.HIDDEN,
                by=access.reviews,
                asks=ReasonForm,
                sets=lambda answers, _actor: {
                    "reason": answers["reason"],
                    "appeal_decided_at": now(),
                },
                tells=(tell_writer("review_hidden"), tell_rated("review_hidden")),
                then=count_anew,
                tone="danger",
            ),
            Transition(
                name="restore",
                label=lazy_gettext("Restore the review"),
                source=frozenset({S.HIDDEN}),
                target=S.PUBLISHED,
                by=access.reviews,
                sets=lambda _answers, _actor: {"reason": None},
                tells=(tell_writer("review_restored"), tell_rated("review_restored")),
                then=count_anew,
                confirm=True,
            ),
        ),
    )
)
