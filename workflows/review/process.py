"""Reviews of both sides of a deal: written once a side, sealed, published together."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from forms.base import ReasonForm
from models import (
    NoticeKind,
    Review,
    ReviewSide,
    ReviewStatus,
)
from workflows.engine import Process, Transition, register
from workflows.engine.notices import Notice, reviewers
from workflows.review.effects import (
    appeal_columns,
    mark_scores,
    publish_pairs,
    reply_columns,
    review_columns,
)
from workflows.review.forms import RateEnterpriseForm, RateInstitutionForm, ReplyForm
from workflows.review.notices import context, notify_rated, notify_writer, to_appeals
from workflows.review.rules import (
    appeal_waits,
    decides,
    in_time,
    lock_transactions,
    no_appeal_yet,
    no_reply_yet,
    not_reminded,
    rates_the_enterprise,
    rates_the_institution,
    was_rated,
)

S = ReviewStatus


reviews = register(
    Process[Review](
        model=Review,
        context=context,
        loads=(
            joinedload(Review.transaction),
            joinedload(Review.institution),
            joinedload(Review.enterprise),
        ),
        locks=lock_transactions,
        transitions=(
            Transition(
                name="open",
                label=lazy_gettext("Open for both sides"),
                done=lazy_gettext("Opened with the approval of the deal"),
                source=frozenset(),
                target=S.OPEN,
                by=decides,
                notices=(notify_writer("review_open"),),
            ),
            Transition(
                name="rate_enterprise",
                label=lazy_gettext("Rate the enterprise"),
                done=lazy_gettext("Written and sealed"),
                source=frozenset({S.OPEN}),
                target=S.SEALED,
                by=rates_the_enterprise,
                guard=in_time,
                asks=RateEnterpriseForm,
                sets=review_columns(ReviewSide.INSTITUTION),
                then=publish_pairs,
            ),
            Transition(
                name="rate_institution",
                label=lazy_gettext("Rate the institution"),
                done=lazy_gettext("Written and sealed"),
                source=frozenset({S.OPEN}),
                target=S.SEALED,
                by=rates_the_institution,
                guard=in_time,
                asks=RateInstitutionForm,
                sets=review_columns(ReviewSide.ENTERPRISE),
                then=publish_pairs,
            ),
            Transition(
                name="remind",
                label=lazy_gettext("Remind on day 7"),
                done=lazy_gettext("Reminded on day 7"),
                source=frozenset({S.OPEN}),
                target=S.OPEN,
                by=access.by_itself,
                guard=not_reminded(1),
                sets=lambda _answers, _actor: {"reminders": 1},
                notices=(notify_writer("review_reminder"),),
            ),
            Transition(
                name="remind_again",
                label=lazy_gettext("Remind on day 12"),
                done=lazy_gettext("Reminded on day 12"),
                source=frozenset({S.OPEN}),
                target=S.OPEN,
                by=access.by_itself,
                guard=not_reminded(2),
                sets=lambda _answers, _actor: {"reminders": 2},
                notices=(notify_writer("review_reminder"),),
            ),
            Transition(
                name="publish",
                label=lazy_gettext("Publish"),
                done=lazy_gettext("Published"),
                source=frozenset({S.SEALED}),
                target=S.PUBLISHED,
                by=access.by_itself,
                sets=lambda _answers, _actor: {"published_at": now()},
                notices=(notify_rated("review_published"),),
                then=mark_scores,
            ),
            Transition(
                name="lapse",
                label=lazy_gettext("Lapse"),
                done=lazy_gettext("Lapsed: nobody wrote it in time"),
                source=frozenset({S.OPEN}),
                target=S.LAPSED,
                by=access.by_itself,
            ),
            Transition(
                name="void",
                label=lazy_gettext("Withdraw with the deal"),
                done=lazy_gettext("Lapsed: the deal was revoked"),
                source=frozenset({S.OPEN, S.SEALED, S.PUBLISHED, S.HIDDEN}),
                target=S.LAPSED,
                by=decides,
                then=mark_scores,
                button=False,
            ),
            Transition(
                name="reply",
                label=lazy_gettext("Reply"),
                done=lazy_gettext("Replied to by the other side"),
                source=frozenset({S.PUBLISHED}),
                target=S.PUBLISHED,
                by=was_rated,
                guard=no_reply_yet,
                asks=ReplyForm,
                sets=reply_columns,
                notices=(notify_writer("review_replied"),),
            ),
            Transition(
                name="appeal",
                label=lazy_gettext("Appeal"),
                done=lazy_gettext("Appealed against"),
                source=frozenset({S.PUBLISHED}),
                target=S.PUBLISHED,
                by=was_rated,
                guard=no_appeal_yet,
                asks=ReasonForm,
                sets=appeal_columns,
                notices=(
                    Notice(
                        template="review_appealed",
                        kind=NoticeKind.REVIEW,
                        recipients=reviewers,
                        link=to_appeals,
                    ),
                ),
                tone="danger",
            ),
            Transition(
                name="dismiss",
                label=lazy_gettext("Dismiss the appeal"),
                done=lazy_gettext("Appeal dismissed"),
                source=frozenset({S.PUBLISHED}),
                target=S.PUBLISHED,
                by=access.reviews,
                guard=appeal_waits,
                asks=ReasonForm,
                sets=lambda _answers, _actor: {"appeal_decided_at": now()},
                notices=(
                    notify_writer("review_appeal_dismissed"),
                    notify_rated("review_appeal_dismissed"),
                ),
                tone="secondary",
            ),
            Transition(
                name="hide",
                label=lazy_gettext("Hide the review"),
                done=lazy_gettext("Hidden by the platform"),
                source=frozenset({S.PUBLISHED}),
                target=S.HIDDEN,
                by=access.reviews,
                asks=ReasonForm,
                sets=lambda answers, _actor: {
                    "reason": answers["reason"],
                    "appeal_decided_at": now(),
                },
                notices=(notify_writer("review_hidden"), notify_rated("review_hidden")),
                then=mark_scores,
                tone="danger",
            ),
            Transition(
                name="restore",
                label=lazy_gettext("Restore the review"),
                done=lazy_gettext("Restored by the platform"),
                source=frozenset({S.HIDDEN}),
                target=S.PUBLISHED,
                by=access.reviews,
                sets=lambda _answers, _actor: {"reason": None},
                notices=(notify_writer("review_restored"), notify_rated("review_restored")),
                then=mark_scores,
                confirm=True,
            ),
        ),
    )
)
