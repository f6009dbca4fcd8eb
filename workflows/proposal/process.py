"""Transition table of a proposal: one person proposes, another confirms or declines."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import Proposal, ProposalStatus, User
from workflows.engine import Answers, Process, Transition, register
from workflows.proposal import notices, rules

S = ProposalStatus
WAITING = frozenset({S.PROPOSED})


def decided(_answers: Answers, actor: User) -> dict[str, Any]:
    """Who decided."""
    return {"decided_by_id": actor.id}


def declined(answers: Answers, actor: User) -> dict[str, Any]:
    """Who decided, and why not."""
    return decided(answers, actor) | {"decline_reason": answers["reason"]}


proposals = register(
    Process[Proposal](
        model=Proposal,
        context=notices.context,
        loads=(joinedload(Proposal.proposer),),
        transitions=(
            Transition(
                name="propose",
                label=lazy_gettext("Propose"),
                done=lazy_gettext("Proposed to a second person"),
                source=frozenset(),
                target=S.PROPOSED,
                by=rules.proposes,
                notices=(notices.WAITING,),
                conflicts=rules.CONFLICTS,
            ),
            Transition(
                name="confirm",
                label=lazy_gettext("Confirm and carry out"),
                done=lazy_gettext("Confirmed by a second person"),
                source=WAITING,
                target=S.CONFIRMED,
                by=rules.decides,
                guard=rules.in_time,
                sets=decided,
                notices=(notices.notify_proposer("proposal_confirmed"),),
                confirm=True,
            ),
            Transition(
                name="decline",
                label=lazy_gettext("Decline"),
                done=lazy_gettext("Declined by a second person"),
                source=WAITING,
                target=S.DECLINED,
                by=rules.decides,
                asks=ReasonForm,
                sets=declined,
                notices=(notices.notify_proposer("proposal_declined"),),
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the proposal"),
                done=lazy_gettext("Proposal withdrawn"),
                source=WAITING,
                target=S.WITHDRAWN,
                by=rules.is_proposer,
                tone="secondary",
                confirm=True,
            ),
            Transition(
                name="expire",
                label=lazy_gettext("Let it expire"),
                done=lazy_gettext("Expired: nobody confirmed it"),
                source=WAITING,
                target=S.EXPIRED,
                by=access.by_itself,
                notices=(notices.notify_proposer("proposal_expired"),),
            ),
        ),
    )
)
