"""Ending a view as somebody else: the button of the banner that stands on every page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from flask_login import login_required

from accounts import viewing
from core.database import db
from storefront import bp
from storefront.current_person import person
from workflows.person import view_as


@bp.post("/view-as/end")
@login_required
def end_view_as() -> Any:
    """End it, on record, and go back to the page of the person."""
    viewer = person()
    row = viewing.leave()
    if row is None:
        return redirect(url_for("storefront.account"))
    key = row.user_id
    view_as.end(row, viewer)
    db.session.commit()
    flash(gettext("You look at the product as yourself again."), "success")
    return redirect(url_for("admin_user.details_view", id=key))
