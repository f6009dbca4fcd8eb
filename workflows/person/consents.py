"""Who agreed to which edition of the terms and the privacy policy, and when."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

import pages
from clock import now
from database import db
from models import Consent, User


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
    query = sa.select(Consent.slug, Consent.edition).where(Consent.user_id == user.id)
    held = {(slug, edition) for slug, edition in db.session.execute(query)}
    return [slug for slug, edition in pages.editions().items() if (slug, edition) not in held]
