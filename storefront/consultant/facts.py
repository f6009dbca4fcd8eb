"""Public profile of a consultant: columns of what is public, never whole rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

import access
from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Attachment,
    Consultant,
    ConsultantStatus,
    Institution,
    Qualification,
)
from storefront.cards.consultants import newest_photo

# bare tables: a visitor sees these columns of what is published, and no row of their own right
_photo = Attachment.__table__.alias("photo")
_qualified = Qualification.__table__


def public_profile(id: int) -> Any:
    """Return the public columns of a certified consultant, None where there is none.

    `published`: linked to a public institution; only then contacts are included.
    """
    return db.session.execute(
        sa.select(
            Consultant.id,
            Consultant.name,
            Consultant.title,
            Consultant.introduction,
            Consultant.certified_at,
            access.published(Consultant).label("published"),
            newest_photo().label("photo"),
            sa.case((Consultant.publishes_email, Consultant.email), else_="").label("email"),
            sa.case((Consultant.publishes_mobile, Consultant.mobile), else_="").label("mobile"),
        ).where(
            access.known(Consultant),
            Consultant.status == ConsultantStatus.CERTIFIED,
            Consultant.id == id,
        )
    ).one_or_none()


def institution_of(consultant_id: int) -> Any:
    """Return id and name of the public institution that the consultant is linked to, or None."""
    return db.session.execute(
        sa.select(Institution.id, Institution.name)
        .join(Affiliation, Affiliation.institution_id == Institution.id)
        .where(
            access.published(),
            Affiliation.consultant_id == consultant_id,
            Affiliation.status == AffiliationStatus.LINKED,
        )
    ).one_or_none()


def qualifications_of(consultant_id: int) -> Sequence[Any]:
    """Return name, issuer and expiry of the qualifications; numbers and scans stay inside."""
    columns = (_qualified.c.name, _qualified.c.issuer, _qualified.c.valid_until)
    return db.session.execute(
        sa.select(*columns)
        .where(_qualified.c.consultant_id == consultant_id)
        .order_by(_qualified.c.id)
    ).all()


def photo_key(consultant_id: int) -> str | None:
    """Return where the newest photo of a published consultant is stored, or None."""
    newest = sa.select(newest_photo()).where(
        access.published(Consultant), Consultant.id == consultant_id
    )
    return db.session.scalar(
        sa.select(_photo.c.storage_key).where(_photo.c.id == newest.scalar_subquery())
    )
