"""Consents to terms and privacy: asked before the account is used, again for each edition."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required

import access
from content import pages
from core.database import db
from core.views import local_path
from models import User
from storefront import bp
from storefront.current_person import person
from storefront.site.content_pages import in_language
from web.redirects import back
from web.request_scope import SAFE
from web.template_context import here
from workflows.person import consents

# What is open to who has not agreed: signing in, reading the texts, agreeing, and leaving with
# one's data.
OPEN = {
    f"storefront.{name}"
    for name in ("sso_start", "sso_callback", "sso_join", "my_consents", "agree", "standing_page",
                 "set_language", "my_data", "close_account", "withdraw_consent")
} | {"security.verify", "security.wan_verify", "security.wan_verify_response", "security.logout",
     "static", "healthz", "readyz"}  # fmt: skip


def require_consent() -> Any:
    """Request hook: ask the signed-in person for missing consents, then go on to the page.

    The platform's staff work for who wrote the texts. A form on its way when a new edition comes
    into force still arrives: what was typed is not lost, and the next page asks.
    """
    endpoint = request.endpoint or ""
    if endpoint in OPEN or endpoint.endswith(".static") or not current_user.is_authenticated:
        return None
    user: User = current_user._get_current_object()
    if access.is_staff(user) or not consents.missing(user):
        return None
    if request.method not in SAFE and consents.given(user):
        return None
    return redirect(url_for("storefront.my_consents", next=here()))


@bp.get("/account/consents")
@login_required
def my_consents() -> str:
    """List what the person agreed to, and what waits for their consent."""
    user = person()
    titles = {slug: in_language(pages.find(slug), "title") for slug in pages.AGREED_TO}
    return render_template(
        "storefront/account/consents.html",
        given=consents.given(user),
        missing=consents.missing(user),
        titles=titles,
        editions=pages.editions(),
        going_to=local_path(request.args.get("next")) or "",
    )


@bp.post("/account/consents/withdraw")
@login_required
def withdraw_consent() -> Any:
    """Take back what one agreed to. It is asked for anew, or the account is closed."""
    if consents.withdraw(person()):
        db.session.commit()
        flash(
            gettext(
                "Your consent is withdrawn, and that is on record. Agree anew, or close the"
                " account."
            ),
            "success",
        )
    return redirect(url_for("storefront.my_consents"))


@bp.post("/account/consents")
@login_required
def agree() -> Any:
    """Agree to the editions in force."""
    consents.give(person())
    db.session.commit()
    flash(gettext("Thank you. Your agreement is on record."), "success")
    return back("storefront.my_consents")
