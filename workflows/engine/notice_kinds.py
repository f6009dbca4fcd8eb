"""Which mails a person can do without. What decides on rights or guards an account is not here."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from core.database import db
from models import MutedNotice, NoticeKind, User

K = NoticeKind
# by the beginning of the mail's name; a mail of no kind always goes out
BEGINNINGS: dict[str, NoticeKind] = {
    "demand_": K.DEMAND,
    "enquiry_": K.DEMAND,
    "transaction_": K.TRANSACTION,
    "review_": K.REVIEW,
    "consultant_": K.CONSULTANT,
    "qualification_": K.CONSULTANT,
    "product_": K.PRODUCT,
    "offer_": K.PRODUCT,
    "activity_": K.ACTIVITY,
    "membership_requested": K.COLLEAGUES,
}
# what the law or the process needs a person to read; a deal to confirm ("confirmation_asked") is
# of no kind
ALWAYS = frozenset({"consultant_invited", "consultant_unlinked"})


def kind_of(template: str) -> NoticeKind | None:
    """Return the kind of a mail, None where it always goes out."""
    if template in ALWAYS:
        return None
    return next((kind for start, kind in BEGINNINGS.items() if template.startswith(start)), None)


def muted(template: str, user_ids: Collection[int]) -> frozenset[int]:
    """Return those of `user_ids` who want no mail of this kind."""
    kind = kind_of(template)
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
