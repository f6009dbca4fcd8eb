"""The link in an invitation: who invites, and the yes. Looking at it uses nothing up."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from sqlalchemy.exc import IntegrityError

from database import db
from models import Invitation, InvitationStatus, User
from storefront import bp
from workflows import engine
from workflows import invitation_rules as rules

WORKBENCH = "/workbench/"  # the other room, by its public address


def masked_email(address: str) -> str:
    """Return an address its owner recognises and nobody else can use: l***@example.com."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}***@{host}"


def state(row: Invitation, user: User | None) -> str:
    """What the page says: used, revoked, expired, anonymous, another or open."""
    if row.status is InvitationStatus.ACCEPTED:
        mine = user is not None and rules.invited(user, row)
        return "joined" if mine else "used"
    if row.status is InvitationStatus.REVOKED:
        return "revoked"
    if rules.expired(row):
        return "expired"
    if user is None:
        return "anonymous"
    return "open" if rules.invited(user, row) else "another"


@bp.get("/invitations/<token>")
def invitation(token: str) -> Any:
    """Show who invites, and what stands in the way."""
    row = rules.by_token(token) or abort(404)
    user = current_user._get_current_object() if current_user.is_authenticated else None
    shown = state(row, user)
    return render_template(
        "storefront/invitation.html",
        invitation=row,
        token=token,
        state=shown,
        masked_address=masked_email(row.email),
        obstacle=rules.acceptable(row) if shown == "open" else None,
    )


@bp.post("/invitations/<token>")
@login_required
def accept_invitation(token: str) -> Any:
    """Join the institution; of two who press at once, one does."""
    row = rules.by_token(token) or abort(404)
    page = redirect(url_for("storefront.invitation", token=token))
    user = current_user._get_current_object()
    try:
        outcome = engine.perform(Invitation, "accept", [row.id], user)
        db.session.commit()
    except IntegrityError:  # joined another institution at the same moment
        db.session.rollback()
        flash(str(rules.ELSEWHERE), "danger")
        return page
    if outcome.done:
        flash(gettext("Welcome. You work for this institution now."), "success")
        return redirect(WORKBENCH)
    if outcome.refused:
        flash(str(outcome.refused[row.id]), "danger")
    return page  # which says so where the invitation is for somebody else
