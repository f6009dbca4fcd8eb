"""Transactions of the customer's enterprise: read, confirm, deny."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from sqlalchemy.orm import joinedload

import access
import uploads
from core.database import db
from models import Confirmation, ConfirmationStatus, Event, Transaction, TransactionStatus, User
from storefront import bp
from storefront.current_person import not_verified, person
from storefront.listing.paging import paged
from workflows import engine
from workflows.confirmation import answering
from workflows.confirmation import notices as confirmation_notices
from workflows.confirmation import rules as confirmation_rules
from workflows.confirmation.process import confirmations as process
from workflows.engine import Transition

STEPS = {
    step.name: step for step in process.transitions if step.by is confirmation_rules.may_answer
}
STATES = tuple(state for state in TransactionStatus if state is not TransactionStatus.DRAFT)


def transaction_or_404(id: int, user: User) -> Transaction:
    """Return a transaction of the person's enterprise, or answer 404."""
    t = Transaction
    query = (
        sa.select(t)
        .where(access.account(user, t), t.id == id)
        .options(*map(joinedload, (t.institution, t.category, t.confirmation)))
    )
    return db.session.scalar(query) or abort(404)


def buttons(confirmation: Confirmation | None, user: User) -> list[Transition]:
    """Return the answers that the person may give now."""
    if confirmation is None:
        return []
    return [step for step in engine.allowed(confirmation, user) if step.name in STEPS]


def timeline(transaction: Transaction) -> list[Event]:
    """Return the events of a transaction and its confirmation, oldest first, without edits."""
    events = [
        event for event in engine.history(transaction) if event.target and event.name != "draft"
    ]
    if transaction.confirmation is not None:
        events += engine.history(transaction.confirmation)
    return sorted(events, key=lambda event: (event.at, event.id))


@bp.get("/account/transactions")
@login_required
def my_transactions() -> Any:
    """List the transactions of the person's enterprise, by state where one is chosen."""
    mine = access.account(person(), Transaction)
    chosen = request.args.get("state", "")
    state = TransactionStatus(chosen) if chosen in set(STATES) else None
    asked = request.args.get("asked") == "1"
    counts = dict(
        db.session.execute(
            sa.select(Transaction.status, sa.func.count(Transaction.id))
            .where(mine)
            .group_by(Transaction.status)
        ).all()
    )
    query = sa.select(Transaction).where(mine).order_by(Transaction.filed_at.desc())
    if state is not None:
        query = query.where(Transaction.status == state)
    if asked:
        query = query.where(waits_for_answer())
    page = paged(
        query.options(joinedload(Transaction.institution), joinedload(Transaction.confirmation)),
        request.args.get("page", 1, type=int),
    )
    return render_template(
        "storefront/transaction/own_list.html",
        page=page,
        state=state,
        asked=asked,
        counts=counts,
        states=STATES,
        not_verified=not_verified(),
    )


def waits_for_answer() -> sa.ColumnElement[bool]:
    """The condition for a transaction that the enterprise can still answer in time."""
    return sa.and_(
        Transaction.status.in_(confirmation_rules.ANSWERABLE),
        Transaction.confirmation.has(Confirmation.status == ConfirmationStatus.ASKED),
    )


@bp.get("/account/transactions/<int(max=2147483647):id>")
@login_required
def my_transaction(id: int) -> Any:
    """Show a transaction with its scans, what happened to it, and the answers that can be given."""
    user = person()
    transaction = transaction_or_404(id, user)
    asked = transaction.confirmation
    return render_template(
        "storefront/transaction/own.html",
        transaction=transaction,
        steps=buttons(asked, user),
        until=confirmation_notices.last_day(asked) if asked else None,
        files=uploads.files_of(transaction),
        events=timeline(transaction),
    )


@bp.route("/account/transactions/<int(max=2147483647):id>/<verb>", methods=["GET", "POST"])
@login_required
def transaction_step(id: int, verb: str) -> Any:
    """Confirm or deny; a denial asks for its reason first and keeps what was typed."""
    user = person()
    transaction, step = transaction_or_404(id, user), STEPS.get(verb)
    asked = transaction.confirmation
    if step is None or asked is None or (request.method == "GET" and not step.asks):
        abort(404)
    form = step.asks(request.form) if step.asks else None
    page = redirect(url_for("storefront.my_transaction", id=id))
    if request.method == "GET":
        refusal = engine.why_not(step, asked, user)
        if refusal is not None:
            flash(str(refusal), "warning")
            return page
    shown = transaction.version if request.method == "GET" else 0  # what they looked at
    version = request.form.get("version", shown, type=int)
    if form is not None and (request.method == "GET" or not form.validate()):
        return render_template(
            "storefront/transaction/step.html",
            transaction=transaction,
            step=step,
            form=form,
            version=version,
        )
    if version != transaction.version:  # what it answers is not what it read
        flash(str(engine.CHANGED), "warning")
        return page
    refusal = answering.answer(asked, verb, user, **(form.data if form is not None else {}))
    db.session.commit()
    flash(
        gettext("Thank you for your answer.") if refusal is None else str(refusal),
        "warning" if refusal else "success",
    )
    return page
