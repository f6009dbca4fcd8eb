"""Sending mails again: the one step on many rows that is no transition of the engine's."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
import outbox
from core.database import db
from models import Mail, User
from workflows import engine
from workflows.engine import Outcome

ON_ITS_WAY = lazy_gettext("This mail is on its way already.")
LINK_USED = lazy_gettext(
    "This mail went out with a secret link, which is not kept. The recipient can ask for a new "
    "link, and an institution can invite again."
)


def resend(ids: Sequence[int], actor: User) -> Outcome:
    """Put mails back in the queue, in the caller's unit of work; say which are on their way."""
    rows = db.session.scalars(
        sa.select(Mail).where(Mail.id.in_(ids)).order_by(Mail.id).with_for_update()
    ).all()
    outcome = Outcome(missing=sorted(set(ids) - {row.id for row in rows}))
    for row in rows:
        if not access.runs_system(actor):
            outcome.refused[row.id] = engine.NOT_YOURS
            continue
        key = row.id  # the row is read anew once it is in the queue
        try:
            outbox.resend(row, actor)
            outcome.done.append(key)
        except outbox.LinkUsed:
            outcome.refused[key] = LINK_USED
        except outbox.NotResendable:
            outcome.refused[key] = ON_ITS_WAY
    return outcome
