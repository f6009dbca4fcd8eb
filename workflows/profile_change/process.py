"""Transition table of a profile change: a certified name, credit code or licence under review.

Name, credit code and licence are what was certified. A change of them waits beside the public
version until a reviewer agrees; everything else changes at once, with history.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from models import Institution, ProfileChange, ProfileChangeStatus
from workflows.engine import Process, Transition, columns, parents, register
from workflows.engine.decisions import Decision, decisions
from workflows.profile_change import effects, notices, rules

S = ProfileChangeStatus

profile_changes = register(
    Process[ProfileChange](
        model=ProfileChange,
        context=notices.context,
        loads=(
            joinedload(ProfileChange.institution),
            joinedload(ProfileChange.proposer),
        ),
        transitions=(
            Transition(
                name="propose",
                label=lazy_gettext("Propose the change"),
                done=lazy_gettext("Change proposed"),
                source=frozenset(),
                target=S.SUBMITTED,
                by=access.owns,
                guard=rules.code_free,
                notices=(notices.notify_reviewers("profile_change_waiting"),),
                conflicts={"uq_profile_change_open": rules.WAITING_ALREADY},
            ),
            *decisions(
                S.SUBMITTED,
                by=access.reviews_applications,
                approve=Decision(
                    done=lazy_gettext("Change approved"),
                    target=S.APPROVED,
                    guard=rules.code_free,
                    locks=parents(ProfileChange, ("institution_id", Institution)),
                    notices=(notices.notify_proposer("profile_change_approved"),),
                    then=effects.apply,
                ),
                reject=Decision(
                    by=access.rejects,
                    done=lazy_gettext("Change rejected"),
                    target=S.REJECTED,
                    sets=columns.reason,
                    notices=(notices.notify_proposer("profile_change_rejected"),),
                ),
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the change"),
                done=lazy_gettext("Change withdrawn"),
                source=frozenset({S.SUBMITTED}),
                target=S.WITHDRAWN,
                by=access.owns,
                tone="danger",
                confirm=True,
            ),
        ),
    )
)
