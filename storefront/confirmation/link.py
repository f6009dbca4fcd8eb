"""Confirmation of a transaction by the link in a mail. Opening the page uses nothing up."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from access import row_guard
from core.clock import now
from core.database import db
from core.extensions import limiter
from core.networks import sender
from forms.base import ReasonForm
from models import Confirmation, ConfirmationStatus
from storefront import bp
from workflows.confirmation import answering
from workflows.confirmation import notices as confirmation_notices
from workflows.confirmation import rules as confirmation_rules

PER_ADDRESS = "60 per hour"  # guesses; a token has 256 bits


def state(row: Confirmation | None) -> str:
    """What the page says: unknown, used, expired, closed or open."""
    if row is None:
        return "unknown"
    if row.status in (ConfirmationStatus.CONFIRMED, ConfirmationStatus.DENIED):
        return "used"
    if row.status is not ConfirmationStatus.ASKED or row.due_at <= now():
        return "expired"
    return "open" if confirmation_rules.answerable(row) is None else "closed"


def page(row: Confirmation | None, token: str, form: ReasonForm | None = None) -> Any:
    shown = state(row)
    html = render_template(
        "storefront/confirmation/link.html",
        row=row,
        transaction=row.transaction if row else None,
        token=token,
        state=shown,
        until=confirmation_notices.last_day(row) if row else None,
        form=form or ReasonForm(),
    )
    status = {"unknown": 404, "open": 200}.get(shown, 410)
    # the address is the key: it is handed on to nobody
    return html, status, {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


@bp.get("/confirmations/<token>")
@limiter.limit(PER_ADDRESS, key_func=sender)
def confirmation(token: str) -> Any:
    """Show what the institution filed, and ask."""
    return page(answering.by_token(token), token)


@bp.post("/confirmations/<token>")
@limiter.limit(PER_ADDRESS, key_func=sender)
def answer_confirmation(token: str) -> Any:
    """Take the answer, once; the journal says that the link gave it."""
    row = answering.by_token(token)
    if row is None or state(row) != "open":
        return page(row, token)
    if request.form.get("version", type=int) != row.transaction.version:
        flash(gettext("The deal changed meanwhile: it is now as shown here."), "warning")
        return page(row, token)
    verb = "deny" if request.form.get("answer") == "deny" else "confirm"
    form = ReasonForm(request.form)
    if verb == "deny" and not form.validate():
        return page(row, token, form)
    actor = answering.bearer(token)
    row_guard.hold(db.session(), actor)  # sees this one transaction, whoever else is signed in
    refusal = answering.answer(row, verb, actor, **(form.data if verb == "deny" else {}))
    db.session.commit()
    flash(
        gettext("Thank you for your answer.") if refusal is None else str(refusal),
        "warning" if refusal else "success",
    )
    return redirect(url_for("storefront.confirmation", token=token))
