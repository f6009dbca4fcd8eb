"""Accepting an invitation by its link. Opening the page does not use the link up."""

from __future__ import annotations

from typing import Any

from flask import (
    abort,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError

from core.database import db
from core.extensions import limiter
from models import Invitation, User
from storefront import bp
from storefront.invitation.state import (
    BACK,
    DEAD,
    has_account,
    home_of,
    masked_email,
    obstacle_to,
    private,
    state,
    visitor,
)
from workflows import engine
from workflows.invitation import effects as invitation_effects
from workflows.invitation import reminders, rules
from workflows.invitation.claiming import NotNow
from workflows.invitation.tokens import by_token


@bp.get("/invitations/<token>")
def invitation(token: str) -> Any:
    """Show who invites, and what stands in the way. A scanner of mails opens it, too."""
    row = by_token(token) or abort(404)
    shown = state(row, visitor())
    if shown == "anonymous":  # an address that leads through a sign-in is no place for a secret
        session[BACK] = token
    html = render_template(
        "storefront/invitation/link.html",
        invitation=row,
        token=token,
        state=shown,
        dead=shown in DEAD,
        has_account=shown == "anonymous" and has_account(row),
        masked_address=masked_email(row.email),
        obstacle=obstacle_to(row) if shown == "open" else None,
        home=home_of(row),
    )
    db.session.rollback()  # the guard may have locked the person
    return private(html)


@bp.get("/invitations/")
def opened_invitation() -> Any:
    """Lead whoever signed in for it back to the invitation that this browser opened last."""
    token = session.pop(BACK, None)
    if token is None:
        flash(gettext("Open the link in the mail again."), "info")
        return redirect(url_for("storefront.account"))
    return redirect(url_for("storefront.invitation", token=token))


@bp.post("/invitations/<token>/open")
def open_invitation(token: str) -> Any:
    """Remember that somebody went on from the link, and lead them to sign in or to register."""
    row = by_token(token) or abort(404)
    if state(row, visitor()) != "anonymous":
        return redirect(url_for("storefront.invitation", token=token))
    invitation_effects.opened(row)
    db.session.commit()
    if "register" in request.form:
        return redirect(url_for("storefront.register_invited", token=token))
    session[BACK] = token
    back = url_for("storefront.opened_invitation")
    return redirect(url_for("security.login", next=back))


def accept(row: Invitation, user: User) -> str:
    """Accept in the name of `user`, in this unit of work; return "", or why not.

    Raises:
        IntegrityError: of two who press at once, the other one did.
    """
    invitation_effects.opened(row)
    verb = "accept" if row.affiliation_id is None else "agree"
    try:
        outcome = engine.perform(Invitation, verb, [row.id], user)
    except NotNow as refusal:
        return str(refusal)
    if outcome.done:
        return ""
    # missing: for somebody else, which the page says
    return str(outcome.refused.get(row.id, engine.NOT_YOURS))


def welcome(row: Invitation) -> Any:
    if row.affiliation_id is None:
        flash(gettext("Welcome. You work for this institution now."), "success")
    else:
        flash(gettext("Welcome. You accepted the invitation."), "success")
    return redirect(home_of(row))


@bp.post("/invitations/<token>")
def accept_invitation(token: str) -> Any:
    """Join the institution; of two who press at once, one does."""
    row = by_token(token) or abort(404)
    page = redirect(url_for("storefront.invitation", token=token))
    user = visitor()
    if user is None or not rules.invited(user, row):
        return page  # which says so, and shows the way to sign in
    try:
        refused = accept(row, user)
    except IntegrityError:  # joined another institution at the same moment
        refused = str(rules.ELSEWHERE if row.affiliation_id is None else engine.TAKEN)
    if refused:
        db.session.rollback()
        flash(refused, "danger")
        return page
    db.session.commit()
    return welcome(by_token(token) or abort(404))


@bp.post("/invitations/<token>/ask-again")
@limiter.limit("10 per hour")
def ask_for_invitation(token: str) -> Any:
    """Notify the institution that a new link is wanted, since this one has expired."""
    row = by_token(token) or abort(404)
    notified = reminders.ask_again(row)
    db.session.commit()
    if notified:
        flash(gettext("The institution is told that you ask for a new invitation."), "success")
    else:
        flash(gettext("The institution was told already, or this link still works."), "info")
    return redirect(url_for("storefront.invitation", token=token))
