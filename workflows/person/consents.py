"""Consent records: who agreed to which edition of the terms and the privacy policy, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from content import pages
from core.clock import now
from core.database import db
from models import Consent, Page, User

_held: Any = Consent.__table__.c
_page: Any = Page.__table__.c
# what the person agreed to, and what is in force: asked at every page, so built once, and as one
_ASKED = sa.union_all(
    sa.select(sa.literal(True), _held.slug, _held.edition).where(
        _held.user_id == sa.bindparam("person")
    ),
    sa.select(sa.literal(False), _page.slug, _page.edition).where(_page.slug.in_(pages.AGREED_TO)),
)


def give(user: User) -> None:
    """Put on record that `user` agrees to the editions in force, in the caller's unit of work.

    Agreeing twice is agreeing once: the first moment stays.
    """
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    at = now()
    db.session.execute(
        dialect.insert(Consent).on_conflict_do_nothing(
            index_elements=["user_id", "slug", "edition"]
        ),
        [
            {"user_id": user.id, "slug": slug, "edition": edition, "at": at}
            for slug, edition in pages.editions().items()
        ],
    )


def given(user: User) -> Sequence[Consent]:
    """Return what `user` agreed to, the latest first."""
    return db.session.scalars(
        sa.select(Consent).where(Consent.user_id == user.id).order_by(Consent.id.desc())
    ).all()


def missing(user: User) -> list[str]:
    """Return the slugs of the pages whose edition in force `user` has not agreed to."""
    rows = db.session.execute(_ASKED, {"person": user.id}).all()
    held = {(slug, edition) for agreed, slug, edition in rows if agreed}
    in_force = pages.in_force([(slug, edition) for agreed, slug, edition in rows if not agreed])
    return [slug for slug, edition in in_force.items() if (slug, edition) not in held]
