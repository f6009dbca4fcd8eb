"""Transition table of a candidate on an enquiry's shortlist: proposed, asked, picked or not."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import CandidateStatus, Enquiry, EnquiryCandidate
from workflows.engine import Process, Transition, register
from workflows.enquiry import effects, notices, rules
from workflows.enquiry.forms import NoteForm

S = CandidateStatus

candidates = register(
    Process[EnquiryCandidate](
        model=EnquiryCandidate,
        context=notices.candidate_context,
        loads=(
            joinedload(EnquiryCandidate.enquiry).joinedload(Enquiry.poster),
            joinedload(EnquiryCandidate.institution),
        ),
        transitions=(
            Transition(
                name="propose",
                label=lazy_gettext("Propose"),
                done=lazy_gettext("Put on the shortlist"),
                source=frozenset(),
                target=S.PROPOSED,
                by=access.dispatches,
                notices=(notices.notify_asked("enquiry_for_you"),),
            ),
            Transition(
                name="propose_again",
                label=lazy_gettext("Propose"),
                done=lazy_gettext("Put on the shortlist again"),
                source=frozenset({S.DROPPED}),
                target=S.PROPOSED,
                by=access.dispatches,
                notices=(notices.notify_asked("enquiry_for_you"),),
            ),
            Transition(
                name="ask",
                label=lazy_gettext("Ask"),
                done=lazy_gettext("Asked by the enterprise"),
                source=frozenset({S.PROPOSED}),
                target=None,
                by=access.by_itself,
                notices=(notices.notify_asked("enquiry_for_you"),),
            ),
            Transition(
                name="willing",
                label=lazy_gettext("We are willing"),
                done=lazy_gettext("Willing"),
                source=frozenset({S.PROPOSED}),
                target=S.WILLING,
                by=access.works_for,
                guard=rules.may_answer,
                asks=NoteForm,
                sets=effects.note_column,
                records=effects.note_record,
                notices=(notices.notify_enquirer_of("enquiry_willing"),),
            ),
            Transition(
                name="decline",
                label=lazy_gettext("Decline"),
                done=lazy_gettext("Declined"),
                source=frozenset(rules.OFFERED),
                target=S.DECLINED,
                by=access.works_for,
                guard=rules.may_answer,
                asks=ReasonForm,
                sets=effects.note_column,
                notices=(notices.notify_enquirer_of("enquiry_declined"),),
                tone="danger",
            ),
            Transition(
                name="pick",
                label=lazy_gettext("Pick"),
                done=lazy_gettext("Picked by the enterprise"),
                source=frozenset(rules.OFFERED),
                target=S.PICKED,
                by=rules.picks,
                guard=rules.may_be_picked,
                button=False,
            ),
            Transition(
                name="drop",
                label=lazy_gettext("Take off the shortlist"),
                done=lazy_gettext("No longer on the shortlist"),
                source=frozenset(rules.OFFERED),
                target=S.DROPPED,
                by=access.by_itself,
                notices=(notices.notify_asked("enquiry_over"),),
            ),
        ),
    )
)
