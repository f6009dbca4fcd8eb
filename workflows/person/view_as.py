"""View-as: who may look at the product as whom; begun and ended on record, told to the person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import joinedload, undefer

import access
from core.clock import now
from core.database import db
from models import EventName, Notification, User, ViewAs
from outbox.keys import key_of
from workflows import engine
from workflows.engine import notices

LASTS = timedelta(minutes=30)
SHOWN = 20  # of the last, in the person's own list


def why_not(viewer: User, user: User) -> str | None:
    """Return why `viewer` may not look as `user`, in words; None where they may."""
    if not access.manages_people(viewer) or not viewer.active:
        return str(engine.NOT_YOURS)
    if access.is_staff(user):
        return gettext("Nobody looks at the product as a member of the staff.")
    if not user.active:
        return gettext("This account is disabled.")
    return None


def begin(viewer: User, user: User, reason: str) -> ViewAs:
    """Begin to look as `user`, in the caller's unit of work.

    Raises:
        ValueError: why not, in the reader's words.
    """
    if words := why_not(viewer, user):
        raise ValueError(words)
    row = ViewAs(viewer_id=viewer.id, user_id=user.id, reason=reason, at=now(), until=now() + LASTS)
    db.session.add(row)
    db.session.flush()
    engine.note(user, EventName.VIEWED_AS, viewer, reason=reason)
    notices.insert_new(
        Notification,
        [
            {
                "key": key_of("view_as", row.id),
                "user_id": user.id,
                "template": "viewed_as",
                "context": {"viewer": viewer.name},
                "link": "/account/sign-ins",
            }
        ],
    )
    return row


def end(row: ViewAs, viewer: User) -> None:
    """End it, in the caller's unit of work."""
    row.ended_at = now()
    engine.note(row.user, EventName.VIEW_AS_ENDED, viewer)


def under_way(id: int, viewer: User) -> ViewAs | None:
    """Return what `viewer` began and may still go on with, with the person; else None."""
    row = db.session.scalar(
        sa.select(ViewAs)
        .where(
            ViewAs.id == id,
            ViewAs.viewer_id == viewer.id,
            ViewAs.ended_at.is_(None),
            ViewAs.until > now(),
        )
        .options(
            joinedload(ViewAs.user, innerjoin=True).options(
                undefer(User.unread), undefer(User.linked)
            )
        )
    )
    return row if row is not None and why_not(viewer, row.user) is None else None


def of(user: User) -> Sequence[ViewAs]:
    """Return the last times that somebody looked as `user`, newest first."""
    return db.session.scalars(
        sa.select(ViewAs)
        .where(ViewAs.user_id == user.id)
        .order_by(ViewAs.id.desc())
        .limit(SHOWN)
        .options(joinedload(ViewAs.viewer, innerjoin=True))
    ).all()
