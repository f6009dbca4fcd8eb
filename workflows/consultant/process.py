"""A consultant: noted by an institution, certified by the platform."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from forms.base import ReasonForm
from models import (
    Consultant,
    ConsultantStatus,
    NoticeKind,
)
from workflows.consultant.effects import end_links_of
from workflows.consultant.notices import (
    linked_institution,
    own_account,
    to_account,
    to_consultants,
)
from workflows.consultant.rules import may_note
from workflows.engine import Process, Transition, columns, register
from workflows.engine.notices import Notice

S = ConsultantStatus


consultants = register(
    Process[Consultant](
        model=Consultant,
        context=lambda rows: {row.id: {"consultant": row.name} for row in rows},
        loads=(joinedload(Consultant.user),),
        transitions=(
            Transition(
                name="note",
                label=lazy_gettext("Note the person"),
                done=lazy_gettext("Noted by an institution"),
                source=frozenset(),
                target=S.UNCERTIFIED,
                by=may_note,
            ),
            # taken with the approval of his affiliation, never on its own
            Transition(
                name="certify",
                label=lazy_gettext("Certify"),
                done=lazy_gettext("Approved and certified"),
                source=frozenset({S.UNCERTIFIED, S.WITHDRAWN}),
                target=S.CERTIFIED,
                by=access.reviews,
                sets=lambda _answers, _actor: {"certified_at": now(), "reason": None},
                button=False,
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the certification"),
                done=lazy_gettext("Certification withdrawn"),
                source=frozenset({S.CERTIFIED}),
                target=S.WITHDRAWN,
                by=access.is_administrator,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(
                    Notice(
                        template="consultant_withdrawn",
                        kind=NoticeKind.CONSULTANT,
                        recipients=own_account,
                        link=to_account,
                    ),
                    Notice(
                        template="consultant_lost",
                        kind=NoticeKind.CONSULTANT,
                        recipients=linked_institution,
                        link=to_consultants,
                    ),
                ),
                then=end_links_of,
                tone="danger",
            ),
        ),
    )
)
