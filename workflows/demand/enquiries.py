"""An undirected demand's life: posted, shortlisted by the platform, and settled by a pick.

A candidate on the shortlist has a life of its own; with the pick the enquiry becomes a demand.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload, selectinload

import access
from clock import now
from database import db
from models import CandidateStatus, Demand, Enquiry, EnquiryCandidate, User
from workflows.demand.enquiry_rules import (
    OFFERED,
    TELL_REVIEWERS,
    C,
    E,
    NoteForm,
    ShortlistForm,
    candidate_context,
    context,
    may_answer,
    may_ask,
    may_be_picked,
    not_asked_yet,
    note_column,
    note_record,
    numbered,
    on_the_enquirers_side,
    picks,
    reason_column,
    shortlist_record,
    tell_asked,
    tell_enquirer,
    tell_enquirer_of,
)
from workflows.engine import (
    HANDLED,
    NOT_YOURS,
    Process,
    Transition,
    Words,
    begin,
    begin_all,
    perform,
    register,
)
from workflows.forms import ReasonForm

CARRIED = ("enterprise_id", "category_id", "title", "description", "budget", "wanted_by",
           "contact_name", "contact_phone", "contact_email", "consented_at")  # fmt: skip
LOOKING = frozenset({E.OPEN, E.SHORTLISTED})


def of_enquiries(
    ids: Collection[int], states: Collection[CandidateStatus]
) -> list[EnquiryCandidate]:
    """Return the candidates of these enquiries that are in one of `states`, as they are now."""
    query = sa.select(EnquiryCandidate).where(
        EnquiryCandidate.enquiry_id.in_(ids), EnquiryCandidate.status.in_(states)
    )
    options = {"unguarded": True, "populate_existing": True}
    return list(
        db.session.scalars(query.order_by(EnquiryCandidate.id).execution_options(**options))
    )


def draw_up(rows: list[Enquiry], actor: User, answers: Any) -> None:
    """The shortlist becomes what was chosen: new ones are proposed, the others dropped."""
    chosen = answers["institution_ids"]
    for row in rows:
        known = {one.institution_id: one for one in of_enquiries([row.id], tuple(C))}
        gone = [one.id for key, one in known.items() if key not in chosen and one.status in OFFERED]
        perform(EnquiryCandidate, "drop", gone, access.SYSTEM)
        back = [one.id for key, one in known.items() if key in chosen and one.status is C.DROPPED]
        perform(EnquiryCandidate, "propose_again", back, actor)
        new = [
            EnquiryCandidate(enquiry_id=row.id, institution_id=key)
            for key in chosen
            if key not in known
        ]
        begin_all(new, "propose", actor)
        db.session.expire(row, ["candidates"])


def ask_candidates(rows: list[Enquiry], _actor: User, _answers: Any) -> None:
    """Those on the shortlist are asked."""
    found = of_enquiries([row.id for row in rows], (C.PROPOSED,))
    perform(EnquiryCandidate, "ask", [one.id for one in found], access.SYSTEM)


def release(rows: list[Enquiry], _actor: User, _answers: Any) -> None:
    """The enquiry is over: whoever waits on its shortlist waits no longer."""
    found = of_enquiries([row.id for row in rows], OFFERED)
    perform(EnquiryCandidate, "drop", [one.id for one in found], access.SYSTEM)


def pick(candidate: EnquiryCandidate, actor: User, version: int) -> Demand | Words:
    """Settle the enquiry with `candidate`: it becomes a demand to that institution, once.

    Args:
        candidate: on the shortlist of an enquiry of the actor's side.
        actor: who picks; he posts the demand.
        version: of the enquiry that he looked at.

    Returns:
        The demand, or in words why not; then nothing has changed.
    """
    try:
        with db.session.begin_nested():
            return _settle(candidate, actor, version)
    except NotNow as refusal:
        db.session.expire_all()
        return refusal.words


class NotNow(Exception):
    """The pick is not to be; what it wrote already is undone."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


def _settle(candidate: EnquiryCandidate, actor: User, version: int) -> Demand:
    enquiry = candidate.enquiry
    # the enquiry's lock comes first: of two picks one wins
    _take(Enquiry, "settle", enquiry.id, actor, seen={enquiry.id: version})
    _take(EnquiryCandidate, "pick", candidate.id, actor)
    demand = Demand(
        form_key=f"enquiry-{enquiry.id}",
        poster_id=actor.id,
        institution_id=candidate.institution_id,
        **{name: getattr(enquiry, name) for name in CARRIED},
    )
    try:
        begin(demand, "post", actor)
    except PermissionError as error:
        raise NotNow(NOT_YOURS) from error
    except ValueError as error:  # suspended just now
        raise NotNow(str(error)) from error
    enquiry.demand_id = demand.id
    release([enquiry], actor, {})
    return demand


def _take(model: type[Any], verb: str, id: int, actor: User, **more: Any) -> None:
    outcome = perform(model, verb, [id], actor, **more)
    if not outcome.done:
        raise NotNow(outcome.refused.get(id, HANDLED))


enquiries = register(
    Process(
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
                source=frozenset(),
                target=E.OPEN,
                by=may_ask,
                born=numbered,
                tells=(TELL_REVIEWERS, tell_enquirer("enquiry_posted")),
            ),
            Transition(
                name="shortlist",
                label=lazy_gettext("Send the shortlist"),
                source=LOOKING,
                target=E.SHORTLISTED,
                by=access.reviews,
                asks=ShortlistForm,
                records=shortlist_record,
                tells=(tell_enquirer("enquiry_shortlisted"),),
                then=draw_up,
            ),
            Transition(
                name="let_answer",
                label=lazy_gettext("Let them answer"),
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
                source=frozenset({E.SHORTLISTED}),
                target=E.SETTLED,
                by=on_the_enquirers_side,
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw"),
                source=LOOKING,
                target=E.WITHDRAWN,
                by=on_the_enquirers_side,
                asks=ReasonForm,
                sets=reason_column,
                then=release,
                tone="danger",
            ),
            Transition(
                name="close",
                label=lazy_gettext("Close"),
                source=LOOKING,
                target=E.CLOSED,
                by=access.reviews,
                asks=ReasonForm,
                sets=reason_column,
                tells=(tell_enquirer("enquiry_closed"),),
                then=release,
                tone="danger",
            ),
        ),
    )
)

candidates = register(
    Process(
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
                source=frozenset(),
                target=C.PROPOSED,
                by=access.reviews,
                tells=(tell_asked("enquiry_for_you"),),
            ),
            Transition(
                name="propose_again",
                label=lazy_gettext("Propose"),
                source=frozenset({C.DROPPED}),
                target=C.PROPOSED,
                by=access.reviews,
                tells=(tell_asked("enquiry_for_you"),),
            ),
            Transition(
                name="ask",
                label=lazy_gettext("Ask"),
                source=frozenset({C.PROPOSED}),
                target=None,
                by=access.by_itself,
                tells=(tell_asked("enquiry_for_you"),),
            ),
            Transition(
                name="willing",
                label=lazy_gettext("We are willing"),
                source=frozenset({C.PROPOSED}),
                target=C.WILLING,
                by=access.works_for,
                guard=may_answer,
                asks=NoteForm,
                sets=note_column,
                records=note_record,
                tells=(tell_enquirer_of("enquiry_willing"),),
            ),
            Transition(
                name="decline",
                label=lazy_gettext("Decline"),
                source=frozenset(OFFERED),
                target=C.DECLINED,
                by=access.works_for,
                guard=may_answer,
                asks=ReasonForm,
                sets=note_column,
                tells=(tell_enquirer_of("enquiry_declined"),),
                tone="danger",
            ),
            Transition(
                name="pick",
                label=lazy_gettext("Pick"),
                source=frozenset(OFFERED),
                target=C.PICKED,
                by=picks,
                guard=may_be_picked,
            ),
            Transition(
                name="drop",
                label=lazy_gettext("Take off the shortlist"),
                source=frozenset(OFFERED),
                target=C.DROPPED,
                by=access.by_itself,
                tells=(tell_asked("enquiry_over"),),
            ),
        ),
    )
)
