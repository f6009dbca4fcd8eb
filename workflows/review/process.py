"""Transition table of a review: each side writes once, sealed, published in pairs."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import Review, ReviewSide, ReviewStatus
from workflows.engine import Process, Transition, columns, register
from workflows.review import effects, locking, notices, rules
from workflows.review.forms import RateEnterpriseForm, RateInstitutionForm, ReplyForm

S = ReviewStatus

reviews = register(
    Process[Review](
        model=Review,
        context=notices.context,
        loads=(
            joinedload(Review.transaction),
            joinedload(Review.institution),
            joinedload(Review.enterprise),
        ),
        locks=locking.lock_transactions,
        transitions=(
            Transition(
                name="open",
                label=lazy_gettext("Open for both sides"),
                done=lazy_gettext("Opened with the approval of the deal"),
                source=frozenset(),
                target=S.OPEN,
                by=rules.decides,
                notices=(notices.notify_writer("review_open"),),
            ),
            Transition(
                name="rate_enterprise",
                label=lazy_gettext("Rate the enterprise"),
                done=lazy_gettext("Written and sealed"),
                source=frozenset({S.OPEN}),
                target=S.SEALED,
                by=rules.rates_the_enterprise,
                guard=rules.in_time,
                asks=RateEnterpriseForm,
                sets=effects.review_columns(ReviewSide.INSTITUTION),
                then=effects.publish_pairs,
            ),
            Transition(
                name="rate_institution",
                label=lazy_gettext("Rate the institution"),
                done=lazy_gettext("Written and sealed"),
                source=frozenset({S.OPEN}),
                target=S.SEALED,
                by=rules.rates_the_institution,
                guard=rules.in_time,
                asks=RateInstitutionForm,
                sets=effects.review_columns(ReviewSide.ENTERPRISE),
                then=effects.publish_pairs,
            ),
            Transition(
                name="remind",
                label=lazy_gettext("Remind on day 7"),
                done=lazy_gettext("Reminded on day 7"),
                source=frozenset({S.OPEN}),
                target=S.OPEN,
                by=access.by_itself,
                guard=rules.not_reminded(1),
                sets=columns.constant(reminders=1),
                notices=(notices.notify_writer("review_reminder"),),
            ),
            Transition(
                name="remind_again",
                label=lazy_gettext("Remind on day 12"),
                done=lazy_gettext("Reminded on day 12"),
                source=frozenset({S.OPEN}),
                target=S.OPEN,
                by=access.by_itself,
                guard=rules.not_reminded(2),
                sets=columns.constant(reminders=2),
                notices=(notices.notify_writer("review_reminder"),),
            ),
            Transition(
                name="publish",
                label=lazy_gettext("Publish"),
                done=lazy_gettext("Published"),
                source=frozenset({S.SEALED}),
                target=S.PUBLISHED,
                by=access.by_itself,
                sets=columns.stamped("published_at"),
                notices=(notices.notify_rated("review_published"),),
                then=effects.mark_scores,
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
                by=rules.decides,
                then=effects.mark_scores,
                button=False,
            ),
            Transition(
                name="reply",
                label=lazy_gettext("Reply"),
                done=lazy_gettext("Replied to by the other side"),
                source=frozenset({S.PUBLISHED}),
                target=S.PUBLISHED,
                by=rules.was_rated,
                guard=rules.no_reply_yet,
                asks=ReplyForm,
                sets=effects.reply_columns,
                notices=(notices.notify_writer("review_replied"),),
            ),
            Transition(
                name="appeal",
                label=lazy_gettext("Appeal"),
                done=lazy_gettext("Appealed against"),
                source=frozenset({S.PUBLISHED}),
                target=S.PUBLISHED,
                by=rules.was_rated,
                guard=rules.no_appeal_yet,
                asks=ReasonForm,
                sets=effects.appeal_columns,
                notices=(notices.notify_reviewers("review_appealed"),),
                tone="danger",
            ),
            Transition(
                name="dismiss",
                label=lazy_gettext("Dismiss the appeal"),
                done=lazy_gettext("Appeal dismissed"),
                source=frozenset({S.PUBLISHED}),
                target=S.PUBLISHED,
                by=access.reviews_trade,
                guard=rules.appeal_waits,
                asks=ReasonForm,
                sets=columns.stamped("appeal_decided_at"),
                notices=(
                    notices.notify_writer("review_appeal_dismissed"),
                    notices.notify_rated("review_appeal_dismissed"),
                ),
                tone="secondary",
            ),
            Transition(
                name="hide",
                label=lazy_gettext("Hide the review"),
                done=lazy_gettext("Hidden by the platform"),
                source=frozenset({S.PUBLISHED}),
                target=S.HIDDEN,
                by=access.reviews_trade,
                asks=ReasonForm,
                sets=effects.hide_columns,
                notices=(
                    notices.notify_writer("review_hidden"),
                    notices.notify_rated("review_hidden"),
                ),
                then=effects.mark_scores,
                tone="danger",
            ),
            Transition(
                name="restore",
                label=lazy_gettext("Restore the review"),
                done=lazy_gettext("Restored by the platform"),
                source=frozenset({S.HIDDEN}),
                target=S.PUBLISHED,
                by=access.reviews_trade,
                sets=columns.constant(reason=None),
                notices=(
                    notices.notify_writer("review_restored"),
                    notices.notify_rated("review_restored"),
                ),
                then=effects.mark_scores,
                confirm=True,
            ),
        ),
    )
)
