"""What a person agreed to, and agreeing to a new edition."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template
from flask_babel import gettext
from flask_login import login_required

import pages
from database import db
from http_layer import back
from storefront import bp
from storefront.demands import person
from storefront.pages_and_news import in_language
from workflows import consents


@bp.get("/account/consents")
@login_required
def my_consents() -> str:
    """List what the person agreed to, and what waits for his agreement."""
    user = person()
    titles = {slug: in_language(pages.find(slug), "title") for slug in pages.AGREED_TO}
    return render_template(
        "storefront/consents.html",
        given=consents.given(user),
        missing=consents.missing(user),
        titles=titles,
    )


@bp.post("/account/consents")
@login_required
def agree() -> Any:
    """Agree to the editions in force."""
    consents.give(person())
    db.session.commit()
    flash(gettext("Thank you. Your agreement is on record."), "success")
    return back("storefront.my_consents")
