"""A certified institution's profile: what changes at once, and what waits for a review.

Name, credit code and licence are what was certified. A change of them waits beside the public
version until a reviewer agrees; everything else changes at once, with history."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import ProfileChange, ProfileChangeStatus
from workflows.engine import (
    Process,
    Transition,
    columns,
    register,
)
from workflows.engine.notices import Notice, reviewers
from workflows.profile_change.effects import apply
from workflows.profile_change.notices import concerned, to_profile, to_queue
from workflows.profile_change.rules import WAITING_ALREADY, code_free

S = ProfileChangeStatus


profile_changes = register(
    Process(
        model=ProfileChange,
        context=lambda row: {"institution": row.institution.name, "name": row.name},
        loads=(
            joinedload(ProfileChange.institution),
            joinedload(ProfileChange.proposer),
        ),
        transitions=(
            Transition(
                name="propose",
                label=lazy_gettext("Propose the change"),
                source=frozenset(),
                target=S.SUBMITTED,
                by=access.owns,
                guard=code_free,
                tells=(Notice(template="profile_change_waiting", to=reviewers, link=to_queue),),
                conflicts={"uq_profile_change_open": WAITING_ALREADY},
            ),
            Transition(
                name="approve",
                label=lazy_gettext("Approve"),
                source=frozenset({S.SUBMITTED}),
                target=S.APPROVED,
                by=access.reviews,
                guard=code_free,
                tells=(Notice(template="profile_change_approved", to=concerned, link=to_profile),),
                then=apply,
            ),
            Transition(
                name="reject",
                label=lazy_gettext("Reject"),
                source=frozenset({S.SUBMITTED}),
                target=S.REJECTED,
                by=access.reviews,
                asks=ReasonForm,
                sets=columns.reason,
                tells=(Notice(template="profile_change_rejected", to=concerned, link=to_profile),),
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the change"),
                source=frozenset({S.SUBMITTED}),
                target=S.WITHDRAWN,
                by=access.owns,
                tone="danger",
                confirm=True,
            ),
        ),
    )
)
