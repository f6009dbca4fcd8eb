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
)
from workflows.consultant.effects import speaks_no_longer
from workflows.consultant.notices import (
    consultant_themself,
    their_institution,
    to_account,
    to_consultants,
)
from workflows.consultant.rules import notes
from workflows.engine import Process, Transition, columns, register
from workflows.engine.notices import Notice

S = ConsultantStatus


WITHDRAWING: tuple[Transition, ...] = (
    Transition(
        name="withdraw",
        label=lazy_gettext("Withdraw the certification"),
        source=frozenset({S.CERTIFIED}),
        target=S.WITHDRAWN,
        by=access.is_administrator,
        asks=ReasonForm,
        sets=columns.reason,
        tells=(
            Notice(template="consultant_withdrawn", to=consultant_themself, link=to_account),
            Notice(template="consultant_lost", to=their_institution, link=to_consultants),
        ),
        then=speaks_no_longer,
        tone="danger",
    ),
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
