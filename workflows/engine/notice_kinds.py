"""Notification preferences: which mails a person mutes, by the kind that each notice carries.

What decides on rights, guards an account, or needs an answer is of no kind: it always goes out.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from core.database import db
from models import MutedNotice, NoticeKind, User


def muted(kind: NoticeKind | None, user_ids: Collection[int]) -> frozenset[int]:
    """Return those of `user_ids` who want no mail of this kind."""
    if kind is None or not user_ids:
        return frozenset()
    query = sa.select(MutedNotice.user_id).where(
        MutedNotice.kind == kind, MutedNotice.user_id.in_(list(user_ids))
    )
    return frozenset(db.session.scalars(query))


def choices_of(user: User) -> dict[NoticeKind, bool]:
    """Return for each kind whether `user` gets its mails."""
    off = set(db.session.scalars(sa.select(MutedNotice.kind).where(MutedNotice.user_id == user.id)))
    return {kind: kind not in off for kind in NoticeKind}


def choose(user: User, wanted: Collection[NoticeKind]) -> None:
    """Keep that `user` wants mails of the kinds in `wanted`, and of no other."""
    db.session.execute(sa.delete(MutedNotice).where(MutedNotice.user_id == user.id))
    db.session.add_all(
        MutedNotice(user_id=user.id, kind=kind) for kind in NoticeKind if kind not in wanted
    )
    db.session.flush()
