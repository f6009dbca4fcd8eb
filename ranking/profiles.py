"""How complete a profile is: what a reader of the storefront expects of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.database import db
from models import (
    AffiliationStatus,
    Attachment,
    AttachmentKind,
    Consultant,
    FeaturedProduct,
    Institution,
    OfferStatus,
    ProductStatus,
    Qualification,
    RegularOffer,
    consultant_category,
)
from ranking.kinds import CONSULTANTS, INSTITUTIONS, Kind, link

SHORTEST = 50  # characters of an introduction that introduces
_institution: Any = Institution.__table__
_consultant: Any = Consultant.__table__
_offer: Any = RegularOffer.__table__
_product: Any = FeaturedProduct.__table__
_qualification: Any = Qualification.__table__
_file: Any = Attachment.__table__

ITEMS: dict[Kind, tuple[str, ...]] = {
    INSTITUTIONS: (
        "introduction",
        "address",
        "website",
        "founded",
        "staff_count",
        "consultant",
        "product",
    ),
    CONSULTANTS: ("introduction", "title", "photo", "specialities", "qualification"),
}


def _of_institutions(_day: date) -> dict[str, Any]:
    mine = link.c.institution_id == _institution.c.id
    offers = _offer.c.institution_id == _institution.c.id, _offer.c.status == OfferStatus.LISTED
    products = (
        _product.c.institution_id == _institution.c.id,
        _product.c.status == ProductStatus.LISTED,
    )
    return {
        "introduction": sa.func.length(_institution.c.introduction) >= SHORTEST,
        "address": _institution.c.address != "",
        "website": _institution.c.website != "",
        "founded": _institution.c.founded.is_not(None),
        "staff_count": _institution.c.staff_count.is_not(None),
        "consultant": sa.exists().where(mine, link.c.status == AffiliationStatus.LINKED),
        "product": sa.or_(sa.exists().where(*offers), sa.exists().where(*products)),
    }


def _of_consultants(day: date) -> dict[str, Any]:
    valid = sa.or_(_qualification.c.valid_until.is_(None), _qualification.c.valid_until >= day)
    photo = _file.c.consultant_id == _consultant.c.id, _file.c.kind == AttachmentKind.PHOTO
    return {
        "introduction": sa.func.length(_consultant.c.introduction) >= SHORTEST,
        "title": _consultant.c.title != "",
        "photo": sa.exists().where(*photo),
        "specialities": sa.exists().where(consultant_category.c.consultant_id == _consultant.c.id),
        "qualification": sa.exists().where(
            _qualification.c.consultant_id == _consultant.c.id, valid
        ),
    }


def gather(kind: Kind, ids: Sequence[int], day: date) -> dict[int, list[str]]:
    """Return {id: the items its profile lacks} of those that were ever certified, in one query."""
    has = (_of_institutions if kind is INSTITUTIONS else _of_consultants)(day)
    query = sa.select(kind.table.c.id, *(has[name] for name in ITEMS[kind])).where(
        kind.table.c.id.in_(ids), kind.table.c.certified_at.is_not(None)
    )
    return {
        key: [name for name, there in zip(ITEMS[kind], found, strict=True) if not there]
        for key, *found in db.session.execute(query)
    }
