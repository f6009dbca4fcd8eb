"""Carrying out a proposal that a second person confirms: checked anew, in the proposer's name."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext, ngettext
from sqlalchemy.exc import IntegrityError

from admin_views.platform.role_form import role_from
from core.database import db
from models import EventName, Proposal, User
from worker import orders
from worker.answers import unpack
from workflows import engine
from workflows.person import roles, staff_accounts
from workflows.proposal.proposing import ROLE


class NotCarriedOut(ValueError):
    """Why a confirmed proposal was not carried out, in the reader's words."""


def carry_out(id: int, seen: Mapping[int, int], user: User) -> str:
    """Confirm the proposal `id` as `user` and take its step, in the caller's unit of work.

    Returns:
        What became of it, in words.

    Raises:
        NotCarriedOut: nothing was done; the caller rolls back, and the proposal goes on waiting.
    """
    outcome = engine.perform(Proposal, "confirm", [id], user, seen=seen)
    if not outcome.done:
        raise NotCarriedOut(str(outcome.refused.get(id, engine.GONE)))
    row = db.session.get_one(Proposal, id)
    if not row.proposer.active:
        raise NotCarriedOut(gettext("Whoever proposed it works for the platform no more."))
    if row.transition == ROLE:
        return _give_role(row, user)
    if len(row.rows) > orders.AT_ONCE:
        return _order(row)
    return _perform(row, user)


def _give_role(row: Proposal, user: User) -> str:
    person = db.session.get(User, next(map(int, row.rows)))
    if person is None:
        raise NotCarriedOut(str(engine.GONE))
    if _versions(row).get(person.id) != person.version:
        raise NotCarriedOut(str(engine.CHANGED))
    role = role_from(row.answers["role"])
    if role is None and row.answers["role"]:  # no such role any more, and not: none
        raise NotCarriedOut(gettext("This role is not there any more."))
    try:
        roles.set_role(person, role, row.proposer, confirmed=True)
        staff_accounts.send_first(person, row.proposer)
    except PermissionError as error:
        raise NotCarriedOut(str(engine.NOT_YOURS)) from error
    except roles.Refused as refusal:
        raise NotCarriedOut(str(refusal)) from refusal
    engine.note(person, EventName.SECOND_CONFIRMED, user)
    return gettext("Confirmed and carried out.")


def _perform(row: Proposal, user: User) -> str:
    model = _model(row)
    ids = [*map(int, row.rows)]
    try:
        outcome = engine.perform(
            model,
            row.transition,
            ids,
            row.proposer,
            seen=_versions(row),
            confirmed=True,
            **unpack(row.answers),
        )
    except IntegrityError as error:
        raise NotCarriedOut(str(engine.conflict_words({}, error))) from error
    if not outcome.done:
        words = next(iter(outcome.refused.values()), engine.GONE)
        raise NotCarriedOut(gettext("Nothing was done: %(reason)s", reason=words))
    for done in outcome.done:
        engine.note(db.session.get_one(model, done), EventName.SECOND_CONFIRMED, user)
    left = len(ids) - len(outcome.done)
    if not left:
        return gettext("Confirmed and carried out.")
    return ngettext(
        "Confirmed and carried out, but for %(count)s row that has changed meanwhile.",
        "Confirmed and carried out, but for %(count)s rows that have changed meanwhile.",
        left,
        count=left,
    )


def _order(row: Proposal) -> str:
    """Order the step as a task of the proposer's: too many rows for one request."""
    orders.order(
        row.proposer,
        office="admin",
        view=row.view,
        subject_type=row.subject_type,
        transition=row.transition,
        ids=[*map(int, row.rows)],
        seen=_versions(row),
        answers=unpack(row.answers),
        missing=0,
        locale=row.proposer.locale,
        confirmed=True,
    )
    return gettext("Confirmed. It is carried out in the background.")


def _model(row: Proposal) -> type:
    kinds = {process.kind: model for model, process in engine.PROCESSES.items()}
    return kinds[row.subject_type]


def _versions(row: Proposal) -> dict[int, int]:
    return {int(id): version for id, version in row.rows.items() if version is not None}
