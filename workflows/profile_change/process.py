"""A certified institution's profile: what changes at once, and what waits for a review.

Name, credit code and licence are what was certified. A change of them waits beside the public
version until a reviewer agrees; everything else changes at once, with history."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from models import Institution, ProfileChange, ProfileChangeStatus
from workflows.engine import (
    Process,
    Transition,
    columns,
    parents,
    register,
)
from workflows.engine.decisions import Decision, decisions
from workflows.engine.notices import Notice, reviewers
from workflows.profile_change.effects import apply
from workflows.profile_change.notices import concerned, context, to_profile, to_queue
from workflows.profile_change.rules import WAITING_ALREADY, code_free

S = ProfileChangeStatus


profile_changes = register(
    Process[ProfileChange](
        model=ProfileChange,
        context=context,
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
                guard=code_free,
                notices=(
                    Notice(
                        template="profile_change_waiting",
                        kind=None,
                        recipients=reviewers,
                        link=to_queue,
                    ),
                ),
                conflicts={"uq_profile_change_open": WAITING_ALREADY},
            ),
            *decisions(
                S.SUBMITTED,
                approve=Decision(
                    done=lazy_gettext("Change approved"),
                    target=S.APPROVED,
                    guard=code_free,
                    locks=parents(ProfileChange, ("institution_id", Institution)),
                    notices=(
                        Notice(
                            template="profile_change_approved",
                            kind=None,
                            recipients=concerned,
                            link=to_profile,
                        ),
                    ),
                    then=apply,
                ),
                reject=Decision(
                    done=lazy_gettext("Change rejected"),
                    target=S.REJECTED,
                    sets=columns.reason,
                    notices=(
                        Notice(
                            template="profile_change_rejected",
                            kind=None,
                            recipients=concerned,
                            link=to_profile,
                        ),
                    ),
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
