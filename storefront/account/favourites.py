"""Favourites: what a person wants to find again."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, render_template
from flask_login import current_user, login_required
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

import access
from core.database import db
from models import Consultant, Favourite, FeaturedProduct, Institution
from storefront import bp
from storefront.current_person import person
from web.redirects import back

KINDS: dict[str, tuple[type[Any], Any]] = {
    "institution": (Institution, Favourite.institution_id),
    "consultant": (Consultant, Favourite.consultant_id),
    "product": (FeaturedProduct, Favourite.product_id),
}


def is_favourite(kind: str, id: int) -> bool:
    """Whether the current user has it among their favourites."""
    if not current_user.is_authenticated:
        return False
    query = sa.select(Favourite.id).where(
        Favourite.user_id == current_user.id, KINDS[kind][1] == id
    )
    return db.session.scalar(query) is not None


@bp.app_context_processor
def template_functions() -> dict[str, Any]:
    return {"is_favourite": is_favourite}


@bp.get("/account/favourites")
@login_required
def favourites() -> str:
    """List the favourites, the latest first."""
    query = (
        sa.select(Favourite)
        .where(Favourite.user_id == person().id)
        .order_by(Favourite.id.desc())
        .options(
            joinedload(Favourite.institution),
            joinedload(Favourite.consultant),
            joinedload(Favourite.product),
        )
    )
    return render_template(
        "storefront/account/favourites.html", rows=db.session.scalars(query).all()
    )


@bp.post("/account/favourites/<kind>/<int(max=2147483647):id>")
@login_required
def toggle_favourite(kind: str, id: int) -> Any:
    """Add it to the favourites, or take it off."""
    if kind not in KINDS:
        abort(404)
    model, column = KINDS[kind]
    user = person()
    if db.session.scalar(sa.select(model.id).where(access.known(model), model.id == id)) is None:
        abort(404)
    held = sa.delete(Favourite).where(Favourite.user_id == user.id, column == id)
    removed: Any = db.session.execute(held)
    if not removed.rowcount:
        db.session.add(Favourite(user_id=user.id, **{column.key: id}))
    try:
        db.session.commit()
    except IntegrityError:  # the other of two clicks was quicker
        db.session.rollback()
    return back("storefront.favourites")
