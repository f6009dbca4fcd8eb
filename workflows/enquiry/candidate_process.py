"""A candidate's life on the shortlist of an undirected demand: proposed, asked, picked or not."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import Enquiry, EnquiryCandidate
from workflows.engine import Process, Transition, register
from workflows.enquiry.effects import note_column, note_record
from workflows.enquiry.forms import NoteForm
from workflows.enquiry.notices import candidate_context, notify_asked, notify_enquirer_of
from workflows.enquiry.rules import OFFERED, C, may_answer, may_be_picked, picks

candidates = register(
    Process[EnquiryCandidate](
        model=EnquiryCandidate,
        context=candidate_context,
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
                target=C.PROPOSED,
                by=access.reviews,
                notices=(notify_asked("enquiry_for_you"),),
            ),
            Transition(
                name="propose_again",
                label=lazy_gettext("Propose"),
                done=lazy_gettext("Put on the shortlist again"),
                source=frozenset({C.DROPPED}),
                target=C.PROPOSED,
                by=access.reviews,
                notices=(notify_asked("enquiry_for_you"),),
            ),
            Transition(
                name="ask",
                label=lazy_gettext("Ask"),
                done=lazy_gettext("Asked by the enterprise"),
                source=frozenset({C.PROPOSED}),
                target=None,
                by=access.by_itself,
                notices=(notify_asked("enquiry_for_you"),),
            ),
            Transition(
                name="willing",
                label=lazy_gettext("We are willing"),
                done=lazy_gettext("Willing"),
                source=frozenset({C.PROPOSED}),
                target=C.WILLING,
                by=access.works_for,
                guard=may_answer,
                asks=NoteForm,
                sets=note_column,
                records=note_record,
                notices=(notify_enquirer_of("enquiry_willing"),),
            ),
            Transition(
                name="decline",
                label=lazy_gettext("Decline"),
                done=lazy_gettext("Declined"),
                source=frozenset(OFFERED),
                target=C.DECLINED,
                by=access.works_for,
                guard=may_answer,
                asks=ReasonForm,
                sets=note_column,
                notices=(notify_enquirer_of("enquiry_declined"),),
                tone="danger",
            ),
            Transition(
                name="pick",
                label=lazy_gettext("Pick"),
                done=lazy_gettext("Picked by the enterprise"),
                source=frozenset(OFFERED),
                target=C.PICKED,
                by=picks,
                guard=may_be_picked,
                button=False,
            ),
            Transition(
                name="drop",
                label=lazy_gettext("Take off the shortlist"),
                done=lazy_gettext("No longer on the shortlist"),
                source=frozenset(OFFERED),
                target=C.DROPPED,
                by=access.by_itself,
                notices=(notify_asked("enquiry_over"),),
            ),
        ),
    )
)
