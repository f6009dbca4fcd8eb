"""Transition table of an enquiry (帮我找服务): posted, shortlisted, settled by a pick.

A candidate on the shortlist has a life of its own; with the pick the enquiry becomes a demand.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload, selectinload

import access
from forms.base import ReasonForm
from models import Enquiry, EnquiryCandidate, EnquiryStatus
from workflows.engine import Process, Transition, columns, register
from workflows.enquiry import effects, notices, rules
from workflows.enquiry.forms import ShortlistForm

S = EnquiryStatus

enquiries = register(
    Process[Enquiry](
        model=Enquiry,
        context=notices.context,
        loads=(
            joinedload(Enquiry.poster),
            selectinload(Enquiry.candidates).joinedload(EnquiryCandidate.institution),
        ),
        transitions=(
            Transition(
                name="post",
                label=lazy_gettext("Help me find"),
                done=lazy_gettext("Posted"),
                source=frozenset(),
                target=S.OPEN,
                by=rules.may_ask,
                created=columns.numbered("BZ"),
                notices=(notices.NOTIFY_REVIEWERS, notices.notify_enquirer("enquiry_posted")),
            ),
            Transition(
                name="shortlist",
                label=lazy_gettext("Send the shortlist"),
                done=lazy_gettext("Shortlist sent by the platform"),
                source=rules.LOOKING,
                target=S.SHORTLISTED,
                by=access.dispatches,
                asks=ShortlistForm,
                records=effects.shortlist_record,
                notices=(notices.notify_enquirer("enquiry_shortlisted"),),
                then=effects.draw_up,
            ),
            Transition(
                name="let_answer",
                label=lazy_gettext("Let them answer"),
                done=lazy_gettext("The institutions were asked to answer"),
                source=frozenset({S.SHORTLISTED}),
                target=None,
                by=rules.on_the_enquirers_side,
                guard=rules.not_asked_yet,
                sets=columns.stamped("asked_at"),
                then=effects.ask_candidates,
                tone="secondary",
            ),
            Transition(
                name="settle",
                label=lazy_gettext("Pick"),
                done=lazy_gettext("An institution was picked"),
                source=frozenset({S.SHORTLISTED}),
                target=S.SETTLED,
                by=rules.on_the_enquirers_side,
                button=False,
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw"),
                done=lazy_gettext("Withdrawn by the enterprise"),
                source=rules.LOOKING,
                target=S.WITHDRAWN,
                by=rules.on_the_enquirers_side,
                asks=ReasonForm,
                sets=columns.reason,
                then=effects.release,
                tone="danger",
            ),
            Transition(
                name="close",
                label=lazy_gettext("Close"),
                done=lazy_gettext("Closed by the platform"),
                source=rules.LOOKING,
                target=S.CLOSED,
                by=access.dispatches,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(notices.notify_enquirer("enquiry_closed"),),
                then=effects.release,
                tone="danger",
            ),
        ),
    )
)
