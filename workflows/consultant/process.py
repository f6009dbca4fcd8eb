"""Transition table of a consultant: noted by an institution, certified by the platform."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import Consultant, ConsultantStatus
from workflows.consultant import effects, notices, rules
from workflows.engine import Process, Transition, columns, register

S = ConsultantStatus

consultants = register(
    Process[Consultant](
        model=Consultant,
        context=notices.context,
        loads=(joinedload(Consultant.user),),
        transitions=(
            Transition(
                name="note",
                label=lazy_gettext("Note the person"),
                done=lazy_gettext("Noted by an institution"),
                source=frozenset(),
                target=S.UNCERTIFIED,
                by=rules.may_note,
            ),
            # taken with the approval of an affiliation, never on its own
            Transition(
                name="certify",
                label=lazy_gettext("Certify"),
                done=lazy_gettext("Approved and certified"),
                source=frozenset({S.UNCERTIFIED, S.WITHDRAWN}),
                target=S.CERTIFIED,
                by=access.reviews_applications,
                sets=columns.stamped("certified_at", reason=None),
                button=False,
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the certification"),
                done=lazy_gettext("Certification withdrawn"),
                second_person="second_person_revoke",
                source=frozenset({S.CERTIFIED}),
                target=S.WITHDRAWN,
                by=access.sanctions,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(
                    notices.notify_consultant("consultant_withdrawn"),
                    notices.notify_institution("consultant_lost"),
                ),
                then=effects.end_links_of,
                tone="danger",
            ),
        ),
    )
)
