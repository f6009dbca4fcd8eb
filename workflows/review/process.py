"""Reviews of both sides of a deal: written once a side, sealed, published together."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from forms.base import ReasonForm
from models import Review, ReviewSide, ReviewStatus
from workflows.engine import Process, Transition, register
from workflows.engine.notices import Notice, reviewers
from workflows.review.effects import (
    appeal_columns,
    count_anew,
    publish_pairs,
    reply_columns,
    written,
)
from workflows.review.forms import RateEnterpriseForm, RateInstitutionForm, ReplyForm
from workflows.review.notices import context, tell_rated, tell_writer, to_appeals
from workflows.review.rules import (
    appeal_waits,
    decides,
    hold_deals,
    in_time,
    no_appeal_yet,
    no_reply_yet,
    not_reminded,
    rates_the_enterprise,
    rates_the_institution,
    was_rated,
)

S = ReviewStatus


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
