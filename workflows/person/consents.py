"""Consent records: who agreed to which edition of the terms and the privacy policy, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from content import pages
from core.clock import now
from core.database import db
from models import Consent, EventName, Page, User
from workflows import engine

_held: Any = Consent.__table__.c
_page: Any = Page.__table__.c
# what the person agreed to, and what is in force: asked at every page, so built once, and as one
_ASKED = sa.union_all(
    sa.select(sa.literal(True), _held.slug, _held.edition).where(
        _held.user_id == sa.bindparam("person"), _held.withdrawn_at.is_(None)
    ),
    sa.select(sa.literal(False), _page.slug, _page.edition).where(_page.slug.in_(pages.AGREED_TO)),
)


def give(user: User) -> None:
    """Put on record that `user` agrees to the editions in force, in the caller's unit of work.

    Agreeing twice is agreeing once: the first moment stays.
    """
    lacking, at = missing(user), now()
    if not lacking:
        return
    before = given(user)
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    insert: Any = dialect.insert(Consent)
    editions = pages.editions()
    db.session.execute(
        insert.on_conflict_do_update(
            index_elements=["user_id", "slug", "edition"],
            set_={"at": insert.excluded.at, "withdrawn_at": None},
            where=_held.withdrawn_at.is_not(None),
        ),
        [
            {"user_id": user.id, "slug": slug, "edition": editions[slug], "at": at}
            for slug in lacking
        ],
    )
    if before:  # the first time is the row's own moment
        _note(user, EventName.CONSENT_GIVEN, {slug: editions[slug] for slug in lacking})


def withdraw(user: User) -> bool:
    """Take back what `user` agreed to, in the caller's unit of work; return whether there was any.

    The moment and the edition stay on record. What the account asks for needs the consent: it is
    asked for anew, or the account is closed.
    """
    held = db.session.scalars(
        sa.select(Consent).where(Consent.user_id == user.id, Consent.withdrawn_at.is_(None))
    ).all()
    latest: dict[str, int] = {}
    for consent in held:
        consent.withdrawn_at = now()
        latest[consent.slug] = max(consent.edition, latest.get(consent.slug, 0))
    if latest:
        _note(user, EventName.CONSENT_WITHDRAWN, latest)
    return bool(latest)


def _note(user: User, name: EventName, editions: dict[str, int]) -> None:
    engine.note(user, name, user, changes={"edition": [f"{k} {v}" for k, v in editions.items()]})


def given(user: User) -> Sequence[Consent]:
    """Return what `user` agreed to, the latest first, what they took back included."""
    return db.session.scalars(
        sa.select(Consent).where(Consent.user_id == user.id).order_by(Consent.id.desc())
    ).all()


def missing(user: User) -> list[str]:
    """Return the slugs of the pages whose edition in force `user` has not agreed to."""
    rows = db.session.execute(_ASKED, {"person": user.id}).all()
    held = {(slug, edition) for agreed, slug, edition in rows if agreed}
    in_force = pages.in_force([(slug, edition) for agreed, slug, edition in rows if not agreed])
    return [slug for slug, edition in in_force.items() if (slug, edition) not in held]
