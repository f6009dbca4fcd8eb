"""Drafts of demands: what was typed is kept until it is posted or discarded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from werkzeug.datastructures import MultiDict

import access
from core.clock import now
from core.database import db
from core.ids import parse_id
from models import Category, DemandDraft, Institution, User
from storefront import bp
from storefront.demand.forms import CARRIED
from workflows.enquiry.suggestions import fitting

MOST = 20  # drafts of one person
LONGEST = 5000  # letters of one field
ENQUIRY = "undirected"
OFFERED = 5  # other institutions, where the target of a draft is closed


def drafts_of(user: User) -> list[DemandDraft]:
    """Return the person's drafts, the latest first."""
    query = sa.select(DemandDraft).where(access.account(user, DemandDraft))
    return list(db.session.scalars(query.order_by(DemandDraft.updated_at.desc(), DemandDraft.id)))


def draft_of(user: User, values: Mapping[str, Any]) -> DemandDraft | None:
    """Return the person's draft that `draft` names, None without it or where it is gone."""
    id = parse_id(values.get("draft"))
    query = sa.select(DemandDraft).where(access.account(user, DemandDraft), DemandDraft.id == id)
    return db.session.scalar(query) if id else None


def typed(draft: DemandDraft) -> MultiDict[str, str]:
    """Return what the draft keeps, as a form that was sent."""
    return MultiDict({name: str(value) for name, value in draft.data.items() if name in CARRIED})


def keep(user: User, kind: str, target_id: int | None, draft: DemandDraft | None) -> Any:
    """Keep what was typed, in the draft it came from or a new one; None where there are too many.

    Returns:
        The page to go to, or None: the person has as many drafts as allowed.
    """
    # locked, so that two clicks at the last place do not both get it
    db.session.execute(sa.select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    if draft is None:
        if len(drafts_of(user)) >= MOST:
            return None
        draft = DemandDraft(user_id=user.id)
        db.session.add(draft)
    draft.kind, draft.target_id, draft.updated_at = kind, target_id, now()
    draft.data = {name: request.form.get(name, "").replace("\0", "")[:LONGEST] for name in CARRIED}
    db.session.commit()
    words = gettext("Your draft is kept.")
    if any(file.filename for file in request.files.getlist("files")):
        words += " " + gettext("Files are not: choose them again before you post.")
    flash(words, "success")
    return redirect(url_for("storefront.my_demands", _anchor="drafts"))


def address(draft: DemandDraft) -> str:
    """Return where the draft goes on."""
    values: dict[str, Any] = {draft.kind: draft.target_id or 1, "draft": draft.id}
    return url_for("storefront.new_demand", **values)


def alternatives(draft: DemandDraft, but: int | None) -> list[tuple[str, str]]:
    """Return other institutions for a draft whose target is closed: (name, address)."""
    key = parse_id(draft.data.get("category_id"))
    category = db.session.get(Category, key) if key else None
    if category is None:
        return []
    query = (
        sa.select(Institution.id, Institution.name)
        .where(access.published(), fitting(category), Institution.id != (but or 0))
        .order_by(Institution.name)
        .limit(OFFERED)
    )
    return [
        (row.name, url_for("storefront.new_demand", institution=row.id, draft=draft.id))
        for row in db.session.execute(query)
    ]


@bp.post("/account/drafts/<int(max=2147483647):id>/discard")
@login_required
def discard_draft(id: int) -> Any:
    """Throw a draft away."""
    user = current_user._get_current_object()
    draft = draft_of(user, {"draft": id}) or abort(404)
    db.session.delete(draft)
    db.session.commit()
    flash(gettext("The draft is discarded."), "success")
    return redirect(url_for("storefront.my_demands", _anchor="drafts"))
