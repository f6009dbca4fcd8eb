"""A consultant himself: noted by an institution, certified by the platform."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from models import Consultant, ConsultantStatus, MembershipRole, User
from workflows.consultant.consultant_withdrawing import WITHDRAWING
from workflows.engine import Process, Transition, register

S = ConsultantStatus


def notes(user: User, row: Consultant) -> bool:
    """An owner of an institution at work writes down somebody who has no account yet."""
    return row.user_id is None and any(
        held.role is MembershipRole.OWNER and held.institution_id in access.institution_ids(user)
        for held in user.memberships
        if held.active
    )


consultants = register(
    Process(
        model=Consultant,
        context=lambda row: {"consultant": row.name},
        loads=(joinedload(Consultant.user),),
        transitions=(
            Transition(
                name="note",
                label=lazy_gettext("Note the person"),
                source=frozenset(),
                target=S.UNCERTIFIED,
                by=notes,
            ),
            # taken with the approval of his affiliation, never on its own
            Transition(
                name="certify",
                label=lazy_gettext("Certify"),
                source=frozenset({S.UNCERTIFIED, S.WITHDRAWN}),
                target=S.CERTIFIED,
                by=access.reviews,
                sets=lambda _answers, _actor: {"certified_at": now(), "reason": None},
            ),
            *WITHDRAWING,
        ),
    )
)
