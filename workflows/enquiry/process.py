"""An undirected demand's life: posted, shortlisted by the platform, and settled by a pick.

A candidate on the shortlist has a life of its own; with the pick the enquiry becomes a demand.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload, selectinload

import access
from core.clock import now
from forms.base import ReasonForm
from models import Enquiry, EnquiryCandidate
from workflows.engine import Process, Transition, columns, register
from workflows.enquiry.effects import shortlist_record
from workflows.enquiry.forms import ShortlistForm
from workflows.enquiry.notices import NOTIFY_REVIEWERS, context, notify_enquirer
from workflows.enquiry.rules import E, may_ask, not_asked_yet, on_the_enquirers_side
from workflows.enquiry.shortlist import ask_candidates, draw_up, release

LOOKING = frozenset({E.OPEN, E.SHORTLISTED})


enquiries = register(
    Process[Enquiry](
        model=Enquiry,
        context=context,
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
                target=E.OPEN,
                by=may_ask,
                created=columns.numbered("BZ"),
                notices=(NOTIFY_REVIEWERS, notify_enquirer("enquiry_posted")),
            ),
            Transition(
                name="shortlist",
                label=lazy_gettext("Send the shortlist"),
                done=lazy_gettext("Shortlist sent by the platform"),
                source=LOOKING,
                target=E.SHORTLISTED,
                by=access.reviews,
                asks=ShortlistForm,
                records=shortlist_record,
                notices=(notify_enquirer("enquiry_shortlisted"),),
                then=draw_up,
            ),
            Transition(
                name="let_answer",
                label=lazy_gettext("Let them answer"),
                done=lazy_gettext("The institutions were asked to answer"),
                source=frozenset({E.SHORTLISTED}),
                target=None,
                by=on_the_enquirers_side,
                guard=not_asked_yet,
                sets=lambda _answers, _actor: {"asked_at": now()},
                then=ask_candidates,
                tone="secondary",
            ),
            Transition(
                name="settle",
                label=lazy_gettext("Pick"),
                done=lazy_gettext("An institution was picked"),
                source=frozenset({E.SHORTLISTED}),
                target=E.SETTLED,
                by=on_the_enquirers_side,
                button=False,
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw"),
                done=lazy_gettext("Withdrawn by the enterprise"),
                source=LOOKING,
                target=E.WITHDRAWN,
                by=on_the_enquirers_side,
                asks=ReasonForm,
                sets=columns.reason,
                then=release,
                tone="danger",
            ),
            Transition(
                name="close",
                label=lazy_gettext("Close"),
                done=lazy_gettext("Closed by the platform"),
                source=LOOKING,
                target=E.CLOSED,
                by=access.reviews,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(notify_enquirer("enquiry_closed"),),
                then=release,
                tone="danger",
            ),
        ),
    )
)
