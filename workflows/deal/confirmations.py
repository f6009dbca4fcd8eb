"""The enterprise's word on a filed deal: asked for, given by sign-in or by the link, or silence.

The link's token stands in the one mail that carries it (`Mail.link`); the table has its hash. It
is used up by an answer, not by a look, and a newer one takes its place when the enterprise is
asked anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
import ranking
from clock import now
from database import db
from forms import ReasonForm
from models import (
    Affiliation,
    Confirmation,
    ConfirmationStatus,
    Event,
    Transaction,
    User,
)
from workflows.deal import transaction_audience
from workflows.deal.confirmation_rules import (
    answerable,
    answers_it,
    bells,
    context,
    files_it,
    hashed,
    mailboxes,
    overdue,
    through,
    to_deal,
    to_token,
)
from workflows.engine import (
    HANDLED,
    Answers,
    Process,
    Transition,
    Words,
    begin,
    perform,
    plain,
    register,
)
from workflows.notices import Notice, reviewers
from working_days import add_working_days, calendar

S = ConfirmationStatus
DAYS = 10  # working days; then silence counts as silence
# what the enterprise is asked to confirm: where one of these changed, it is asked anew
SUBJECT = ("enterprise_id", "title", "category_id", "product_id", "offer_id", "affiliation_id",
           "amount", "signed_on", "service_from", "service_to", "contract_number",
           "invoice_number")  # fmt: skip


# --- asking ----------------------------------------------------------------------------------


def subject(deal: Transaction) -> dict[str, Any]:
    """Return what the enterprise is asked to confirm, as JSON."""
    return {name: plain(getattr(deal, name)) for name in SUBJECT}


def put_to(row: Confirmation, _answers: Answers) -> dict[str, Any]:
    """What the journal keeps of a question: the deal as it was put to the enterprise."""
    return {"snapshot": subject(row.transaction)}


def last_put(row: Confirmation) -> dict[str, Any]:
    """Return the deal as the enterprise was last asked about it."""
    said = db.session.scalar(
        sa.select(Event.changes)
        .where(
            Event.subject_type == Confirmation.__tablename__,
            Event.subject_id == row.id,
            Event.name.in_(("ask", "ask_anew")),
        )
        .order_by(Event.id.desc())
        .limit(1)
        .execution_options(unguarded=True)
    )
    return dict((said or {}).get("snapshot") or {})


def ask_about(deals: Sequence[Transaction], actor: User) -> None:
    """Ask the enterprises of filed deals to confirm or deny, in the caller's unit of work.

    One that is not registered is not asked. One that was asked before is asked anew where what it
    was asked about has changed; an answer to the same question stays.
    """
    known = {
        row.transaction_id: row
        for row in db.session.scalars(
            sa.select(Confirmation).where(
                Confirmation.transaction_id.in_([deal.id for deal in deals])
            )
        )
    }
    for deal in deals:
        row = known.get(deal.id)
        if deal.enterprise_id is None:
            if row is not None:
                perform(Confirmation, "drop", [row.id], actor)
        elif row is None:
            _ask(deal, actor)
        elif last_put(row) != subject(deal):
            token = secrets.token_urlsafe(32)
            row.token = token  # in memory alone: the mail's link
            perform(Confirmation, "ask_anew", [row.id], actor, **_question(token))


def _ask(deal: Transaction, actor: User) -> None:
    token = secrets.token_urlsafe(32)
    row = Confirmation(transaction_id=deal.id, **_question(token))
    row.token = token
    begin(row, "ask", actor)


def _question(token: str) -> dict[str, Any]:
    return {"token_hash": hashed(token), "due_at": add_working_days(now(), DAYS)}


def asked_anew(answers: Answers, _actor: User) -> dict[str, Any]:
    return {
        "token_hash": answers["token_hash"],
        "due_at": answers["due_at"],
        "answered_by_id": None,
        "reason": None,
    }


# --- answers ---------------------------------------------------------------------------------


def answer(row: Confirmation, verb: str, actor: Any, **answers: Any) -> Words | None:
    """Take the enterprise's answer; return None, or why not in the reader's words.

    The deal is locked first: an approval of the same moment waits, and counts the answer.
    """
    db.session.get(Transaction, row.transaction_id, with_for_update=True, populate_existing=True)
    if isinstance(actor, access.Bearer):
        answers["by_link"] = True
    outcome = perform(Confirmation, verb, [row.id], actor, **answers)
    return None if outcome.done else outcome.refused.get(row.id, HANDLED)


def answered(answers: Answers, actor: User) -> dict[str, Any]:
    return {"answered_by_id": actor.id, "reason": answers.get("reason")}


def by_what(_row: Confirmation, answers: Answers) -> dict[str, Any]:
    """What the journal keeps of an answer: whether the link in the mail was used."""
    return {"by_link": True} if answers.get("by_link") else {}


def counted_anew(rows: list[Confirmation], _actor: User, _answers: Answers) -> None:
    """An answer to a deal that counts already changes what it counts."""
    rank([row.transaction for row in rows])


def rank(deals: Sequence[Transaction]) -> None:
    """Refresh the scores of whoever has one of the approved among `deals` to his credit."""
    links = {deal.affiliation_id for deal in deals if deal.affiliation_id is not None}
    consultants = db.session.scalars(
        sa.select(Affiliation.consultant_id)
        .where(Affiliation.id.in_(links))
        .execution_options(unguarded=True)
    )
    touched = {deal.institution_id for deal in deals if deal.approved_at is not None}
    if touched:
        ranking.refresh(touched, set(consultants))


def count_silence(at: datetime) -> int:
    """Timed job: whoever has not answered in ten working days is silent. Commits."""
    due = sa.select(Confirmation.id).where(
        Confirmation.status == S.ASKED, Confirmation.due_at <= at
    )
    outcome = perform(Confirmation, "fall_silent", db.session.scalars(due).all(), access.SYSTEM)
    db.session.commit()
    return len(outcome.done)


def follow_calendar() -> None:
    """Bring the last days of open questions in line with a calendar that was changed."""
    known = calendar()
    for row in db.session.scalars(sa.select(Confirmation).where(Confirmation.status == S.ASKED)):
        row.due_at = known.add(row.status_at, DAYS)
    db.session.flush()


QUESTION = (
    Notice(template="confirmation_asked", to=mailboxes, link=to_token),
    Notice(template="confirmation_asked", to=bells, link=to_deal(transaction_audience.to_account)),
)
to_institution = through(transaction_audience.institution_side)
to_reviewers = through(reviewers)

confirmations = register(
    Process(
        model=Confirmation,
        context=context,
        loads=(joinedload(Confirmation.transaction).joinedload(Transaction.institution),),
        transitions=(
            Transition(
                name="ask",
                label=lazy_gettext("Ask the enterprise"),
                source=frozenset(),
                target=S.ASKED,
                by=files_it,
                records=put_to,
                tells=QUESTION,
            ),
            Transition(
                name="ask_anew",
                label=lazy_gettext("Ask the enterprise again"),
                source=frozenset(S),
                target=S.ASKED,
                by=files_it,
                sets=asked_anew,
                records=put_to,
                tells=QUESTION,
            ),
            Transition(
                name="drop",
                label=lazy_gettext("Ask no more"),
                source=frozenset({S.ASKED, S.CONFIRMED, S.DENIED}),
                target=S.SILENT,
                by=files_it,
                sets=lambda _answers, _actor: {
                    "token_hash": None,
                    "answered_by_id": None,
                    "reason": None,
                },
            ),
            Transition(
                name="confirm",
                label=lazy_gettext("Confirm the deal"),
                source=frozenset({S.ASKED, S.SILENT}),
                target=S.CONFIRMED,
                by=answers_it,
                guard=answerable,
                sets=answered,
                records=by_what,
                tells=(
                    Notice(
                        template="confirmation_confirmed",
                        to=to_institution,
                        link=to_deal(transaction_audience.to_workbench),
                    ),
                ),
                then=counted_anew,
            ),
            Transition(
                name="deny",
                label=lazy_gettext("Deny the deal"),
                source=frozenset({S.ASKED, S.SILENT}),
                target=S.DENIED,
                by=answers_it,
                guard=answerable,
                asks=ReasonForm,
                sets=answered,
                records=by_what,
                tells=(
                    Notice(
                        template="confirmation_denied",
                        to=to_institution,
                        link=to_deal(transaction_audience.to_workbench),
                    ),
                    Notice(
                        template="confirmation_alarm",
                        to=to_reviewers,
                        link=to_deal(transaction_audience.to_queue),
                    ),
                ),
                then=counted_anew,
                tone="danger",
            ),
            Transition(
                name="fall_silent",
                label=lazy_gettext("Count as silence"),
                source=frozenset({S.ASKED}),
                target=S.SILENT,
                by=access.by_itself,
                guard=overdue,
                then=counted_anew,
                tone="secondary",
            ),
        ),
    )
)
